// One learning rate per parameter that moves with a gradient: one pass over the vectors of each
// rule, in double between loading and storing.
#include "CKernels.h"
#include "Exponential.h"
#include "LaneSums.h"
#include "Multiversion.h"
#include <float.h>
#include <math.h>

#define LARGEST_f FLT_MAX
#define LARGEST_d DBL_MAX
// Double's divisions are slow, and float's exact enough for a float.
#define DIVIDE_f(a, b)                                                                             \
    __builtin_convertvector(                                                                       \
        __builtin_convertvector((a), float_lanes) / __builtin_convertvector((b), float_lanes),     \
        lanes)
#define DIVIDE_d(a, b) ((a) / (b))

// How many rates were clipped to a bound, or kept since a proposal was not finite.
typedef struct {
    long low, high, undefined;
} tally;

// The bounds of a rate, and how many lanes count: all but in a vector's last numbers.
typedef struct {
    double lower, upper, largest;
    long count;
} limits;

HYPERFED_INLINE void report(const sums *s, const tally *t, double summary[6]) {
    sums_of(s, summary);
    summary[3] = (double)t->low;
    summary[4] = (double)t->high;
    summary[5] = (double)t->undefined;
}

// Proposed rates where one is not inside its bounds.
static __attribute__((noinline)) void hold_each(double *proposed, const double *rate,
                                                const limits *l, tally *t) {
    for (long k = 0; k < l->count; k++) {
        if (!(fabs(proposed[k]) <= l->largest)) {
            proposed[k] = rate[k];
            t->undefined++;
        } else if (proposed[k] < l->lower) {
            proposed[k] = l->lower;
            t->low++;
        } else if (proposed[k] > l->upper) {
            proposed[k] = l->upper;
            t->high++;
        }
    }
}

// A proposed rate inside its bounds; one that is not finite is the rate before.
HYPERFED_INLINE void hold(lanes *proposed, const lanes *rate, const limits *l, tally *t) {
    const lane_mask is_inside = (*proposed >= l->lower) & (*proposed <= l->upper);
    // Nearly always.
    if (__builtin_expect(__builtin_reduce_and(is_inside) != 0, 1)) return;
    double values[LANES], before[LANES];
    memcpy(values, proposed, sizeof values);
    memcpy(before, rate, sizeof before);
    hold_each(values, before, l, t);
    memcpy(proposed, values, sizeof values);
}

// Each function below replaces `rate` by the rate that its rule proposes, before clipping.
HYPERFED_INLINE void additive(lanes *rate, const lanes *g, const lanes *d, double kappa) {
    *rate += kappa * (*g * *d);
}

HYPERFED_INLINE void multiplicative(lanes *rate, const lanes *g, const lanes *d, double kappa) {
    const lanes product = *g * *d, hyper_rate = kappa + (lanes){0};
    const lane_mask sign = (lane_mask)product & INT64_MIN, is_some = product != 0;
    const lanes change = (lanes)(((lane_mask)hyper_rate | sign) & is_some);
    // Adds 0, or what is not a number.
    *rate = *rate * (1 + change) + (product - product);
}

// x, or `least` where that is more; a NaN passes.
#define AT_LEAST(least, x) SELECT((x) < (least), (least) + (lanes){0}, (x))

