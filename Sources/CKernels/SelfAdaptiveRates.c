// DSA's rates: the step of gamma, the rates that it makes and the step of the weights in one pass.
// Each chunk is gone through twice while it is in the first-level cache, since short chains of
// operations keep a CPU busier than long ones: gamma's steps with their sums first, which run over
// fixed lanes and go on in double from chunk to chunk; then the rates. Where a chunk is not as
// nearly all are, the same is done with all care.
#include "CKernels.h"
#include "Exponential.h"
#include "Multiversion.h"

enum { LANES = 16, CHUNK = 1024 };

// largest / (1 + e^-x), as exp_f but with one power of two: x is held between -87 and 87, where the
// result is as good as 0 or the largest.
HYPERFED_INLINE float bounded_f(float x, float largest) {
    const float rounder = 0x1.8p23f;
    x = x < -87.0f ? -87.0f : x;
    x = x > 87.0f ? 87.0f : x;
    const float shifted = x * -1.44269504f + rounder, n = shifted - rounder;
    const float r = -x - n * 0.693359375f - n * -2.12194440e-4f, square = r * r;
    // In pairs of terms: the chain is half as long.
    const float low = 5.0000001201e-1f + 1.6666665459e-1f * r;
    const float middle = 4.1665795894e-2f + 8.3334519073e-3f * r;
    const float high = 1.3981999507e-3f + 1.9875691500e-4f * r;
    const float p = (1.0f + r) + square * (low + square * (middle + square * high));
    return largest / (1.0f + p * power_of_two(shifted));
}

HYPERFED_INLINE double bounded_d(double x, double largest) { return largest * sigmoid_d(x); }

