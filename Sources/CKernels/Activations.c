// Activations, element by element, with their derivatives written in terms of their result y.
#include "CKernels.h"
#include "Exponential.h"
#include "Multiversion.h"

// f(x); f'(x) d as a function of y; the tangent of f'(x), times d, as a function of y and of its
// tangent t.
#define RELU(x) ((x) < 0 ? 0 : (x)) /* so written that a NaN stays one */
#define RELU_SLOPE(y, d) ((y) > 0 ? (d) : 0)
#define RELU_BEND(y, t, d) 0
#define TANH_SLOPE(y, d) ((1 - (y) * (y)) * (d))
#define TANH_BEND(y, t, d) (-2 * (y) * (t) * (d))
#define SIGMOID_SLOPE(y, d) ((y) * (1 - (y)) * (d))
#define SIGMOID_BEND(y, t, d) ((1 - 2 * (y)) * (t) * (d))

#define DEFINE(T, X, NAME, VALUE, SLOPE, BEND)                                                     \
    TYPED_KERNEL void hyperfed_##NAME##_##X(const T *restrict x, T *restrict y, long n) {          \
        for (long i = 0; i < n; i++) y[i] = VALUE(x[i]);                                           \
    }                                                                                              \
    TYPED_KERNEL void hyperfed_##NAME##_slope_##X(const T *restrict y, const T *restrict d,        \
                                                  T *restrict out, long n) {                       \
        for (long i = 0; i < n; i++) out[i] = SLOPE(y[i], d[i]);                                   \
    }                                                                                              \
    TYPED_KERNEL void hyperfed_##NAME##_slope_tangent_##X(                                         \
        const T *restrict y, const T *restrict y_tangent, const T *restrict d,                     \
        const T *restrict d_tangent, T *restrict out, long n) {                                    \
        for (long i = 0; i < n; i++)                                                               \
            out[i] = SLOPE(y[i], d_tangent[i]) + BEND(y[i], y_tangent[i], d[i]);                   \
    }

DEFINE(float, f, relu, RELU, RELU_SLOPE, RELU_BEND)
DEFINE(double, d, relu, RELU, RELU_SLOPE, RELU_BEND)
DEFINE(float, f, tanh, tanh_f, TANH_SLOPE, TANH_BEND)
DEFINE(double, d, tanh, tanh_d, TANH_SLOPE, TANH_BEND)
DEFINE(float, f, sigmoid, sigmoid_f, SIGMOID_SLOPE, SIGMOID_BEND)
DEFINE(double, d, sigmoid, sigmoid_d, SIGMOID_SLOPE, SIGMOID_BEND)

#define KERNELS(NAME)                                                                              \
    KERNEL(void, NAME, (x, y, n), const void *x, void *y, long n)                                  \
    KERNEL(void, NAME##_slope, (y, d, out, n), const void *y, const void *d, void *out, long n)    \
    KERNEL(void, NAME##_slope_tangent, (y, y_tangent, d, d_tangent, out, n),                       \
           const void *y, const void *y_tangent, const void *d, const void *d_tangent, void *out,  \
           long n)

KERNELS(relu)
KERNELS(tanh)
KERNELS(sigmoid)
