// One pass over gradient, buffers and their tangents or adjoints for each optimizer.
#include "CKernels.h"
#include "Multiversion.h"
#include <math.h>

enum { LANES = 8 };

// The derivative of a root is left out where the root is 0: that coordinate never had a gradient.
#define DEFINE_TANGENTS(T, X, ROOT)                                                                \
    TYPED_KERNEL void hyperfed_heavy_ball_tangent_##X(T *restrict q, T *restrict z, T momentum,    \
                                                      T keep, long n) {                            \
        for (long i = 0; i < n; i++) {                                                             \
            const T v = momentum * z[i] + q[i];                                                    \
            q[i] = v;                                                                              \
            z[i] = keep * v;                                                                       \
        }                                                                                          \
    }                                                                                              \
    TYPED_KERNEL void hyperfed_nesterov_tangent_##X(T *restrict q, T *restrict z, T momentum,      \
                                                    T keep, long n) {                              \
        for (long i = 0; i < n; i++) {                                                             \
            const T v = momentum * z[i] + q[i];                                                    \
            q[i] += momentum * v;                                                                  \
            z[i] = keep * v;                                                                       \
        }                                                                                          \
    }                                                                                              \
    TYPED_KERNEL void hyperfed_adam_tangent_##X(                                                   \
        T *restrict q, T *restrict z1, T *restrict z2, const T *restrict g, const T *restrict m,   \
        const T *restrict v, T keep_mean, T add_mean, T keep_square, T add_square, T mean_factor,  \
        T square_factor, T epsilon, T keep, long n) {                                              \
        for (long i = 0; i < n; i++) {                                                             \
            const T first = keep_mean * z1[i] + add_mean * q[i];                                   \
            const T second = keep_square * z2[i] + 2 * add_square * g[i] * q[i];                   \
            const T root = ROOT(square_factor * v[i]);                                             \
            const T divisor = root + epsilon;                                                      \
            const T slope = square_factor * second / (2 * (root > 0 ? root : 1) * divisor);        \
            q[i] = mean_factor * (first - m[i] * (root > 0 ? slope : 0)) / divisor;                \
            z1[i] = keep * first;                                                                  \
            z2[i] = keep * second;                                                                 \
        }                                                                                          \
    }                                                                                              \
    TYPED_KERNEL void hyperfed_scaled_tangent_##X(                                                 \
        T *restrict q, T *restrict z, const T *restrict g, const T *restrict s, T keep_square,     \
        T add, T offset, T epsilon, T keep, long n) {                                              \
        for (long i = 0; i < n; i++) {                                                             \
            const T square = keep_square * z[i] + 2 * add * g[i] * q[i];                           \
            const T root = ROOT(s[i] + offset);                                                    \
            const T divisor = root + epsilon;                                                      \
            const T slope = square / (2 * (root > 0 ? root : 1) * divisor);                        \
            q[i] = (q[i] - g[i] * (root > 0 ? slope : 0)) / divisor;                               \
            z[i] = keep * square;                                                                  \
        }                                                                                          \
    }

#define DEFINE_ADVANCE(T, X)                                                                       \
    TYPED_KERNEL void hyperfed_advance_tangent_##X(T *restrict z, const T *restrict q,             \
                                                   const T *restrict d, T keep, T rate, long n,    \
                                                   double squares[2]) {                            \
        double zz[LANES] = {0}, dd[LANES] = {0};                                                   \
        long i = 0;                                                                                \
        for (; i + LANES <= n; i += LANES) {                                                       \
            for (int k = 0; k < LANES; k++) {                                                      \
                const T value = keep * (z[i + k] - rate * q[i + k]) - d[i + k];                    \
                z[i + k] = value;                                                                  \
                zz[k] += (double)value * (double)value;                                            \
                dd[k] += (double)d[i + k] * (double)d[i + k];                                      \
            }                                                                                      \
        }                                                                                          \
        for (int k = 0; i < n; i++, k++) {                                                         \
            const T value = keep * (z[i] - rate * q[i]) - d[i];                                    \
            z[i] = value;                                                                          \
            zz[k] += (double)value * (double)value;                                                \
            dd[k] += (double)d[i] * (double)d[i];                                                  \
        }                                                                                          \
        for (int half = LANES / 2; half > 0; half /= 2) {                                          \
            for (int k = 0; k < half; k++) {                                                       \
                zz[k] += zz[k + half];                                                             \
                dd[k] += dd[k + half];                                                             \
            }                                                                                      \
        }                                                                                          \
        squares[0] = zz[0];                                                                        \
        squares[1] = dd[0];                                                                        \
    }

