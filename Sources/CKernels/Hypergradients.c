// Products of two vectors, and one learning rate per parameter that moves with a gradient: one pass
// over the vectors of each rule.
#include "CKernels.h"
#include "Exponential.h"
#include "Multiversion.h"

enum { LANES = 16 };

// Sums over fixed lanes, and what happened to the rates.
typedef struct {
    double sums[3][LANES];
    int low[LANES], high[LANES], undefined[LANES];
} tally;

HYPERFED_INLINE double total(double lanes[LANES]) {
    for (int half = LANES / 2; half > 0; half /= 2)
        for (int k = 0; k < half; k++) lanes[k] += lanes[k + half];
    return lanes[0];
}

HYPERFED_INLINE void report(tally *t, double summary[6]) {
    long low = 0, high = 0, undefined = 0;
    for (int k = 0; k < LANES; k++) {
        low += t->low[k];
        high += t->high[k];
        undefined += t->undefined[k];
    }
    for (int s = 0; s < 3; s++) summary[s] = total(t->sums[s]);
    summary[3] = (double)low;
    summary[4] = (double)high;
    summary[5] = (double)undefined;
}

// Each parameter's rate after the product of its numbers in two vectors.
#define RATES(T, X, RULE)                                                                          \
    MULTIVERSION void hyperfed_##RULE##_rates_##X(T *restrict rates, const T *restrict g,          \
                                                  const T *restrict d, long n, double kappa,       \
                                                  T lower, T upper, double summary[6]) {           \
        tally t = {.low = {0}};                                                                    \
        long i = 0;                                                                                \
        for (; i + LANES <= n; i += LANES) {                                                       \
            for (int k = 0; k < LANES; k++) {                                                      \
                const T rate = rates[i + k];                                                       \
                const T proposed = RULE##_##X(rate, g[i + k], d[i + k], kappa, &t, k);             \
                rates[i + k] = hold_##X(proposed, rate, lower, upper, &t, k);                      \
            }                                                                                      \
        }                                                                                          \
        for (int k = 0; i < n; i++, k++) {                                                         \
            const T rate = rates[i];                                                               \
            const T proposed = RULE##_##X(rate, g[i], d[i], kappa, &t, k);                         \
            rates[i] = hold_##X(proposed, rate, lower, upper, &t, k);                              \
        }                                                                                          \
        report(&t, summary);                                                                       \
    }

// Rates that follow their tangents v, and the tangents after this step.
#define META_DESCENT(T, X, GAIN)                                                                   \
    HYPERFED_INLINE void GAIN##_step_##X(T *rates, T *v, T g, T curved, T kappa, T least,          \
                                         T memory, T lower, T upper, tally *t, int k) {            \
        const T rate = *rates, product = g * *v;                                                   \
        t->sums[0][k] += rate != 0 ? (double)product / (double)rate : 0;                           \
        const T next =                                                                             \
            hold_##X(rate * GAIN##_##X(product, kappa, least), rate, lower, upper, t, k);          \
        const T tangent = memory * *v + next * (g - memory * curved);                              \
        t->sums[1][k] += (double)tangent * (double)tangent;                                        \
        t->sums[2][k] += (double)(next * g) * (double)(next * g);                                  \
        *rates = next;                                                                             \
        *v = tangent;                                                                              \
    }                                                                                              \
    MULTIVERSION void hyperfed_##GAIN##_meta_descent_##X(                                          \
        T *restrict rates, T *restrict v, const T *restrict g, const T *restrict curved, long n,   \
        T kappa, T least, T memory, T lower, T upper, double summary[6]) {                         \
        tally t = {.low = {0}};                                                                    \
        long i = 0;                                                                                \
        for (; i + LANES <= n; i += LANES) {                                                       \
            for (int k = 0; k < LANES; k++)                                                        \
                GAIN##_step_##X(rates + i + k, v + i + k, g[i + k], curved[i + k], kappa, least,   \
                                memory, lower, upper, &t, k);                                      \
        }                                                                                          \
        for (int k = 0; i < n; i++, k++)                                                           \
            GAIN##_step_##X(rates + i, v + i, g[i], curved[i], kappa, least, memory, lower, upper, \
                            &t, k);                                                                \
        report(&t, summary);                                                                       \
    }

