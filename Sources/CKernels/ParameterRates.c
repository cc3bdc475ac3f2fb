// One pass over weights, direction and rates, with what a report needs of the rates.
#include "CKernels.h"
#include "Multiversion.h"
#include <math.h>

enum { LANES = 16 };

#define DEFINE(T, X)                                                                               \
    TYPED_KERNEL void hyperfed_move_##X(T *restrict w, const T *restrict d,                        \
                                        const T *restrict rates, long n, double summary[3]) {      \
        T least[LANES], most[LANES];                                                               \
        double sums[LANES];                                                                        \
        for (int k = 0; k < LANES; k++) {                                                          \
            least[k] = (T)INFINITY;                                                                \
            most[k] = -(T)INFINITY;                                                                \
            sums[k] = 0;                                                                           \
        }                                                                                          \
        long i = 0;                                                                                \
        for (; i + LANES <= n; i += LANES) {                                                       \
            for (int k = 0; k < LANES; k++) {                                                      \
                const T rate = rates[i + k];                                                       \
                w[i + k] -= rate * d[i + k];                                                       \
                least[k] = rate < least[k] ? rate : least[k];                                      \
                most[k] = rate > most[k] ? rate : most[k];                                         \
                sums[k] += (double)rate;                                                           \
            }                                                                                      \
        }                                                                                          \
        for (int k = 0; i < n; i++, k++) {                                                         \
            w[i] -= rates[i] * d[i];                                                               \
            least[k] = rates[i] < least[k] ? rates[i] : least[k];                                  \
            most[k] = rates[i] > most[k] ? rates[i] : most[k];                                     \
            sums[k] += (double)rates[i];                                                           \
        }                                                                                          \
        for (int half = LANES / 2; half > 0; half /= 2) {                                          \
            for (int k = 0; k < half; k++) {                                                       \
                least[k] = least[k + half] < least[k] ? least[k + half] : least[k];                \
                most[k] = most[k + half] > most[k] ? most[k + half] : most[k];                     \
                sums[k] += sums[k + half];                                                         \
            }                                                                                      \
        }                                                                                          \
        summary[0] = (double)least[0];                                                             \
        summary[1] = (double)most[0];                                                              \
        summary[2] = sums[0];                                                                      \
    }

DEFINE(float, f)
DEFINE(double, d)

KERNEL(void, move, (w, d, rates, n, summary),
       void *w, const void *d, const void *rates, long n, double summary[3])
