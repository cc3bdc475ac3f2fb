// The loops that Swift cannot make fast: reductions (Swift never reassociates sums: 8 times
// slower), integer rounding of products, and fused passes. Each has a plain reference in the tests.
//
// Names end in the element type: _f for float, _d for double. All sums run in double, over fixed
// lanes, so that a result depends on the numbers and their order alone.
#pragma once
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
#define HYPERFED_ACTIVATION(T, X, NAME)                                                            \
    void hyperfed_##NAME##_##X(const T *x, T *y, long n);                                          \
    void hyperfed_##NAME##_slope_##X(const T *y, const T *d, T *out, long n);                      \
    void hyperfed_##NAME##_slope_tangent_##X(const T *y, const T *y_tangent, const T *d,           \
                                             const T *d_tangent, T *out, long n);

#define HYPERFED_KERNELS(T, X)                                                                     \
    /* sum of x[i] * y[i] */                                                                       \
    double hyperfed_dot_##X(const T *x, const T *y, long n);                                       \
    /* products[0..2] = x.x, x.y, x.z: one pass over the three */                                  \
    void hyperfed_dots_##X(const T *x, const T *y, const T *z, long n, double products[3]);        \
    /* y[i] = keep * y[i] + scale * x[i] */                                                        \
    void hyperfed_combine_##X(T *y, T keep, const T *x, T scale, long n);                          \
    /* out[i] = scale * x[i] */                                                                    \
    void hyperfed_scale_##X(const T *x, T *out, T scale, long n);                                  \
    /* y[i] += scale * x[i] */                                                                     \
    void hyperfed_add_##X(T *y, const T *x, T scale, long n);                                      \
    /* out[i] = x[i] - y[i]; returns the sum of their squares */                                   \
    double hyperfed_difference_##X(const T *x, const T *y, T *out, long n);                        \
    /* m[r][c] += row[c] */                                                                        \
    void hyperfed_add_row_##X(T *m, const T *row, long rows, long columns);                        \
    /* out[c] = sum over r of m[r][c] */                                                           \
    void hyperfed_column_sums_##X(const T *m, T *out, long rows, long columns);                    \
    /* Mean cross-entropy over the rows: returns the sum of the rows' losses (natural log), writes */ \
    /* (softmax - onehot) / rows to gradient (rows x classes; may be null) and adds the number of */ \
    /* rows whose largest logit (the first of equals) is the label to *correct (may be null). */   \
    /* rows = positions x samples, position-major; labels are whole numbers, sample-major. */      \
    double hyperfed_cross_entropy_##X(const T *logits, const T *labels, T *gradient, long rows,    \
                                      long classes, long positions, long *correct);                \
    /* out = the tangent of that gradient where the logits move along `tangent`. */                \
    void hyperfed_cross_entropy_tangent_##X(const T *logits, const T *tangent, T *out, long rows,  \
                                            long classes);                                         \
    /* The index of the first number that is not in 0 ..< limit (a NaN isn't), or -1. */           \
    long hyperfed_first_outside_##X(const T *x, T limit, long n);                                  \
    /* Mean squared error: returns the sum of squares, writes 2 (y - target) / n to gradient */    \
    /* (may be null). */                                                                           \
    double hyperfed_squared_error_##X(const T *y, const T *target, T *gradient, long n);           \
    /* v = momentum v + g, d = g + momentum v */                                                   \
    void hyperfed_nesterov_##X(const T *g, T *v, T *d, T momentum, long n);                        \
    /* m = keep_mean m + add_mean g, v = keep_square v + add_square g^2, */                        \
    /* d = mean_factor m / (sqrt(square_factor v) + epsilon) */                                    \
    void hyperfed_adam_##X(const T *g, T *m, T *v, T *d, T keep_mean, T add_mean, T keep_square,   \
                           T add_square, T mean_factor, T square_factor, T epsilon, long n);       \
    /* s = keep s + add g^2, d = g / (sqrt(s + offset) + epsilon) */                               \
    void hyperfed_scaled_gradient_##X(const T *g, T *s, T *d, T keep, T add, T offset, T epsilon,  \
                                      long n);                                                     \
    /* y += scale (x - z) */                                                                       \
    void hyperfed_add_difference_##X(T *y, const T *x, const T *z, T scale, long n);               \
    HYPERFED_ACTIVATION(T, X, relu)                                                                \
    HYPERFED_ACTIVATION(T, X, tanh)                                                                \
    HYPERFED_ACTIVATION(T, X, sigmoid)

HYPERFED_KERNELS(float, f)
HYPERFED_KERNELS(double, d)
#undef HYPERFED_KERNELS
#undef HYPERFED_ACTIVATION

// The products of SmallProducts.h for few units, with w as (units, inner): y = x w^T + bias, x is
// (rows, inner), y is (rows, units); and g = d^T x, d is (rows, units), g is (units, inner). Return
// 0 likewise.
int hyperfed_narrow_affine(const float *x, const float *w, const float *bias, float *y, long rows,
                           long units, long inner);
int hyperfed_narrow_outer_sum(const float *d, const float *x, float *g, long rows, long units,
                              long inner);

// y = d w^T (if `keep`: + what it was): d is (rows, inner), w is (columns, inner), y is (rows,
// columns). The workspace holds as many numbers as the first function says. Returns 0 likewise.
long hyperfed_transposed_product_workspace(long rows, long inner);
int hyperfed_transposed_product(const float *d, const float *w, float *y, long rows, long columns,
                                long inner, int keep, float *workspace);

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
