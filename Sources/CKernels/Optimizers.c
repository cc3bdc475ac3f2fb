// One pass over gradient and buffers for each optimizer with buffers of its own.
#include "CKernels.h"
#include "Multiversion.h"
#include <math.h>

#define DEFINE(T, X, ROOT)                                                                         \
    MULTIVERSION void hyperfed_nesterov_##X(const T *restrict g, T *restrict v, T *restrict d,     \
                                            T momentum, long n) {                                  \
        for (long i = 0; i < n; i++) {                                                             \
            v[i] = momentum * v[i] + g[i];                                                         \
            d[i] = g[i] + momentum * v[i];                                                         \
        }                                                                                          \
    }                                                                                              \
    MULTIVERSION void hyperfed_adam_##X(const T *restrict g, T *restrict m, T *restrict v,         \
                                        T *restrict d, T keep_mean, T add_mean, T keep_square,     \
                                        T add_square, T mean_factor, T square_factor, T epsilon,   \
                                        long n) {                                                  \
        for (long i = 0; i < n; i++) {                                                             \
            m[i] = keep_mean * m[i] + add_mean * g[i];                                             \
            v[i] = keep_square * v[i] + add_square * g[i] * g[i];                                  \
            d[i] = mean_factor * m[i] / (ROOT(square_factor * v[i]) + epsilon);                    \
        }                                                                                          \
    }                                                                                              \
    MULTIVERSION void hyperfed_scaled_gradient_##X(const T *restrict g, T *restrict s,             \
                                                   T *restrict d, T keep, T add, T offset,         \
                                                   T epsilon, long n) {                            \
        for (long i = 0; i < n; i++) {                                                             \
            s[i] = keep * s[i] + add * g[i] * g[i];                                                \
            d[i] = g[i] / (ROOT(s[i] + offset) + epsilon);                                         \
        }                                                                                          \
    }                                                                                              \
    MULTIVERSION void hyperfed_add_difference_##X(T *restrict y, const T *restrict x,              \
                                                  const T *restrict z, T scale, long n) {          \
        for (long i = 0; i < n; i++) y[i] += scale * (x[i] - z[i]);                                \
    }

DEFINE(float, f, sqrtf)
DEFINE(double, d, sqrt)
