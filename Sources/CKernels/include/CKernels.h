// The loops that Swift cannot make fast: reductions (Swift never reassociates sums: 8 times
// slower), integer rounding of products, and fused passes. Each has a plain reference in the tests.
//
// Names end in the element type: _f for float, _d for double. All sums run in double, over fixed
// lanes, so that a result depends on the numbers and their order alone.
#pragma once
#include <stdbool.h>
#include "Convolution.h"
#include "Corrections.h"
#include "GroupNorm.h"
#include "Hypergradients.h"
#include "ImplicitDifferentiation.h"
#include "ParameterRates.h"
#include "Recurrent.h"
#include "SelfAdaptiveRates.h"
#include "SmallProducts.h"
#include "Tangents.h"
#include "Tower.h"
#include "Yogi.h"
#include <stdint.h>

// Tells BLIS 0.9 which kernels fit a CPU that is newer than it (it would take its slow portable
// ones: measured 4 to 5 times slower on Zen 5). Call once, before the first product. Does nothing
// where BLIS_ARCH_TYPE is set by the user, for other libraries and for CPUs that BLIS knows.
void hyperfed_prepare_blas(void);

// y = f(x); out = f' d; out = f' d_tangent + (tangent of f') d, with f' computed from y = f(x).
#define HYPERFED_ACTIVATION(NAME)                                                                  \
    void hyperfed_##NAME(bool is_double, const void *x, void *y, long n);                          \
    void hyperfed_##NAME##_slope(bool is_double, const void *y, const void *d, void *out, long n); \
    void hyperfed_##NAME##_slope_tangent(bool is_double, const void *y, const void *y_tangent,     \
                                         const void *d, const void *d_tangent, void *out, long n);

// sum of x[i] * y[i]
double hyperfed_dot(bool is_double, const void *x, const void *y, long n);
// products[0..2] = x.x, x.y, x.z: one pass over the three
void hyperfed_dots(bool is_double, const void *x, const void *y, const void *z, long n,
                   double products[3]);
// y[i] = keep * y[i] + scale * x[i]
void hyperfed_combine(bool is_double, void *y, double keep, const void *x, double scale, long n);
// Sets each of n numbers to value.
void hyperfed_fill(bool is_double, void *x, double value, long n);
// out[i] = scale * x[i]
void hyperfed_scale(bool is_double, const void *x, void *out, double scale, long n);
// y[i] += scale * x[i]
void hyperfed_add(bool is_double, void *y, const void *x, double scale, long n);
// out[i] = x[i] - y[i]; returns the sum of their squares
double hyperfed_difference(bool is_double, const void *x, const void *y, void *out, long n);
// m[r][c] += row[c]
void hyperfed_add_row(bool is_double, void *m, const void *row, long rows, long columns);
// out[c] = sum over r of m[r][c]
void hyperfed_column_sums(bool is_double, const void *m, void *out, long rows, long columns);
// Mean cross-entropy over the rows: returns the sum of the rows' losses (natural log), writes
// (softmax - onehot) / rows to gradient (rows x classes; may be null) and adds the number of
// rows whose largest logit (the first of equals) is the label to *correct (may be null). rows =
// positions x samples, position-major; labels are whole numbers, sample-major.
double hyperfed_cross_entropy(bool is_double, const void *logits, const void *labels,
                              void *gradient, long rows, long classes, long positions,
                              long *correct);
// out = the tangent of that gradient where the logits move along `tangent`.
void hyperfed_cross_entropy_tangent(bool is_double, const void *logits, const void *tangent,
                                    void *out, long rows, long classes);
// The index of the first number that is not in 0 ..< limit (a NaN isn't), or -1.
long hyperfed_first_outside(bool is_double, const void *x, double limit, long n);
// Mean squared error: returns the sum of squares, writes 2 (y - target) / n to gradient (may be
// null).
double hyperfed_squared_error(bool is_double, const void *y, const void *target, void *gradient,
                              long n);
// v = momentum v + g, d = g + momentum v
void hyperfed_nesterov(bool is_double, const void *g, void *v, void *d, double momentum, long n);
// m = keep_mean m + add_mean g, v = keep_square v + add_square g^2, d = mean_factor m /
// (sqrt(square_factor v) + epsilon)
void hyperfed_adam(bool is_double, const void *g, void *m, void *v, void *d, double keep_mean,
                   double add_mean, double keep_square, double add_square, double mean_factor,
                   double square_factor, double epsilon, long n);
// s = keep s + add g^2, d = g / (sqrt(s + offset) + epsilon)
void hyperfed_scaled_gradient(bool is_double, const void *g, void *s, void *d, double keep,
                              double add, double offset, double epsilon, long n);
// y += scale (x - z)
void hyperfed_add_difference(bool is_double, void *y, const void *x, const void *z, double scale,
                             long n);
HYPERFED_ACTIVATION(relu)
HYPERFED_ACTIVATION(tanh)
HYPERFED_ACTIVATION(sigmoid)
#undef HYPERFED_ACTIVATION

// Compute the products of SmallProducts.h for few units, where w is stored as (units, inner):
// y = x w^T + bias, with x (rows, inner) and y (rows, units);
// g = d^T x, with d (rows, units) and g (units, inner).
// Return false, without a result, for double and on a CPU without AVX2.
bool hyperfed_narrow_affine(bool is_double, const void *x, const void *w, const void *bias, void *y,
                            long rows, long units, long inner);
bool hyperfed_narrow_outer_sum(bool is_double, const void *d, const void *x, void *g, long rows,
                               long units, long inner);

// Computes y = d w^T, or y += d w^T with `keep`: d is (rows, inner), w is (columns, inner) and y is
// (rows, columns). The workspace has as many numbers as the first function returns. Returns false,
// without a result, if another method is faster for these sizes, and for double.
long hyperfed_transposed_product_workspace(long rows, long inner);
bool hyperfed_transposed_product(bool is_double, const void *d, const void *w, void *y, long rows,
                                 long columns, long inner, bool keep, void *workspace);

// Row r of out, (count, width), becomes scale times the bytes of row samples[r] of a (.., width)
// matrix. Fetches rows ahead: they lie anywhere in a file that no cache holds.
void hyperfed_gather_bytes(const uint8_t *rows, const int32_t *samples, long count, long width,
                           float scale, float *out);

// sum[i] += round(x[i] * scale) as integers, ties to even. Exact while |x[i] * scale| <= 2^51.
// Returns how many elements were outside that range or not finite (the sum is then unusable).
long hyperfed_exact_add(int64_t *sum, const float *x, double scale, double limit, long n);
// Takes back what hyperfed_exact_add added, also of elements outside the limit: both are modular.
void hyperfed_exact_subtract(int64_t *sum, const float *x, double scale, long n);
// out[i] = sum[i] * factor; returns the sum of squares of out.
double hyperfed_exact_mean(const int64_t *sum, double factor, float *out, long n);