#define DEFINE(T, X, ABS, LARGEST)                                                                 \
    typedef struct {                                                                               \
        T kappa, max, share, gamma0, start, lower, upper;                                          \
    } form_##X;                                                                                    \
    typedef struct {                                                                               \
        T of[LANES];                                                                               \
    } lanes_##X;                                                                                   \
    HYPERFED_INLINE form_##X read_##X(const struct hyperfed_self_adaptive *how) {                  \
        return (form_##X){(T)how->kappa, (T)how->max, how->max > 0 ? 1 / (T)how->max : 0,          \
                          (T)how->gamma0, (T)how->start, (T)how->lower, (T)how->upper};            \
    }                                                                                              \
    HYPERFED_INLINE T rate_##X(T gamma, const form_##X *f, const int is_bounded) {                 \
        const T rate = is_bounded ? bounded_##X(gamma, f->max) : exp_##X(gamma);                   \
        return gamma == f->gamma0 ? f->start : rate;                                               \
    }                                                                                              \
    /* dL/dgamma */                                                                                \
    HYPERFED_INLINE T slope_##X(T by_rate, T rate, const form_##X *f, const int is_bounded) {      \
        return by_rate * (is_bounded ? rate * (1 - rate * f->share) : rate);                       \
    }                                                                                              \
    HYPERFED_INLINE double total_##X(const lanes_##X *lanes) {                                     \
        double sum[LANES];                                                                         \
        for (int k = 0; k < LANES; k++) sum[k] = (double)lanes->of[k];                             \
        for (int half = LANES / 2; half > 0; half /= 2)                                            \
            for (int k = 0; k < half; k++) sum[k] += sum[k + half];                                \
        return sum[0];                                                                             \
    }                                                                                              \
    HYPERFED_INLINE void extend_##X(T gamma, T *least, T *most) {                                  \
        *least = gamma < *least ? gamma : *least;                                                  \
        *most = gamma > *most ? gamma : *most;                                                     \
    }                                                                                              \
    /* The steps of whole lanes into `next`; whether all are finite and inside their bounds, and   \
       the squares neither too large nor too small. */                                             \
    HYPERFED_INLINE int steps_##X(const T *restrict g, const T *restrict after,                    \
                                  const T *restrict gamma, const T *restrict rates,                \
                                  T *restrict next, int n, T *least, T *most, const form_##X *f,   \
                                  const int is_bounded, struct hyperfed_self_adaptive_sums *sums) {\
        lanes_##X natural = {0}, slopes = {0}, squares = {0}, low, high;                           \
        for (int k = 0; k < LANES; k++) low.of[k] = high.of[k] = gamma[k];                         \
        for (int i = 0; i < n; i += LANES)                                                         \
            for (int k = 0; k < LANES; k++) {                                                      \
                const T by_rate = -after[i + k] * g[i + k];                                        \
                const T by_gamma = slope_##X(by_rate, rates[i + k], f, is_bounded);                \
                const T stepped = gamma[i + k] - f->kappa * by_gamma;                              \
                next[i + k] = stepped;                                                             \
                natural.of[k] += by_rate;                                                          \
                slopes.of[k] += by_gamma;                                                          \
                squares.of[k] += by_gamma * by_gamma;                                              \
                extend_##X(stepped, &low.of[k], &high.of[k]);                                      \
            }                                                                                      \
        const double square = total_##X(&squares);                                                 \
        T lowest = low.of[0], highest = high.of[0];                                                \
        for (int k = 1; k < LANES; k++) {                                                          \
            lowest = low.of[k] < lowest ? low.of[k] : lowest;                                      \
            highest = high.of[k] > highest ? high.of[k] : highest;                                 \
        }                                                                                          \
        if (!(square == 0 || (square > 1e-30 && square < 1e30)) || !(lowest >= f->lower)           \
            || !(highest <= f->upper) || lowest < -LARGEST || highest > LARGEST)                   \
            return 0;                                                                              \
        sums->rate_slope += total_##X(&natural);                                                   \
        sums->slope += total_##X(&slopes);                                                         \
        sums->squares += square;                                                                   \
        extend_##X(lowest, least, most);                                                           \
        extend_##X(highest, least, most);                                                          \
        return 1;                                                                                  \
    }                                                                                              \
    /* The same, one by one. */                                                                    \
    HYPERFED_INLINE void careful_##X(const T *g, const T *after, const T *gamma, const T *rates,   \
                                     T *next, int n, T *least, T *most, const form_##X *f,         \
                                     const int is_bounded,                                         \
                                     struct hyperfed_self_adaptive_sums *sums) {                   \
        for (int i = 0; i < n; i++) {                                                              \
            const T was = gamma[i], by_rate = -after[i] * g[i];                                    \
            const T by_gamma = slope_##X(by_rate, rates[i], f, is_bounded);                        \
            const T stepped = was - f->kappa * by_gamma;                                           \
            const int is_finite = ABS(by_gamma) <= LARGEST && ABS(stepped) <= LARGEST;             \
            next[i] = is_finite ? stepped : was;                                                   \
            if (next[i] != was && next[i] < f->lower) {                                            \
                next[i] = f->lower;                                                                \
                sums->lower_hits++;                                                                \
            } else if (next[i] != was && next[i] > f->upper) {                                     \
                next[i] = f->upper;                                                                \
                sums->upper_hits++;                                                                \
            }                                                                                      \
            extend_##X(next[i], least, most);                                                      \
            sums->undefined += !is_finite;                                                         \
            if (!is_finite) continue;                                                              \
            sums->rate_slope += (double)by_rate;                                                   \
            sums->slope += (double)by_gamma;                                                       \
            sums->squares += (double)by_gamma * (double)by_gamma;                                  \
        }                                                                                          \
    }                                                                                              \
    HYPERFED_INLINE void pass_##X(const T *restrict g, const T *restrict after, T *restrict gamma, \
                                  T *restrict rates, T *restrict w, long n, const form_##X *f,     \
                                  const int is_bounded, const int moves,                           \
                                  struct hyperfed_self_adaptive_sums *sums) {                      \
        T next[CHUNK], least = (T)INFINITY, most = -(T)INFINITY;                                   \
        for (long start = 0; start < n;) {                                                         \
            const long rest = n - start;                                                           \
            const int count = (int)(rest >= CHUNK   ? CHUNK                                        \
                                    : rest >= LANES ? rest / LANES * LANES                         \
                                                    : rest);                                       \
            const T *slope = g + start;                                                            \
            T *rate = rates + start;                                                               \
            if (count < LANES                                                                      \
                || !steps_##X(slope, after + start, gamma + start, rate, next, count, &least,      \
                              &most, f, is_bounded, sums))                                         \
                careful_##X(slope, after + start, gamma + start, rate, next, count, &least, &most, \
                            f, is_bounded, sums);                                                  \
            lanes_##X mean = {0};                                                                  \
            for (int i = 0; i + LANES <= count; i += LANES)                                        \
                for (int k = 0; k < LANES; k++) {                                                  \
                    const T fresh = rate_##X(next[i + k], f, is_bounded);                          \
                    gamma[start + i + k] = next[i + k];                                            \
                    rate[i + k] = fresh;                                                           \
                    if (moves) w[start + i + k] -= fresh * slope[i + k];                           \
                    mean.of[k] += fresh;                                                           \
                }                                                                                  \
            for (int i = count / LANES * LANES, k = 0; i < count; i++, k++) {                      \
                gamma[start + i] = next[i];                                                        \
                rate[i] = rate_##X(next[i], f, is_bounded);                                        \
                if (moves) w[start + i] -= rate[i] * slope[i];                                     \
                mean.of[k] = rate[i];                                                              \
            }                                                                                      \
            sums->rates += total_##X(&mean);                                                       \
            start += count;                                                                        \
        }                                                                                          \
        sums->smallest_rate = (double)rate_##X(least, f, is_bounded);                              \
        sums->largest_rate = (double)rate_##X(most, f, is_bounded);                                \
    }                                                                                              \
    TYPED_KERNEL void hyperfed_self_adaptive_##X(                                                  \
        const T *g, const T *after, T *gamma, T *rates, T *w, long n,                              \
        const struct hyperfed_self_adaptive *how, struct hyperfed_self_adaptive_sums *sums) {      \
        const form_##X f = read_##X(how);                                                          \
        *sums = (struct hyperfed_self_adaptive_sums){0};                                           \
        if (f.max > 0 && w)                                                                        \
            pass_##X(g, after, gamma, rates, w, n, &f, 1, 1, sums);                                \
        else if (f.max > 0)                                                                        \
            pass_##X(g, after, gamma, rates, w, n, &f, 1, 0, sums);                                \
        else if (w)                                                                                \
            pass_##X(g, after, gamma, rates, w, n, &f, 0, 1, sums);                                \
        else                                                                                       \
            pass_##X(g, after, gamma, rates, w, n, &f, 0, 0, sums);                                \
    }                                                                                              \
    TYPED_KERNEL double hyperfed_slope_magnitude_##X(const T *g, const T *after, const T *rates,   \
                                                     long n,                                       \
                                                     const struct hyperfed_self_adaptive *how) {   \
        const form_##X f = read_##X(how);                                                          \
        double sum = 0;                                                                            \
        for (long i = 0; i < n; i++) {                                                             \
            const T by_gamma = slope_##X(after[i] * g[i], rates[i], &f, f.max > 0);                \
            if (ABS(by_gamma) <= LARGEST) sum += (double)ABS(by_gamma);                            \
        }                                                                                          \
        return sum;                                                                                \
    }                                                                                              \
    TYPED_KERNEL void hyperfed_tentative_##X(const T *restrict w, const T *restrict g,             \
                                             const T *restrict rates, T *restrict out, long n) {   \
        for (long i = 0; i < n; i++) out[i] = w[i] - rates[i] * g[i];                              \
    }                                                                                              \
    TYPED_KERNEL void hyperfed_self_adapted_##X(const T *restrict gamma, T *restrict rates,        \
                                                long n, const struct hyperfed_self_adaptive *how) {\
        const form_##X f = read_##X(how);                                                          \
        const int is_bounded = f.max > 0;                                                          \
        for (long i = 0; i < n; i++) rates[i] = rate_##X(gamma[i], &f, is_bounded);                \
    }

DEFINE(float, f, fabsf, 0x1.fffffep127f)
DEFINE(double, d, fabs, 0x1.fffffffffffffp1023)

KERNEL(void, tentative, (w, g, rates, out, n),
       const void *w, const void *g, const void *rates, void *out, long n)
KERNEL(void, self_adaptive, (g, after, gamma, rates, w, n, how, sums),
       const void *g, const void *after, void *gamma, void *rates, void *w, long n,
       const struct hyperfed_self_adaptive *how, struct hyperfed_self_adaptive_sums *sums)
KERNEL(double, slope_magnitude, (g, after, rates, n, how),
       const void *g, const void *after, const void *rates, long n,
       const struct hyperfed_self_adaptive *how)
KERNEL(void, self_adapted, (gamma, rates, n, how),
       const void *gamma, void *rates, long n, const struct hyperfed_self_adaptive *how)
