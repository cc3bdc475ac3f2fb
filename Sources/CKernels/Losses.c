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
    /* The sum of e^(z[c] - best); with `out`, each of them too. Whole vectors come first, since   \
       the compiler makes vectors of loops without conditions. */                                  \
    HYPERFED_INLINE T exp_sum_##X(const T *z, T best, T *out, long classes) {                      \
        T sums[LANES] = {0}, values[LANES];                                                        \
        long c = 0;                                                                                \
        for (; c + LANES <= classes; c += LANES) {                                                 \
            for (int k = 0; k < LANES; k++) values[k] = exp_##X(z[c + k] - best);                  \
            for (int k = 0; k < LANES; k++) sums[k] += values[k];                                  \
            if (out) memcpy(out + c, values, sizeof values);                                       \
        }                                                                                          \
        if (c < classes) {                                                                         \
            const long count = classes - c;                                                        \
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
    /* Returns the largest number of a row, without branches that depend on the numbers. A first   \
       NaN stays. */                                                                               \
    HYPERFED_INLINE T largest_##X(const T *z, long classes) {                                      \
        T lanes[LANES];                                                                            \
        for (int k = 0; k < LANES; k++) lanes[k] = k < classes ? z[k] : z[0];                      \
        long c = LANES;                                                                            \
        for (; c + LANES <= classes; c += LANES)                                                   \
            for (int k = 0; k < LANES; k++)                                                        \
                lanes[k] = z[c + k] > lanes[k] ? z[c + k] : lanes[k];                              \
        for (int k = 0; c + k < classes; k++)                                                      \
            lanes[k] = z[c + k] > lanes[k] ? z[c + k] : lanes[k];                                  \
        for (int width = LANES / 2; width > 0; width /= 2)                                         \
            for (int k = 0; k < width; k++)                                                        \
                lanes[k] = lanes[k + width] > lanes[k] ? lanes[k + width] : lanes[k];              \
        return lanes[0];                                                                           \
    }                                                                                              \
    /* Values in registers where there are at most LANES of them: most classifiers. */             \
    HYPERFED_INLINE T few_classes_##X(const T *z, T *g, long classes, long label, T scale,         \
                                      T *largest) {                                                \
        T values[LANES], folded[LANES];                                                            \
        for (int k = 0; k < LANES; k++) values[k] = k < classes ? z[k] : z[0];                     \
        for (int k = 0; k < LANES; k++) folded[k] = values[k];                                     \
        for (int width = LANES / 2; width > 0; width /= 2)                                         \
            for (int k = 0; k < width; k++)                                                        \
                folded[k] = folded[k + width] > folded[k] ? folded[k + width] : folded[k];         \
        const T best = *largest = folded[0];                                                       \
        for (int k = 0; k < LANES; k++) values[k] = exp_##X(values[k] - best);                     \
        for (int k = 0; k < LANES; k++) folded[k] = values[k] = k < classes ? values[k] : 0;       \
        FOLD(folded)                                                                               \
        if (g) {                                                                                   \
            const T factor = scale / folded[0];                                                    \
            for (int k = 0; k < LANES; k++) {                                                      \
                const T value = values[k] * factor - (k == label ? scale : 0);                     \
                if (k < classes) g[k] = value;                                                     \
            }                                                                                      \
        }                                                                                          \
        return folded[0];                                                                          \
    }                                                                                              \
    /* Whether the label is the first of the largest. */                                           \
    HYPERFED_INLINE long is_hit_##X(const T *z, T best, long label, long classes) {                \
        if (!(z[label] == best)) return 0;                                                         \
        for (long c = 0; c < label; c++)                                                           \
            if (z[c] == best) return 0;                                                            \
        return 1;                                                                                  \
    }                                                                                              \
    TYPED_KERNEL double hyperfed_cross_entropy_##X(const T *logits, const T *labels, T *gradient,  \
                                                   long rows, long classes, long positions,        \
                                                   long *correct) {                                \
        double loss = 0;                                                                           \
        const long samples = rows / positions;                                                     \
        const T scale = (T)(1.0 / (double)rows);                                                   \
        for (long r = 0; r < rows; r++) {                                                          \
            const T *z = logits + r * classes;                                                     \
            const long label = LABEL(labels, r);                                                   \
            T *g = gradient ? gradient + r * classes : 0;                                          \
            T best, sum;                                                                           \
            if (classes <= LANES) {                                                                \
                sum = few_classes_##X(z, g, classes, label, scale, &best);                         \
            } else {                                                                               \
                best = largest_##X(z, classes);                                                    \
                sum = exp_sum_##X(z, best, g, classes);                                            \
                const T factor = scale / sum;                                                      \
                for (long c = 0; g && c < classes; c++) g[c] *= factor;                            \
                if (g) g[label] -= scale;                                                          \
            }                                                                                      \
            if (correct) *correct += is_hit_##X(z, best, label, classes);                          \
            loss += log((double)sum) - ((double)z[label] - (double)best);                          \
        }                                                                                          \
        return loss;                                                                               \
    }                                                                                              \
    TYPED_KERNEL void hyperfed_class_hits_##X(const T *logits, const T *labels, long rows,         \
                                              long classes, long positions, uint32_t *hits) {      \
        const long samples = rows / positions;                                                     \
        for (long r = 0; r < rows; r++) {                                                          \
            const T *z = logits + r * classes;                                                     \
            const long label = LABEL(labels, r);                                                   \
            hits[label] += is_hit_##X(z, largest_##X(z, classes), label, classes);                 \
        }                                                                                          \
    }                                                                                              \
    TYPED_KERNEL void hyperfed_cross_entropy_tangent_##X(const T *logits, const T *tangent, T *out,\
                                                         long rows, long classes) {                \
        const T scale = (T)(1.0 / (double)rows);                                                   \
        for (long r = 0; r < rows; r++) {                                                          \
            const T *z = logits + r * classes, *t = tangent + r * classes;                         \
            T *p = out + r * classes;                                                              \
            const T best = largest_##X(z, classes);                                                \
            const T sum = exp_sum_##X(z, best, p, classes);                                        \
            const T mean = inner_product_##X(p, t, classes) / sum;                                 \
            const T factor = scale / sum;                                                          \
            for (long c = 0; c < classes; c++) p[c] *= factor * (t[c] - mean);                     \
        }                                                                                          \
    }                                                                                              \
    TYPED_KERNEL long hyperfed_first_outside_##X(const T *x, T limit, long n) {                    \
        for (long start = 0; start < n; start += LANES) {                                          \
            const long end = start + LANES < n ? start + LANES : n;                                \
            int isInside = 1;                                                                      \
            for (long i = start; i < end; i++) isInside &= x[i] >= 0 && x[i] < limit;              \
            for (long i = start; i < end && !isInside; i++)                                        \
                if (!(x[i] >= 0 && x[i] < limit)) return i;                                        \
        }                                                                                          \
        return -1;                                                                                 \
    }                                                                                              \
    TYPED_KERNEL double hyperfed_squared_error_##X(const T *restrict y, const T *restrict target,  \
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

KERNEL(double, cross_entropy, (logits, labels, gradient, rows, classes, positions, correct),
       const void *logits, const void *labels, void *gradient, long rows, long classes,
       long positions, long *correct)
KERNEL(void, class_hits, (logits, labels, rows, classes, positions, hits),
       const void *logits, const void *labels, long rows, long classes, long positions,
       uint32_t *hits)
KERNEL(void, cross_entropy_tangent, (logits, tangent, out, rows, classes),
       const void *logits, const void *tangent, void *out, long rows, long classes)
KERNEL(long, first_outside, (x, limit, n), const void *x, double limit, long n)
KERNEL(double, squared_error, (y, target, gradient, n),
       const void *y, const void *target, void *gradient, long n)