#define DEFINE_ADJOINTS(T, X, ROOT)                                                                \
    TYPED_KERNEL void hyperfed_heavy_ball_adjoint_##X(T *restrict a, T *restrict b, T momentum,    \
                                                      long n) {                                    \
        for (long i = 0; i < n; i++) {                                                             \
            a[i] += b[i];                                                                          \
            b[i] = momentum * a[i];                                                                \
        }                                                                                          \
    }                                                                                              \
    TYPED_KERNEL void hyperfed_nesterov_adjoint_##X(T *restrict a, T *restrict b, T momentum,      \
                                                    long n) {                                      \
        for (long i = 0; i < n; i++) {                                                             \
            const T v = b[i] + momentum * a[i];                                                    \
            a[i] += v;                                                                             \
            b[i] = momentum * v;                                                                   \
        }                                                                                          \
    }                                                                                              \
    TYPED_KERNEL void hyperfed_adam_adjoint_##X(                                                   \
        T *restrict a, T *restrict b1, T *restrict b2, const T *restrict g, const T *restrict m,   \
        const T *restrict v, T keep_mean, T add_mean, T keep_square, T add_square, T mean_factor,  \
        T square_factor, T epsilon, long n) {                                                      \
        for (long i = 0; i < n; i++) {                                                             \
            const T root = ROOT(square_factor * v[i]);                                             \
            const T divisor = root + epsilon;                                                      \
            const T part = mean_factor * a[i] / divisor;                                           \
            const T slope = square_factor * m[i] / (2 * (root > 0 ? root : 1) * divisor);          \
            const T mean = b1[i] + part;                                                           \
            const T square = b2[i] - part * (root > 0 ? slope : 0);                                \
            a[i] = add_mean * mean + 2 * add_square * g[i] * square;                               \
            b1[i] = keep_mean * mean;                                                              \
            b2[i] = keep_square * square;                                                          \
        }                                                                                          \
    }                                                                                              \
    TYPED_KERNEL void hyperfed_scaled_adjoint_##X(T *restrict a, T *restrict b,                    \
                                                  const T *restrict g, const T *restrict s,        \
                                                  T keep_square, T add, T offset, T epsilon,       \
                                                  long n) {                                        \
        for (long i = 0; i < n; i++) {                                                             \
            const T root = ROOT(s[i] + offset);                                                    \
            const T divisor = root + epsilon;                                                      \
            const T part = a[i] / divisor;                                                         \
            const T slope = g[i] / (2 * (root > 0 ? root : 1) * divisor);                          \
            const T square = b[i] - part * (root > 0 ? slope : 0);                                 \
            a[i] = part + 2 * add * g[i] * square;                                                 \
            b[i] = keep_square * square;                                                           \
        }                                                                                          \
    }

#define DEFINE_CLIPS(T, X)                                                                         \
    TYPED_KERNEL void hyperfed_clip_gradient_##X(T *restrict g, const T *restrict z,               \
                                                 T *restrict y, T limit, long n) {                 \
        for (long i = 0; i < n; i++) {                                                             \
            const T value = g[i];                                                                  \
            y[i] = value < -limit || value > limit ? 0 : z[i];                                     \
            g[i] = value < -limit ? -limit : value > limit ? limit : value;                        \
        }                                                                                          \
    }                                                                                              \
    TYPED_KERNEL void hyperfed_clip_##X(T *restrict x, T limit, long n) {                          \
        for (long i = 0; i < n; i++) {                                                             \
            const T value = x[i];                                                                  \
            x[i] = value < -limit ? -limit : value > limit ? limit : value;                        \
        }                                                                                          \
    }

DEFINE_TANGENTS(float, f, sqrtf)
DEFINE_TANGENTS(double, d, sqrt)
DEFINE_ADVANCE(float, f)
DEFINE_ADVANCE(double, d)
DEFINE_ADJOINTS(float, f, sqrtf)
DEFINE_ADJOINTS(double, d, sqrt)
DEFINE_CLIPS(float, f)
DEFINE_CLIPS(double, d)

KERNEL(void, heavy_ball_tangent, (q, z, momentum, keep, n),
       void *q, void *z, double momentum, double keep, long n)
KERNEL(void, nesterov_tangent, (q, z, momentum, keep, n),
       void *q, void *z, double momentum, double keep, long n)
KERNEL(void, adam_tangent, (q, z1, z2, g, m, v, keep_mean, add_mean, keep_square, add_square,
       mean_factor, square_factor, epsilon, keep, n),
       void *q, void *z1, void *z2, const void *g, const void *m, const void *v,
       double keep_mean, double add_mean, double keep_square, double add_square,
       double mean_factor, double square_factor, double epsilon, double keep, long n)
KERNEL(void, scaled_tangent, (q, z, g, s, keep_square, add, offset, epsilon, keep, n),
       void *q, void *z, const void *g, const void *s, double keep_square, double add,
       double offset, double epsilon, double keep, long n)
KERNEL(void, advance_tangent, (z, q, d, keep, rate, n, squares),
       void *z, const void *q, const void *d, double keep, double rate, long n,
       double squares[2])
KERNEL(void, heavy_ball_adjoint, (a, b, momentum, n), void *a, void *b, double momentum, long n)
KERNEL(void, nesterov_adjoint, (a, b, momentum, n), void *a, void *b, double momentum, long n)
KERNEL(void, adam_adjoint, (a, b1, b2, g, m, v, keep_mean, add_mean, keep_square, add_square,
       mean_factor, square_factor, epsilon, n),
       void *a, void *b1, void *b2, const void *g, const void *m, const void *v,
       double keep_mean, double add_mean, double keep_square, double add_square,
       double mean_factor, double square_factor, double epsilon, long n)
KERNEL(void, scaled_adjoint, (a, b, g, s, keep_square, add, offset, epsilon, n),
       void *a, void *b, const void *g, const void *s, double keep_square, double add,
       double offset, double epsilon, long n)
KERNEL(void, clip_gradient, (g, z, y, limit, n),
       void *g, const void *z, void *y, double limit, long n)
KERNEL(void, clip, (x, limit, n), void *x, double limit, long n)