// Each parameter's rate after the product of its numbers in two vectors.
#define RATES(T, X, RULE)                                                                          \
    HYPERFED_INLINE void RULE##_##X(T *rates, const T *g, const T *d, double kappa,                \
                                    const limits *l, tally *t, sums *s) {                          \
        const lanes rate = LOAD_##X(rates), slope = LOAD_##X(g), way = LOAD_##X(d);                \
        s->of[0] += slope * way;                                                                   \
        lanes next = rate;                                                                         \
        RULE(&next, &slope, &way, kappa);                                                          \
        next = ROUND_##X(next);                                                                    \
        hold(&next, &rate, l, t);                                                                  \
        STORE_##X(rates, next);                                                                    \
    }                                                                                              \
    TYPED_KERNEL void hyperfed_##RULE##_rates_##X(T *restrict rates, const T *restrict g,          \
                                                  const T *restrict d, long n, double kappa,       \
                                                  T lower, T upper, double summary[6]) {           \
        tally t = {0};                                                                             \
        sums s = {0};                                                                              \
        const T most = (T)LARGEST_##X;                                                             \
        limits l = {lower > -most ? lower : -most, upper < most ? upper : most, most, LANES};      \
        long i = 0;                                                                                \
        for (; i + LANES <= n; i += LANES) RULE##_##X(rates + i, g + i, d + i, kappa, &l, &t, &s); \
        if (i < n) {                                                                               \
            T last[3][LANES] = {{0}};                                                              \
            const size_t bytes = (size_t)(n - i) * sizeof(T);                                      \
            l.count = n - i;                                                                       \
            memcpy(last[0], rates + i, bytes);                                                     \
            memcpy(last[1], g + i, bytes);                                                         \
            memcpy(last[2], d + i, bytes);                                                         \
            RULE##_##X(last[0], last[1], last[2], kappa, &l, &t, &s);                              \
            memcpy(rates + i, last[0], bytes);                                                     \
        }                                                                                          \
        report(&s, &t, summary);                                                                   \
    }

// Does what follows `n` for each whole lanes a, b of vectors that change and c, d of others, then
// for their last numbers in copies. `l` counts these.
#define FOR_LANES(T, A, B, C, D, n, ...)                                                           \
    do {                                                                                           \
        long i = 0;                                                                                \
        for (; i + LANES <= n; i += LANES) {                                                       \
            T *a = A + i, *b = B + i;                                                              \
            const T *c = C + i, *d = D + i;                                                        \
            __VA_ARGS__;                                                                           \
        }                                                                                          \
        if (i < n) {                                                                               \
            T last[4][LANES] = {{0}}, *a = last[0], *b = last[1];                                  \
            const T *c = last[2], *d = last[3];                                                    \
            const size_t bytes = (size_t)(n - i) * sizeof(T);                                      \
            l.count = n - i;                                                                       \
            memcpy(a, A + i, bytes);                                                               \
            memcpy(b, B + i, bytes);                                                               \
            memcpy(last[2], C + i, bytes);                                                         \
            memcpy(last[3], D + i, bytes);                                                         \
            __VA_ARGS__;                                                                           \
            memcpy(A + i, a, bytes);                                                               \
            memcpy(B + i, b, bytes);                                                               \
        }                                                                                          \
    } while (0)

