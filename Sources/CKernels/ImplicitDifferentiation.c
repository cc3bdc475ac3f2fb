// The elementwise work of implicit differentiation: one pass for each term of the series, and one
// for an update of one rate per parameter.
#include "CKernels.h"
#include "Exponential.h"
#include "Multiversion.h"
#include <float.h>
#include <math.h>

enum { LANES = 16 };

#define DEFINE(T, X, ROOT, EXP, ABSOLUTE, LARGEST)                                                 \
    TYPED_KERNEL void hyperfed_first_term_##X(const T *restrict p, const T *restrict gain,         \
                                              T *restrict term, T *restrict scaled, long n) {      \
        for (long i = 0; i < n; i++) {                                                             \
            term[i] = p[i];                                                                        \
            scaled[i] = gain[i] * p[i];                                                            \
        }                                                                                          \
    }                                                                                              \
    TYPED_KERNEL void hyperfed_next_term_##X(const T *restrict product, const T *restrict gain,    \
                                             T *restrict term, T *restrict sum,                    \
                                             T *restrict scaled, long n) {                         \
        for (long i = 0; i < n; i++) {                                                             \
            term[i] -= product[i];                                                                 \
            sum[i] += term[i];                                                                     \
            scaled[i] = gain[i] * term[i];                                                         \
        }                                                                                          \
    }                                                                                              \
    TYPED_KERNEL double hyperfed_triple_dot_##X(const T *restrict x, const T *restrict y,          \
                                                const T *restrict z, long n) {                     \
        double sums[LANES] = {0};                                                                  \
        long i = 0;                                                                                \
        for (; i + LANES <= n; i += LANES)                                                         \
            for (int k = 0; k < LANES; k++)                                                        \
                sums[k] += (double)x[i + k] * (double)y[i + k] * (double)z[i + k];                 \
        for (int k = 0; i < n; i++, k++) sums[k] += (double)x[i] * (double)y[i] * (double)z[i];    \
        for (int half = LANES / 2; half > 0; half /= 2)                                            \
            for (int k = 0; k < half; k++) sums[k] += sums[k + half];                              \
        return sums[0];                                                                            \
    }                                                                                              \
    TYPED_KERNEL void hyperfed_tune_rates_##X(                                                     \
        T *restrict rates, const T *restrict p, const T *restrict d, T *restrict mean,             \
        T *restrict square, const double settings[8], bool logarithmic, long n, long events[3]) {  \
        const T hyper_rate = (T)settings[0], lower = (T)settings[1], upper = (T)settings[2];       \
        const T beta1 = (T)settings[3], beta2 = (T)settings[4], mean_factor = (T)settings[5];      \
        const T square_factor = (T)settings[6], epsilon = (T)settings[7];                          \
        const T ln10 = (T)2.30258509299404568402;                                                  \
        long low = 0, high = 0, undefined = 0;                                                     \
        for (long i = 0; i < n; i++) {                                                             \
            const T rate = rates[i];                                                               \
            const T h = -p[i] * d[i] * (logarithmic ? rate * ln10 : 1);                            \
            T step = hyper_rate * h, m = 0, s = 0;                                                 \
            if (mean) {                                                                            \
                m = beta1 * mean[i] + (1 - beta1) * h;                                             \
                s = beta2 * square[i] + (1 - beta2) * h * h;                                       \
                step = hyper_rate * (mean_factor * m) / (ROOT(square_factor * s) + epsilon);       \
            }                                                                                      \
            const T proposed = logarithmic ? rate * EXP(-ln10 * step) : rate - step;               \
            /* False for what is not a number, too. */                                             \
            if (!(ABSOLUTE(h) <= LARGEST && s <= LARGEST && ABSOLUTE(proposed) <= LARGEST)) {      \
                undefined++;                                                                       \
                continue;                                                                          \
            }                                                                                      \
            if (mean) {                                                                            \
                mean[i] = m;                                                                       \
                square[i] = s;                                                                     \
            }                                                                                      \
            if (step == 0) continue;                                                               \
            low += proposed < lower;                                                               \
            high += proposed > upper;                                                              \
            rates[i] = proposed < lower ? lower : proposed > upper ? upper : proposed;             \
        }                                                                                          \
        events[0] = low;                                                                           \
        events[1] = high;                                                                          \
        events[2] = undefined;                                                                     \
    }

DEFINE(float, f, sqrtf, exp_f, fabsf, FLT_MAX)
DEFINE(double, d, sqrt, exp, fabs, DBL_MAX)

KERNEL(void, first_term, (p, gain, term, scaled, n),
       const void *p, const void *gain, void *term, void *scaled, long n)
KERNEL(void, next_term, (product, gain, term, sum, scaled, n),
       const void *product, const void *gain, void *term, void *sum, void *scaled, long n)
KERNEL(double, triple_dot, (x, y, z, n), const void *x, const void *y, const void *z, long n)
KERNEL(void, tune_rates, (rates, p, d, mean, square, settings, logarithmic, n, events),
       void *rates, const void *p, const void *d, void *mean, void *square,
       const double settings[8], bool logarithmic, long n, long events[3])