#define DEFINE(T, X)                                                                               \
    /* A proposed rate inside its bounds; one that is not finite is the rate before. */            \
    HYPERFED_INLINE T hold_##X(T proposed, T rate, T lower, T upper, tally *t, int k) {            \
        const int finite = proposed - proposed == 0;                                               \
        const int low = finite & (proposed < lower), high = finite & (proposed > upper);           \
        t->low[k] += low;                                                                          \
        t->high[k] += high;                                                                        \
        t->undefined[k] += !finite;                                                                \
        const T held = low ? lower : high ? upper : proposed;                                      \
        return finite ? held : rate;                                                               \
    }                                                                                              \
    HYPERFED_INLINE T additive_##X(T rate, T g, T d, double kappa, tally *t, int k) {              \
        const double product = (double)g * (double)d;                                              \
        t->sums[0][k] += product;                                                                  \
        return (T)((double)rate + kappa * product);                                                \
    }                                                                                              \
    HYPERFED_INLINE T multiplicative_##X(T rate, T g, T d, double kappa, tally *t, int k) {        \
        const double product = (double)g * (double)d;                                              \
        t->sums[0][k] += product;                                                                  \
        /* Not the product's own sign: it may have vanished. */                                    \
        const double sign = (double)(((g > 0) - (g < 0)) * ((d > 0) - (d < 0)));                   \
        return (T)((double)rate * (1 + kappa * sign) + (product - product));                       \
    }                                                                                              \
    HYPERFED_INLINE T gain_##X(T rate, T g, T before, T *s, T keep, T add, T kappa, T least,       \
                               tally *t, int k) {                                                  \
        t->sums[0][k] += (double)g * (double)before;                                               \
        const T mean = keep * *s + add * g * g;                                                    \
        const int finite = mean - mean == 0;                                                       \
        *s = finite ? mean : *s;                                                                   \
        const T ratio = mean > 0 ? g * before / mean : 0;                                          \
        const T factor = 1 + kappa * ratio;                                                        \
        /* So written that a NaN passes. */                                                        \
        return rate * (factor < least ? least : factor) + (mean - mean);                           \
    }                                                                                              \
    HYPERFED_INLINE T linear_##X(T product, T kappa, T least) {                                    \
        const T factor = 1 + kappa * product;                                                      \
        return factor < least ? least : factor;                                                    \
    }                                                                                              \
    HYPERFED_INLINE T exponential_##X(T product, T kappa, T least) {                               \
        (void)least;                                                                               \
        return exp_##X(kappa * product);                                                           \
    }                                                                                              \
    MULTIVERSION void hyperfed_products_##X(const T *x, const T *y, long n, double products[3]) {  \
        double sums[3][LANES] = {{0}};                                                             \
        long i = 0;                                                                                \
        for (; i + LANES <= n; i += LANES) {                                                       \
            for (int k = 0; k < LANES; k++) {                                                      \
                const double a = (double)x[i + k], b = (double)y[i + k];                           \
                sums[0][k] += a * a;                                                               \
                sums[1][k] += a * b;                                                               \
                sums[2][k] += b * b;                                                               \
            }                                                                                      \
        }                                                                                          \
        for (int k = 0; i < n; i++, k++) {                                                         \
            const double a = (double)x[i], b = (double)y[i];                                       \
            sums[0][k] += a * a;                                                                   \
            sums[1][k] += a * b;                                                                   \
            sums[2][k] += b * b;                                                                   \
        }                                                                                          \
        for (int s = 0; s < 3; s++) products[s] = total(sums[s]);                                  \
    }                                                                                              \
    MULTIVERSION void hyperfed_distances_##X(const T *restrict w, T *restrict w_before,            \
                                             const T *restrict g, const T *restrict g_before,      \
                                             long n, double sums_out[3]) {                         \
        double sums[3][LANES] = {{0}};                                                             \
        long i = 0;                                                                                \
        for (; i + LANES <= n; i += LANES) {                                                       \
            for (int k = 0; k < LANES; k++) {                                                      \
                const double moved = (double)w[i + k] - (double)w_before[i + k];                   \
                const double bent = (double)g[i + k] - (double)g_before[i + k];                    \
                sums[0][k] += moved * moved;                                                       \
                sums[1][k] += bent * bent;                                                         \
                sums[2][k] += moved * (double)g[i + k];                                            \
                w_before[i + k] = w[i + k];                                                        \
            }                                                                                      \
        }                                                                                          \
        for (int k = 0; i < n; i++, k++) {                                                         \
            const double moved = (double)w[i] - (double)w_before[i];                               \
            const double bent = (double)g[i] - (double)g_before[i];                                \
            sums[0][k] += moved * moved;                                                           \
            sums[1][k] += bent * bent;                                                             \
            sums[2][k] += moved * (double)g[i];                                                    \
            w_before[i] = w[i];                                                                    \
        }                                                                                          \
        for (int s = 0; s < 3; s++) sums_out[s] = total(sums[s]);                                  \
    }                                                                                              \
    RATES(T, X, additive)                                                                          \
    RATES(T, X, multiplicative)                                                                    \
    MULTIVERSION void hyperfed_local_gains_##X(T *restrict rates, T *restrict s,                   \
                                               const T *restrict g, const T *restrict before,      \
                                               long n, T keep, T add, T kappa, T least, T lower,   \
                                               T upper, double summary[6]) {                       \
        tally t = {.low = {0}};                                                                    \
        long i = 0;                                                                                \
        for (; i + LANES <= n; i += LANES) {                                                       \
            for (int k = 0; k < LANES; k++) {                                                      \
                const T rate = rates[i + k];                                                       \
                const T proposed = gain_##X(rate, g[i + k], before[i + k], s + i + k, keep, add,   \
                                            kappa, least, &t, k);                                  \
                rates[i + k] = hold_##X(proposed, rate, lower, upper, &t, k);                      \
            }                                                                                      \
        }                                                                                          \
        for (int k = 0; i < n; i++, k++) {                                                         \
            const T rate = rates[i];                                                               \
            const T proposed =                                                                     \
                gain_##X(rate, g[i], before[i], s + i, keep, add, kappa, least, &t, k);            \
            rates[i] = hold_##X(proposed, rate, lower, upper, &t, k);                              \
        }                                                                                          \
        report(&t, summary);                                                                       \
    }                                                                                              \
    META_DESCENT(T, X, linear)                                                                     \
    META_DESCENT(T, X, exponential)

DEFINE(float, f)
DEFINE(double, d)
