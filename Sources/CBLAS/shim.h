// The part of the CBLAS interface that is used, declared here so that any CBLAS library can take
// the place of the default one without its headers (they differ in name and in what they include).
#pragma once

enum { HYPERFED_ROW_MAJOR = 101, HYPERFED_NO_TRANSPOSE = 111, HYPERFED_TRANSPOSE = 112 };

void cblas_sgemm(
    int order, int transposeA, int transposeB, int m, int n, int k, float alpha,
    const float *a, int lda, const float *b, int ldb, float beta, float *c, int ldc);
void cblas_dgemm(
    int order, int transposeA, int transposeB, int m, int n, int k, double alpha,
    const double *a, int lda, const double *b, int ldb, double beta, double *c, int ldc);