// Rates that follow their tangents v, and the tangents after this step.
#define META_DESCENT(T, X, GAIN)                                                                   \
    HYPERFED_INLINE void GAIN##_step_##X(T *rates, T *v, const T *g, const T *curved, double kappa,\
                                         double least, double memory, const limits *l, tally *t,   \
                                         sums *s) {                                                \
        const lanes rate = LOAD_##X(rates), tangent = LOAD_##X(v), slope = LOAD_##X(g), none = {0};\
        const lanes product = slope * tangent;                                                     \
        s->of[0] += SELECT(rate != 0, DIVIDE_##X(product, rate), none);                            \
        lanes factor = product;                                                                    \
        GAIN##_##X(&factor, kappa, least);                                                         \
        lanes next = ROUND_##X(rate * factor);                                                     \
        hold(&next, &rate, l, t);                                                                  \
        const lanes moved = next * slope;                                                          \
        const lanes bent =                                                                         \
            ROUND_##X(memory * tangent + next * (slope - memory * LOAD_##X(curved)));              \
        s->of[1] += bent * bent;                                                                   \
        s->of[2] += moved * moved;                                                                 \
        STORE_##X(rates, next);                                                                    \
        STORE_##X(v, bent);                                                                        \
    }                                                                                              \
    TYPED_KERNEL void hyperfed_##GAIN##_meta_descent_##X(                                          \
        T *restrict rates, T *restrict v, const T *restrict g, const T *restrict curved, long n,   \
        double kappa, double least, double memory, T lower, T upper, double summary[6]) {          \
        tally t = {0};                                                                             \
        sums s = {0};                                                                              \
        const T most = (T)LARGEST_##X;                                                             \
        limits l = {lower > -most ? lower : -most, upper < most ? upper : most, most, LANES};      \
        FOR_LANES(T, rates, v, g, curved, n,                                                       \
                  GAIN##_step_##X(a, b, c, d, kappa, least, memory, &l, &t, &s));                  \
        report(&s, &t, summary);                                                                   \
    }

// The loops go over whole lanes, and over copies of a vector's last numbers.
#define DEFINE(T, X)                                                                               \
    RATES(T, X, additive)                                                                          \
    RATES(T, X, multiplicative)                                                                    \
    HYPERFED_INLINE void local_gains_##X(T *rates, T *squares, const T *g, const T *before,        \
                                         double keep, double add, double kappa, double least,      \
                                         const limits *l, tally *t, sums *s) {                     \
        const lanes rate = LOAD_##X(rates), slope = LOAD_##X(g), old = LOAD_##X(squares);          \
        const lanes product = slope * LOAD_##X(before), none = {0};                                \
        s->of[0] += product;                                                                       \
        const lanes mean = ROUND_##X(keep * old + add * (slope * slope));                          \
        STORE_##X(squares, SELECT(mean - mean == 0, mean, old));                                   \
        const lanes ratio = SELECT(mean > 0, DIVIDE_##X(product, mean), none);                     \
        const lanes factor = AT_LEAST(least, 1 + kappa * ratio);                                   \
        lanes next = ROUND_##X(rate * factor + (mean - mean));                                     \
        hold(&next, &rate, l, t);                                                                  \
        STORE_##X(rates, next);                                                                    \
    }                                                                                              \
    TYPED_KERNEL void hyperfed_local_gains_##X(T *restrict rates, T *restrict squares,             \
                                               const T *restrict g, const T *restrict before,      \
                                               long n, double keep, double add, double kappa,      \
                                               double least, T lower, T upper,                     \
                                               double summary[6]) {                                \
        tally t = {0};                                                                             \
        sums s = {0};                                                                              \
        const T most = (T)LARGEST_##X;                                                             \
        limits l = {lower > -most ? lower : -most, upper < most ? upper : most, most, LANES};      \
        FOR_LANES(T, rates, squares, g, before, n,                                                 \
                  local_gains_##X(a, b, c, d, keep, add, kappa, least, &l, &t, &s));               \
        report(&s, &t, summary);                                                                   \
    }                                                                                              \
    HYPERFED_INLINE void linear_##X(lanes *factor, double kappa, double least) {                   \
        const lanes linear = 1 + kappa * *factor;                                                  \
        *factor = AT_LEAST(least, linear);                                                         \
    }                                                                                              \
    HYPERFED_INLINE void exponential_##X(lanes *factor, double kappa, double least) {              \
        (void)least;                                                                               \
        T x[LANES];                                                                                \
        STORE_##X(x, kappa * *factor);                                                             \
        for (int k = 0; k < LANES; k++) x[k] = exp_##X(x[k]);                                      \
        *factor = LOAD_##X(x);                                                                     \
    }                                                                                              \
    META_DESCENT(T, X, linear)                                                                     \
    META_DESCENT(T, X, exponential)

DEFINE(float, f)
DEFINE(double, d)

KERNEL(void, additive_rates, (rates, g, d, n, kappa, lower, upper, summary),
       void *rates, const void *g, const void *d, long n, double kappa, double lower,
       double upper, double summary[6])
KERNEL(void, multiplicative_rates, (rates, g, d, n, kappa, lower, upper, summary),
       void *rates, const void *g, const void *d, long n, double kappa, double lower,
       double upper, double summary[6])
KERNEL(void, local_gains, (rates, s, g, before, n, keep, add, kappa, least, lower, upper,
       summary),
       void *rates, void *s, const void *g, const void *before, long n, double keep, double add,
       double kappa, double least, double lower, double upper, double summary[6])
KERNEL(void, linear_meta_descent, (rates, v, g, curved, n, kappa, least, memory, lower, upper,
       summary),
       void *rates, void *v, const void *g, const void *curved, long n, double kappa,
       double least, double memory, double lower, double upper, double summary[6])
KERNEL(void, exponential_meta_descent, (rates, v, g, curved, n, kappa, least, memory, lower,
       upper, summary),
       void *rates, void *v, const void *g, const void *curved, long n, double kappa,
       double least, double memory, double lower, double upper, double summary[6])
