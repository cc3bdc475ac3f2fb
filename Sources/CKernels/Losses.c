// Losses over rows of outputs, their gradients and the tangents of these.
#include "CKernels.h"
#include "Exponential.h"
#include "Multiversion.h"

// Rows are position-major, (positions, samples); labels are sample-major, (samples, positions).
#define LABEL(labels, r) ((long)(labels)[(r) % samples * positions + (r) / samples])

// Sums over classes run in this many lanes, class c in lane c % LANES, folded at the end.
enum { LANES = 16 };

#define FOLD(s)                                                                                    \
    for (int width = LANES / 2; width > 0; width /= 2)                                             \
        for (int k = 0; k < width; k++) (s)[k] += (s)[k + width];

#define DEFINE(T, X)                                                                               \
    /* The sum of e^(z[c] - best); with `out`, each of them too. */                                \
    HYPERFED_INLINE T exp_sum_##X(const T *z, T best, T *out, long classes) {                      \
        T sums[LANES] = {0};                                                                       \
        for (long c = 0; c < classes; c += LANES) {                                                \
            const long count = classes - c < LANES ? classes - c : LANES;                          \
            T values[LANES];                                                                       \
            for (int k = 0; k < LANES; k++) values[k] = k < count ? z[c + k] - best : 0;           \
            for (int k = 0; k < LANES; k++) values[k] = exp_##X(values[k]);                        \
            for (int k = 0; k < LANES; k++) sums[k] += k < count ? values[k] : 0;                  \
            if (out) memcpy(out + c, values, sizeof(T) * (size_t)count);                           \
        }                                                                                          \
        FOLD(sums)                                                                                 \
        return sums[0];                                                                            \
    }                                                                                              \
    HYPERFED_INLINE T inner_product_##X(const T *x, const T *y, long classes) {                    \
        T sums[LANES] = {0};                                                                       \
        long c = 0;                                                                                \
        for (; c + LANES <= classes; c += LANES)                                                   \
            for (int k = 0; k < LANES; k++) sums[k] += x[c + k] * y[c + k];                        \
        for (int k = 0; c < classes; c++, k++) sums[k] += x[c] * y[c];                             \
        FOLD(sums)                                                                                 \
        return sums[0];                                                                            \
    }                                                                                              \
    MULTIVERSION double hyperfed_cross_entropy_##X(const T *logits, const T *labels, T *gradient,  \
                                                   long rows, long classes, long positions,        \
                                                   long *correct) {                                \
        double loss = 0;                                                                           \
        const long samples = rows / positions;                                                     \
        const T scale = (T)(1.0 / (double)rows);                                                   \
        for (long r = 0; r < rows; r++) {                                                          \
            const T *z = logits + r * classes;                                                     \
            const long label = LABEL(labels, r);                                                   \
            long best = 0;                                                                         \
            for (long c = 1; c < classes; c++)                                                     \
                if (z[c] > z[best]) best = c;                                                      \
            if (correct && best == label && z[best] == z[best]) *correct += 1;                     \
            T *g = gradient ? gradient + r * classes : 0;                                          \
            const T sum = exp_sum_##X(z, z[best], g, classes);                                     \
            if (g) {                                                                               \
                const T factor = scale / sum;                                                      \
                for (long c = 0; c < classes; c++) g[c] *= factor;                                 \
                g[label] -= scale;                                                                 \
            }                                                                                      \
            loss += log((double)sum) - ((double)z[label] - (double)z[best]);                       \
        }                                                                                          \
        return loss;                                                                               \
    }                                                                                              \
    MULTIVERSION void hyperfed_cross_entropy_tangent_##X(const T *logits, const T *tangent, T *out,\
                                                         long rows, long classes) {                \
        const T scale = (T)(1.0 / (double)rows);                                                   \
        for (long r = 0; r < rows; r++) {                                                          \
            const T *z = logits + r * classes, *t = tangent + r * classes;                         \
            T *p = out + r * classes;                                                              \
            T best = z[0];                                                                         \
            for (long c = 1; c < classes; c++)                                                     \
                if (z[c] > best) best = z[c];                                                      \
            const T sum = exp_sum_##X(z, best, p, classes);                                        \
            const T mean = inner_product_##X(p, t, classes) / sum;                                 \
            const T factor = scale / sum;                                                          \
            for (long c = 0; c < classes; c++) p[c] *= factor * (t[c] - mean);                     \
        }                                                                                          \
    }                                                                                              \
    MULTIVERSION long hyperfed_first_outside_##X(const T *x, T limit, long n) {                    \
        for (long start = 0; start < n; start += LANES) {                                          \
            const long end = start + LANES < n ? start + LANES : n;                                \
            int isInside = 1;                                                                      \
            for (long i = start; i < end; i++) isInside &= x[i] >= 0 && x[i] < limit;              \
            for (long i = start; i < end && !isInside; i++)                                        \
                if (!(x[i] >= 0 && x[i] < limit)) return i;                                        \
        }                                                                                          \
        return -1;                                                                                 \
    }                                                                                              \
    MULTIVERSION double hyperfed_squared_error_##X(const T *restrict y, const T *restrict target,  \
                                                   T *restrict gradient, long n) {                 \
        double loss = 0;                                                                           \
        const T scale = (T)(2.0 / (double)n);                                                      \
        for (long i = 0; i < n; i++) {                                                             \
            const T difference = y[i] - target[i];                                                 \
            if (gradient) gradient[i] = scale * difference;                                        \
            loss += (double)difference * (double)difference;                                       \
        }                                                                                          \
        return loss;                                                                               \
    }

DEFINE(float, f)
DEFINE(double, d)
