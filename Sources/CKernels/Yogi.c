// One pass over gradient and buffers for Yogi, and for its derivatives.
#include "CKernels.h"
#include "Multiversion.h"
#include <math.h>

// The derivative of a root is left out where the root is 0: that coordinate never had a gradient.
#define DEFINE(T, X, ROOT, ABS)                                                                    \
    TYPED_KERNEL void hyperfed_yogi_##X(const T *restrict g, T *restrict m, T *restrict v,         \
                                        T *restrict d, T keep_mean, T add_mean, T add_square,      \
                                        T epsilon, long n) {                                       \
        for (long i = 0; i < n; i++) {                                                             \
            const T before = ABS(v[i]), square = g[i] * g[i], part = add_square * square;          \
            const T down = before > square ? before - part : before;                               \
            const T up = before + part;                                                            \
            m[i] = keep_mean * m[i] + add_mean * g[i];                                             \
            v[i] = before < square ? -up : down;                                                   \
            d[i] = m[i] / (ROOT(before < square ? up : down) + epsilon);                           \
        }                                                                                          \
    }                                                                                              \
    TYPED_KERNEL void hyperfed_yogi_tangent_##X(                                                   \
        T *restrict q, T *restrict z1, T *restrict z2, const T *restrict g, const T *restrict m,   \
        const T *restrict v, T keep_mean, T add_mean, T add_square, T epsilon, T keep, long n) {   \
        for (long i = 0; i < n; i++) {                                                             \
            const T add = v[i] < 0 ? add_square : -add_square;                                     \
            const T first = keep_mean * z1[i] + add_mean * q[i];                                   \
            const T second = z2[i] + 2 * add * g[i] * q[i];                                        \
            const T root = ROOT(ABS(v[i]));                                                        \
            const T divisor = root + epsilon;                                                      \
            const T slope = second / (2 * (root > 0 ? root : 1) * divisor);                        \
            q[i] = (first - m[i] * (root > 0 ? slope : 0)) / divisor;                              \
            z1[i] = keep * first;                                                                  \
            z2[i] = keep * second;                                                                 \
        }                                                                                          \
    }                                                                                              \
    TYPED_KERNEL void hyperfed_yogi_adjoint_##X(                                                   \
        T *restrict a, T *restrict b1, T *restrict b2, const T *restrict g, const T *restrict m,   \
        const T *restrict v, T keep_mean, T add_mean, T add_square, T epsilon, long n) {           \
        for (long i = 0; i < n; i++) {                                                             \
            const T add = v[i] < 0 ? add_square : -add_square;                                     \
            const T root = ROOT(ABS(v[i]));                                                        \
            const T divisor = root + epsilon;                                                      \
            const T part = a[i] / divisor;                                                         \
            const T slope = m[i] / (2 * (root > 0 ? root : 1) * divisor);                          \
            const T mean = b1[i] + part;                                                           \
            const T square = b2[i] - part * (root > 0 ? slope : 0);                                \
            a[i] = add_mean * mean + 2 * add * g[i] * square;                                      \
            b1[i] = keep_mean * mean;                                                              \
            b2[i] = square;                                                                        \
        }                                                                                          \
    }

DEFINE(float, f, sqrtf, fabsf)
DEFINE(double, d, sqrt, fabs)

KERNEL(void, yogi, (g, m, v, d, keep_mean, add_mean, add_square, epsilon, n),
       const void *g, void *m, void *v, void *d, double keep_mean, double add_mean,
       double add_square, double epsilon, long n)
KERNEL(void, yogi_tangent, (q, z1, z2, g, m, v, keep_mean, add_mean, add_square, epsilon, keep,
       n),
       void *q, void *z1, void *z2, const void *g, const void *m, const void *v,
       double keep_mean, double add_mean, double add_square, double epsilon, double keep,
       long n)
KERNEL(void, yogi_adjoint, (a, b1, b2, g, m, v, keep_mean, add_mean, add_square, epsilon, n),
       void *a, void *b1, void *b2, const void *g, const void *m, const void *v,
       double keep_mean, double add_mean, double add_square, double epsilon, long n)
