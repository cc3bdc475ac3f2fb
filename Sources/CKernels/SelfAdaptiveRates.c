// DSA's rates. A loop of one element type becomes vectors, so each chunk is passed twice: the step of
// gamma first, then its sums, in double over fixed lanes.
#include "CKernels.h"
#include "Exponential.h"
#include "Multiversion.h"

enum { LANES = 16, CHUNK = 512 };

#define DEFINE(T, X, ABS, LARGEST)                                                                 \
    HYPERFED_INLINE T rate_##X(T gamma, T max, T gamma0, T start, const int is_bounded) {          \
        const T rate = is_bounded ? max * sigmoid_##X(gamma) : exp_##X(gamma);                     \
        return gamma == gamma0 ? start : rate;                                                     \
    }                                                                                              \
    MULTIVERSION void hyperfed_tentative_##X(const T *restrict w, const T *restrict g,             \
                                             const T *restrict rates, T *restrict out, long n) {   \
        for (long i = 0; i < n; i++) out[i] = w[i] - rates[i] * g[i];                              \
    }                                                                                              \
    /* raw, slope = dL/drate, dL/dgamma of a chunk, 0 where they are not finite */                 \
    HYPERFED_INLINE void step_##X(const T *restrict g, const T *restrict after, T *restrict gamma, \
                                  T *restrict rates, T *restrict raw, T *restrict slope, int n,    \
                                  const struct hyperfed_self_adaptive *how, const int is_bounded,  \
                                  struct hyperfed_self_adaptive_sums *sums) {                      \
        const T kappa = (T)how->kappa, max = (T)how->max;                                          \
        const T gamma0 = (T)how->gamma0, start = (T)how->start;                                    \
        const T lower = (T)how->lower, upper = (T)how->upper, share = is_bounded ? 1 / max : 0;    \
        int low = 0, high = 0, undefined = 0;                                                      \
        for (int i = 0; i < n; i++) {                                                              \
            const T rate = rates[i], was = gamma[i], by_rate = -after[i] * g[i];                   \
            const T by_gamma = by_rate * (is_bounded ? rate * (1 - rate * share) : rate);          \
            const T stepped = was - kappa * by_gamma;                                              \
            const int is_finite = (ABS(by_gamma) <= LARGEST) & (ABS(stepped) <= LARGEST);          \
            const int moves = is_finite & (stepped != was);                                        \
            const int is_low = moves & (stepped < lower), is_high = moves & (stepped > upper);     \
            T next = moves ? stepped : was;                                                        \
            next = is_low ? lower : next;                                                          \
            next = is_high ? upper : next;                                                         \
            gamma[i] = next;                                                                       \
            rates[i] = rate_##X(next, max, gamma0, start, is_bounded);                             \
            raw[i] = is_finite ? by_rate : 0;                                                      \
            slope[i] = is_finite ? by_gamma : 0;                                                   \
            low += is_low;                                                                         \
            high += is_high;                                                                       \
            undefined += !is_finite;                                                               \
        }                                                                                          \
        sums->lower_hits += low;                                                                   \
        sums->upper_hits += high;                                                                  \
        sums->undefined += undefined;                                                              \
    }                                                                                              \
    HYPERFED_INLINE void pass_##X(const T *g, const T *after, T *gamma, T *rates, long n,          \
                                  const struct hyperfed_self_adaptive *how, const int is_bounded,  \
                                  struct hyperfed_self_adaptive_sums *sums) {                      \
        double natural[LANES] = {0}, sum[LANES] = {0}, squares[LANES] = {0};                       \
        double magnitude[LANES] = {0};                                                             \
        T raw[CHUNK], slope[CHUNK];                                                                \
        for (long start = 0; start < n; start += CHUNK) {                                          \
            const int count = (int)(n - start < CHUNK ? n - start : CHUNK);                        \
            step_##X(g + start, after + start, gamma + start, rates + start, raw, slope, count,    \
                     how, is_bounded, sums);                                                       \
            for (int i = count; i % LANES != 0; i++) raw[i] = slope[i] = 0;                        \
            for (int i = 0; i < count; i += LANES) {                                               \
                for (int k = 0; k < LANES; k++) {                                                  \
                    const double by_rate = (double)raw[i + k], by_gamma = (double)slope[i + k];    \
                    natural[k] += by_rate;                                                         \
                    sum[k] += by_gamma;                                                            \
                    squares[k] += by_gamma * by_gamma;                                             \
                    magnitude[k] += fabs(by_gamma);                                                \
                }                                                                                  \
            }                                                                                      \
        }                                                                                          \
        for (int k = 0; k < LANES; k++) {                                                          \
            sums->rate_slope += natural[k];                                                        \
            sums->slope += sum[k];                                                                 \
            sums->squares += squares[k];                                                           \
            sums->magnitude += magnitude[k];                                                       \
        }                                                                                          \
    }                                                                                              \
    MULTIVERSION void hyperfed_self_adaptive_##X(                                                  \
        const T *g, const T *after, T *gamma, T *rates, long n,                                    \
        const struct hyperfed_self_adaptive *how, struct hyperfed_self_adaptive_sums *sums) {      \
        const struct hyperfed_self_adaptive_sums none = {0};                                       \
        *sums = none;                                                                              \
        if (how->max > 0)                                                                          \
            pass_##X(g, after, gamma, rates, n, how, 1, sums);                                     \
        else                                                                                       \
            pass_##X(g, after, gamma, rates, n, how, 0, sums);                                     \
    }                                                                                              \
    MULTIVERSION void hyperfed_self_adapted_##X(const T *restrict gamma, T *restrict rates,        \
                                                long n, const struct hyperfed_self_adaptive *how) {\
        const T max = (T)how->max, gamma0 = (T)how->gamma0, start = (T)how->start;                 \
        const int is_bounded = max > 0;                                                            \
        for (long i = 0; i < n; i++)                                                               \
            rates[i] = rate_##X(gamma[i], max, gamma0, start, is_bounded);                         \
    }

DEFINE(float, f, fabsf, 0x1.fffffep127f)
DEFINE(double, d, fabs, 0x1.fffffffffffffp1023)
