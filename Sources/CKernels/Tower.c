// Derivatives of directions in the decays of their means. The brackets are in double also for
// float: they are differences of nearly equal numbers.
#include "CKernels.h"
#include "Multiversion.h"
#include <math.h>

enum { LANES = 16 };

#define DEFINE(T, X, ROOT)                                                                         \
    TYPED_KERNEL void hyperfed_three_dots_##X(const T *restrict g, const T *restrict a,            \
                                              const T *restrict b, const T *restrict c, long n,    \
                                              double products[3]) {                                \
        double x[LANES] = {0}, y[LANES] = {0}, z[LANES] = {0};                                     \
        long i = 0;                                                                                \
        for (; i + LANES <= n; i += LANES) {                                                       \
            for (int k = 0; k < LANES; k++) {                                                      \
                x[k] += (double)g[i + k] * (double)a[i + k];                                       \
                y[k] += (double)g[i + k] * (double)b[i + k];                                       \
                z[k] += (double)g[i + k] * (double)c[i + k];                                       \
            }                                                                                      \
        }                                                                                          \
        for (int k = 0; i < n; i++, k++) {                                                         \
            x[k] += (double)g[i] * (double)a[i];                                                   \
            y[k] += (double)g[i] * (double)b[i];                                                   \
            z[k] += (double)g[i] * (double)c[i];                                                   \
        }                                                                                          \
        for (int half = LANES / 2; half > 0; half /= 2) {                                          \
            for (int k = 0; k < half; k++) {                                                       \
                x[k] += x[k + half];                                                               \
                y[k] += y[k + half];                                                               \
                z[k] += z[k + half];                                                               \
            }                                                                                      \
        }                                                                                          \
        products[0] = x[0];                                                                        \
        products[1] = y[0];                                                                        \
        products[2] = z[0];                                                                        \
    }                                                                                              \
    TYPED_KERNEL void hyperfed_adam_slopes_##X(const T *restrict g, const T *restrict m,           \
                                               const T *restrict v, T *restrict a, T *restrict b,  \
                                               long n, const double f[10]) {                       \
        const double beta1 = f[0], add1 = f[1], beta2 = f[2], add2 = f[3];                         \
        const double mean = f[4], square = f[5], slope1 = f[6], slope2 = f[7], epsilon = f[8];     \
        const double epsilon_slope = f[9];                                                         \
        for (long i = 0; i < n; i++) {                                                             \
            const double gi = (double)g[i], mi = (double)m[i], vi = (double)v[i];                  \
            const double next1 = beta1 * mi + add1 * gi, next2 = beta2 * vi + add2 * gi * gi;      \
            const T up1 = (T)((mi - gi) * mean + next1 * slope1);                                  \
            const T up2 = (T)((vi - gi * gi) * square + next2 * slope2);                           \
            const T root = ROOT((T)(square * next2)), share = 1 / (root + (T)epsilon);             \
            const T steep = root > 0 ? up2 / (2 * root) : 0;                                       \
            a[i] = up1 * share;                                                                    \
            b[i] = -(T)(next1 * mean) * share * share * (steep + (T)epsilon_slope);                \
        }                                                                                          \
    }                                                                                              \
    TYPED_KERNEL void hyperfed_scaled_slope_##X(const T *restrict g, const T *restrict s,          \
                                                T *restrict a, long n, const double f[4]) {        \
        const double keep = f[0], add = f[1], offset = f[2], epsilon = f[3];                       \
        for (long i = 0; i < n; i++) {                                                             \
            const double gi = (double)g[i], si = (double)s[i];                                     \
            const T root = ROOT((T)(keep * si + add * gi * gi + offset));                          \
            const T share = 1 / (root + (T)epsilon), down = (T)(gi * gi - si);                     \
            a[i] = root > 0 ? g[i] * share * share * (down / (2 * root)) : 0;                      \
        }                                                                                          \
    }

DEFINE(float, f, sqrtf)
DEFINE(double, d, sqrt)

KERNEL(void, three_dots, (g, a, b, c, n, products),
       const void *g, const void *a, const void *b, const void *c, long n, double products[3])
KERNEL(void, adam_slopes, (g, m, v, a, b, n, f),
       const void *g, const void *m, const void *v, void *a, void *b, long n,
       const double f[10])
KERNEL(void, scaled_slope, (g, s, a, n, f),
       const void *g, const void *s, void *a, long n, const double f[4])
