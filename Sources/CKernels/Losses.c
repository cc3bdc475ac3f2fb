// Losses over rows of outputs, their gradients and the tangents of these.
#include "CKernels.h"
#include "Multiversion.h"
#include <math.h>

// Rows are position-major, (positions, samples); labels are sample-major, (samples, positions).
#define LABEL(labels, r) ((long)(labels)[(r) % samples * positions + (r) / samples])

#define DEFINE(T, X, EXP)                                                                          \
    double hyperfed_cross_entropy_##X(const T *logits, const T *labels, T *gradient, long rows,    \
                                      long classes, long positions, long *correct) {               \
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
            T sum = 0;                                                                             \
            if (gradient) {                                                                        \
                T *g = gradient + r * classes;                                                     \
                for (long c = 0; c < classes; c++) sum += g[c] = EXP(z[c] - z[best]);              \
                const T factor = scale / sum;                                                      \
                for (long c = 0; c < classes; c++) g[c] *= factor;                                 \
                g[label] -= scale;                                                                 \
            } else {                                                                               \
                for (long c = 0; c < classes; c++) sum += EXP(z[c] - z[best]);                     \
            }                                                                                      \
            loss += log((double)sum) - ((double)z[label] - (double)z[best]);                       \
        }                                                                                          \
        return loss;                                                                               \
    }                                                                                              \
    void hyperfed_cross_entropy_tangent_##X(const T *logits, const T *tangent, T *out, long rows,  \
                                            long classes) {                                        \
        const T scale = (T)(1.0 / (double)rows);                                                   \
        for (long r = 0; r < rows; r++) {                                                          \
            const T *z = logits + r * classes, *t = tangent + r * classes;                         \
            T *p = out + r * classes;                                                              \
            T best = z[0], sum = 0, mean = 0;                                                      \
            for (long c = 1; c < classes; c++)                                                     \
                if (z[c] > best) best = z[c];                                                      \
            for (long c = 0; c < classes; c++) sum += p[c] = EXP(z[c] - best);                     \
            for (long c = 0; c < classes; c++) mean += p[c] * t[c];                                \
            mean /= sum;                                                                           \
            const T factor = scale / sum;                                                          \
            for (long c = 0; c < classes; c++) p[c] *= factor * (t[c] - mean);                     \
        }                                                                                          \
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

DEFINE(float, f, expf)
DEFINE(double, d, exp)
