// Max-pooling over windows that do not overlap, channel by channel.
#include "CKernels.h"
#include "Multiversion.h"

// Calls BODY for each window, with the starts of its corner and of its result, and for each place
// in it, `place`, at `at` from the corner. With a size known to the compiler, both loops over the
// window unroll inside the loop over the channels.
#define EACH_WINDOW(BODY)                                                                          \
    for (long n = 0; n < batch; n++)                                                               \
        for (long o = 0; o < height / size; o++)                                                   \
            for (long p = 0; p < width / size; p++) {                                              \
                const long corner = ((n * height + o * size) * width + p * size) * channels;       \
                const long result = ((n * (height / size) + o) * (width / size) + p) * channels;   \
                BODY                                                                               \
            }

#define PARAMETERS long batch, long height, long width, long channels, long size
#define INLINE static inline __attribute__((always_inline))

#define DEFINE(T, X)                                                                               \
    INLINE void max_pool_##X(const T *restrict x, T *restrict y, T *restrict which, PARAMETERS) {  \
        EACH_WINDOW({                                                                              \
            for (long c = 0; c < channels; c++) {                                                  \
                T best = x[corner + c];                                                            \
                T place = 0;                                                                       \
                for (long i = 0; i < size; i++)                                                    \
                    for (long j = 0; j < size; j++) {                                              \
                        const T value = x[corner + (i * width + j) * channels + c];                \
                        /* Also where the value is a NaN and the best is none. */                  \
                        const int wins = !(value <= best) & (best == best);                        \
                        best = wins ? value : best;                                                \
                        place = wins ? (T)(i * size + j) : place;                                  \
                    }                                                                              \
                y[result + c] = best;                                                              \
                which[result + c] = place;                                                         \
            }                                                                                      \
        })                                                                                         \
    }                                                                                              \
    INLINE void pool_at_##X(const T *restrict x, const T *restrict which, T *restrict y,           \
                            PARAMETERS) {                                                          \
        EACH_WINDOW({                                                                              \
            for (long c = 0; c < channels; c++) {                                                  \
                T value = 0;                                                                       \
                for (long i = 0; i < size; i++)                                                    \
                    for (long j = 0; j < size; j++) {                                              \
                        const T here = x[corner + (i * width + j) * channels + c];                 \
                        value = which[result + c] == (T)(i * size + j) ? here : value;             \
                    }                                                                              \
                y[result + c] = value;                                                             \
            }                                                                                      \
        })                                                                                         \
    }                                                                                              \
    INLINE void unpool_##X(const T *restrict dy, const T *restrict which, T *restrict dx,          \
                           PARAMETERS) {                                                           \
        if (height % size || width % size)                                                         \
            for (long i = 0; i < batch * height * width * channels; i++) dx[i] = 0;                \
        EACH_WINDOW({                                                                              \
            for (long c = 0; c < channels; c++)                                                    \
                for (long i = 0; i < size; i++)                                                    \
                    for (long j = 0; j < size; j++)                                                \
                        dx[corner + (i * width + j) * channels + c] =                              \
                            which[result + c] == (T)(i * size + j) ? dy[result + c] : 0;           \
        })                                                                                         \
    }                                                                                              \
    TYPED_KERNEL void hyperfed_max_pool_##X(const T *x, T *y, T *which, PARAMETERS) {              \
        if (size == 2)                                                                             \
            max_pool_##X(x, y, which, batch, height, width, channels, 2);                          \
        else                                                                                       \
            max_pool_##X(x, y, which, batch, height, width, channels, size);                       \
    }                                                                                              \
    TYPED_KERNEL void hyperfed_pool_at_##X(const T *x, const T *which, T *y, PARAMETERS) {         \
        if (size == 2)                                                                             \
            pool_at_##X(x, which, y, batch, height, width, channels, 2);                           \
        else                                                                                       \
            pool_at_##X(x, which, y, batch, height, width, channels, size);                        \
    }                                                                                              \
    TYPED_KERNEL void hyperfed_unpool_##X(const T *dy, const T *which, T *dx, PARAMETERS) {        \
        if (size == 2)                                                                             \
            unpool_##X(dy, which, dx, batch, height, width, channels, 2);                          \
        else                                                                                       \
            unpool_##X(dy, which, dx, batch, height, width, channels, size);                       \
    }

DEFINE(float, f)
DEFINE(double, d)

KERNEL(void, max_pool, (x, y, which, batch, height, width, channels, size),
       const void *x, void *y, void *which, long batch, long height, long width, long channels,
       long size)
KERNEL(void, pool_at, (x, which, y, batch, height, width, channels, size),
       const void *x, const void *which, void *y, long batch, long height, long width,
       long channels, long size)
KERNEL(void, unpool, (dy, which, dx, batch, height, width, channels, size),
       const void *dy, const void *which, void *dx, long batch, long height, long width,
       long channels, long size)
