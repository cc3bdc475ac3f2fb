// The passes of drift corrections. Each element sees the same operations in the same order as in
// the single steps that the comments name, so fusing them changes no bit.
#include "CKernels.h"
#include "Multiversion.h"

#define DEFINE(T, X)                                                                               \
    TYPED_KERNEL void hyperfed_subtract_##X(const T *restrict x, const T *restrict y,              \
                                            T *restrict out, long n) {                             \
        for (long i = 0; i < n; i++) out[i] = x[i] - y[i];                                         \
    }                                                                                              \
    TYPED_KERNEL void hyperfed_scaled_minus_##X(T scale, const T *restrict x, const T *restrict y, \
                                                T *restrict out, long n) {                         \
        for (long i = 0; i < n; i++) out[i] = scale * x[i] - y[i];                                 \
    }                                                                                              \
    TYPED_KERNEL void hyperfed_add_two_##X(T *restrict y, T first, const T *restrict x, T second,  \
                                           const T *restrict z, long n) {                          \
        for (long i = 0; i < n; i++) {                                                             \
            const T sum = y[i] + first * x[i];                                                     \
            y[i] = sum + second * z[i];                                                            \
        }                                                                                          \
    }                                                                                              \
    TYPED_KERNEL void hyperfed_pull_and_shift_##X(T *restrict y, T pull, const T *restrict x,      \
                                                  const T *restrict start,                         \
                                                  const T *restrict shift, long n) {               \
        for (long i = 0; i < n; i++) {                                                             \
            const T pulled = y[i] + pull * (x[i] - start[i]);                                      \
            y[i] = pulled + shift[i];                                                              \
        }                                                                                          \
    }

DEFINE(float, f)
DEFINE(double, d)

KERNEL(void, subtract, (x, y, out, n), const void *x, const void *y, void *out, long n)
KERNEL(void, scaled_minus, (scale, x, y, out, n),
       double scale, const void *x, const void *y, void *out, long n)
KERNEL(void, add_two, (y, first, x, second, z, n),
       void *y, double first, const void *x, double second, const void *z, long n)
KERNEL(void, pull_and_shift, (y, pull, x, start, shift, n),
       void *y, double pull, const void *x, const void *start, const void *shift, long n)
