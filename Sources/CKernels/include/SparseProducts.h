// Products of data with many zeros; SparseProducts.c says how. All matrices are row-major. Each
// product has the bits of the dense one of SmallProducts.h, or it returns false, without a result:
// for double, for few columns, on a CPU without AVX2, and where leaving out a zero of x could
// change a bit.
#pragma once
#include <stdbool.h>

// Computes y = x w + bias: x is (rows, inner), w is (inner, columns) and bias is (columns).
bool hyperfed_sparse_affine(bool is_double, const void *x, const void *w, const void *bias, void *y,
                            long rows, long columns, long inner);
// Computes g = x^T d: x is (rows, inputs), d is (rows, columns) and g is (inputs, columns).
bool hyperfed_sparse_outer_sum(bool is_double, const void *x, const void *d, void *g, long rows,
                               long inputs, long columns);
// Computes w = w + scale * g with this g, without storing g. The result is false for more than 64
// rows too.
bool hyperfed_sparse_descent(bool is_double, const void *x, const void *d, double scale, void *w,
                             long rows, long inputs, long columns);
