// The part of the CBLAS interface that is used, declared here so that any CBLAS library can take
// the place of the default one without its headers (they differ in name and in what they include).
#pragma once
#include <stdbool.h>

enum { HYPERFED_ROW_MAJOR = 101, HYPERFED_NO_TRANSPOSE = 111, HYPERFED_TRANSPOSE = 112 };

void cblas_sgemm(
    int order, int transposeA, int transposeB, int m, int n, int k, float alpha,
    const float *a, int lda, const float *b, int ldb, float beta, float *c, int ldc);
void cblas_dgemm(
    int order, int transposeA, int transposeB, int m, int n, int k, double alpha,
    const double *a, int lda, const double *b, int ldb, double beta, double *c, int ldc);

// Computes c = scale a b + keep c, row-major, in float or in double; with transpose_a, a is stored
// as (k, m), and with transpose_b, b as (n, k). The leading dimensions are the columns as stored.
static inline void hyperfed_gemm(
    bool is_double, bool transpose_a, bool transpose_b, int m, int n, int k, double scale,
    const void *a, int leading_a, const void *b, int leading_b, double keep, void *c,
    int leading_c) {
    const int ways[] = {HYPERFED_NO_TRANSPOSE, HYPERFED_TRANSPOSE};
    const int way_a = ways[transpose_a], way_b = ways[transpose_b];
    if (is_double)
        cblas_dgemm(
            HYPERFED_ROW_MAJOR, way_a, way_b, m, n, k, scale, a, leading_a, b, leading_b, keep, c,
            leading_c);
    else
        cblas_sgemm(
            HYPERFED_ROW_MAJOR, way_a, way_b, m, n, k, (float)scale, a, leading_a, b, leading_b,
            (float)keep, c, leading_c);
}
