// One pass over gradient and buffers for each optimizer with buffers of its own.
#include "CKernels.h"
#include "Multiversion.h"
#include <math.h>

#define DEFINE(T, X, ROOT)                                                                         \
    TYPED_KERNEL void hyperfed_nesterov_##X(const T *restrict g, T *restrict v, T *restrict d,     \
                                            T momentum, long n) {                                  \
        for (long i = 0; i < n; i++) {                                                             \
            v[i] = momentum * v[i] + g[i];                                                         \
            d[i] = g[i] + momentum * v[i];                                                         \
        }                                                                                          \
    }                                                                                              \
    TYPED_KERNEL void hyperfed_adam_##X(const T *restrict g, T *restrict m, T *restrict v,         \
                                        T *restrict d, T keep_mean, T add_mean, T keep_square,     \
                                        T add_square, T mean_factor, T square_factor, T epsilon,   \
                                        long n) {                                                  \
        for (long i = 0; i < n; i++) {                                                             \
            m[i] = keep_mean * m[i] + add_mean * g[i];                                             \
            v[i] = keep_square * v[i] + add_square * g[i] * g[i];                                  \
            d[i] = mean_factor * m[i] / (ROOT(square_factor * v[i]) + epsilon);                    \
        }                                                                                          \
    }                                                                                              \
    TYPED_KERNEL void hyperfed_scaled_gradient_##X(const T *restrict g, T *restrict s,             \
                                                   T *restrict d, T keep, T add, T offset,         \
                                                   T epsilon, long n) {                            \
        for (long i = 0; i < n; i++) {                                                             \
            s[i] = keep * s[i] + add * g[i] * g[i];                                                \
            d[i] = g[i] / (ROOT(s[i] + offset) + epsilon);                                         \
        }                                                                                          \
    }                                                                                              \
    TYPED_KERNEL void hyperfed_add_difference_##X(T *restrict y, const T *restrict x,              \
                                                  const T *restrict z, T scale, long n) {          \
        for (long i = 0; i < n; i++) y[i] += scale * (x[i] - z[i]);                                \
    }

DEFINE(float, f, sqrtf)
DEFINE(double, d, sqrt)

KERNEL(void, nesterov, (g, v, d, momentum, n),
       const void *g, void *v, void *d, double momentum, long n)
KERNEL(void, adam, (g, m, v, d, keep_mean, add_mean, keep_square, add_square, mean_factor,
       square_factor, epsilon, n),
       const void *g, void *m, void *v, void *d, double keep_mean, double add_mean,
       double keep_square, double add_square, double mean_factor, double square_factor,
       double epsilon, long n)
KERNEL(void, scaled_gradient, (g, s, d, keep, add, offset, epsilon, n),
       const void *g, void *s, void *d, double keep, double add, double offset, double epsilon,
       long n)
KERNEL(void, add_difference, (y, x, z, scale, n),
       void *y, const void *x, const void *z, double scale, long n)
