// The loops that Swift cannot make fast: reductions (Swift never reassociates sums, which is 8
// times slower), integer rounding of products, and fused passes. Each has a plain reference in the
// tests.
//
// The first argument of a kernel says what its vectors contain: doubles if is_double, else floats.
// Scalar arguments are doubles and are rounded to the type of the numbers. All sums run in double,
// over fixed lanes, so a result depends on the numbers and their order alone. Vectors have n
// numbers and do not overlap, matrices are row-major.
#pragma once
#include <stdbool.h>
#include "Compression.h"
#include "Convolution.h"
#include "Corrections.h"
#include "ExactSums.h"
#include "GroupNorm.h"
#include "Hypergradients.h"
#include "ImplicitDifferentiation.h"
#include "ParameterRates.h"
#include "Recurrent.h"
#include "SelfAdaptiveRates.h"
#include "SmallProducts.h"
#include "SparseProducts.h"
#include "Tangents.h"
#include "Tower.h"
#include "VectorWidth.h"
#include "Yogi.h"
#include <stdint.h>

// Computes c = scale a b + keep c in plain loops: c is (rows, columns) and overlaps neither.
// Element (r, k) of a is at a[r * a_row + k * a_inner], (k, i) of b at b[k * b_inner + i *
// b_column]. With keep = 0, c is not read.
void hyperfed_plain_product(bool is_double, const void *a, long a_row, long a_inner, const void *b,
                            long b_inner, long b_column, void *c, long rows, long columns,
                            long inner, double scale, double keep);

// Does multiply-adds in registers, to measure how many this core can do: `steps` in each of some
// chains. Returns how many numbers were multiplied and added. `result` keeps the compiler from
// leaving them out.
long hyperfed_multiply_adds(long steps, float *result);

// An activation f: the first function computes y = f(x), the second out = f' d, and the third
// out = f' d_tangent + (tangent of f') d, with f' computed from y = f(x).
#define HYPERFED_ACTIVATION(NAME)                                                                  \
    void hyperfed_##NAME(bool is_double, const void *x, void *y, long n);                          \
    void hyperfed_##NAME##_slope(bool is_double, const void *y, const void *d, void *out, long n); \
    void hyperfed_##NAME##_slope_tangent(bool is_double, const void *y, const void *y_tangent,     \
                                         const void *d, const void *d_tangent, void *out, long n);

// Returns the sum of x[i] * y[i] over n numbers.
double hyperfed_dot(bool is_double, const void *x, const void *y, long n);
// Writes the sums of x x, x y and x z to products, in one pass over the three vectors.
void hyperfed_dots(bool is_double, const void *x, const void *y, const void *z, long n,
                   double products[3]);
// Computes y[i] = keep * y[i] + scale * x[i].
void hyperfed_combine(bool is_double, void *y, double keep, const void *x, double scale, long n);
// Sets each of n numbers to value.
void hyperfed_fill(bool is_double, void *x, double value, long n);
// Computes out[i] = scale * x[i].
void hyperfed_scale(bool is_double, const void *x, void *out, double scale, long n);
// Computes y[i] += scale * x[i].
void hyperfed_add(bool is_double, void *y, const void *x, double scale, long n);
// Computes out[i] = x[i] - y[i] and returns the sum of the squares of out.
double hyperfed_difference(bool is_double, const void *x, const void *y, void *out, long n);
// Adds row, (columns), to each row of m, (rows, columns).
void hyperfed_add_row(bool is_double, void *m, const void *row, long rows, long columns);
// Computes out[c] as the sum over r of m[r][c]: m is (rows, columns), out is (columns).
void hyperfed_column_sums(bool is_double, const void *m, void *out, long rows, long columns);
// Returns the sum of the cross-entropies of the rows (natural logarithm). Logits are (rows,
// classes), with rows = positions x samples, position after position. Labels are whole numbers,
// sample after sample. Writes (softmax - onehot) / rows to gradient, (rows, classes), if it is not
// null. Adds the number of rows with the label as the largest logit (the first of equal ones) to
// *correct, if it is not null.
double hyperfed_cross_entropy(bool is_double, const void *logits, const void *labels,
                              void *gradient, long rows, long classes, long positions,
                              long *correct);
// Adds 1 to hits[label] for each row with its label as the largest logit (the first of equal ones).
// The shapes are those of the cross-entropy.
void hyperfed_class_hits(bool is_double, const void *logits, const void *labels, long rows,
                         long classes, long positions, uint32_t *hits);
// Computes out as the tangent of that gradient, where the logits move along `tangent`; all are
// (rows, classes).
void hyperfed_cross_entropy_tangent(bool is_double, const void *logits, const void *tangent,
                                    void *out, long rows, long classes);
// Returns the index of the first number that is not in 0 ..< limit (a NaN is not), or -1.
long hyperfed_first_outside(bool is_double, const void *x, double limit, long n);
// Returns the sum of (y - target)^2. Writes 2 (y - target) / n, the derivative of the mean, to
// gradient if it is not null.
double hyperfed_squared_error(bool is_double, const void *y, const void *target, void *gradient,
                              long n);
// Computes v = momentum v + g, d = g + momentum v.
void hyperfed_nesterov(bool is_double, const void *g, void *v, void *d, double momentum, long n);
// Computes m = keep_mean m + add_mean g, v = keep_square v + add_square g^2, d = mean_factor m /
// (sqrt(square_factor v) + epsilon).
void hyperfed_adam(bool is_double, const void *g, void *m, void *v, void *d, double keep_mean,
                   double add_mean, double keep_square, double add_square, double mean_factor,
                   double square_factor, double epsilon, long n);
// Computes s = keep s + add g^2, d = g / (sqrt(s + offset) + epsilon).
void hyperfed_scaled_gradient(bool is_double, const void *g, void *s, void *d, double keep,
                              double add, double offset, double epsilon, long n);
// Computes y += scale (x - z).
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

// Computes row r of out, (count, width), as scale times the bytes of row samples[r] of a (..,
// width) matrix. Fetches rows ahead, since they are anywhere in a file that is larger than the
// caches.
void hyperfed_gather_bytes(const uint8_t *rows, const int32_t *samples, long count, long width,
                           float scale, float *out);

// Copies row samples[r] of a (.., width) matrix of float32 to row r of out, (count, width). Fetches
// rows ahead, as hyperfed_gather_bytes does.
void hyperfed_gather_floats(const float *rows, const int32_t *samples, long count, long width,
                            float *out);
// Asks for rows of `size` bytes that a later call will gather, so that they come from memory while
// this thread computes.
static inline void hyperfed_prefetch_rows(const void *rows, const int32_t *samples, long count,
                                          long size) {
    enum { LINE = 64 };
    for (long r = 0; r < count; r++) {
        const char *row = (const char *)rows + (long)samples[r] * size;
        for (long i = 0; i < size; i += LINE) __builtin_prefetch(row + i, 0, 2);
    }
}
