// Average pooling over windows that touch and do not overlap, channel by channel. It is linear: its
// tangent is itself.
#include "CKernels.h"
#include "Multiversion.h"

// Calls BODY for each place of each window: `at` is where its channels begin, `result` where the
// window's result does.
#define EACH_PLACE(BODY)                                                                           \
    for (long n = 0; n < batch; n++)                                                               \
        for (long o = 0; o < height / rows; o++)                                                   \
            for (long p = 0; p < width / columns; p++) {                                           \
                const long result =                                                                \
                    ((n * (height / rows) + o) * (width / columns) + p) * channels;                \
                for (long i = 0; i < rows; i++)                                                    \
                    for (long j = 0; j < columns; j++) {                                           \
                        const long at = ((n * height + o * rows + i) * width + p * columns + j)    \
                            * channels;                                                            \
                        for (long c = 0; c < channels; c++) BODY;                                  \
                    }                                                                              \
            }

#define PARAMETERS                                                                                 \
    long batch, long height, long width, long channels, long rows, long columns

#define DEFINE(T, X)                                                                               \
    TYPED_KERNEL void hyperfed_average_pool_##X(const T *restrict x, T *restrict y, PARAMETERS) {  \
        const long count = batch * (height / rows) * (width / columns) * channels;                 \
        for (long i = 0; i < count; i++) y[i] = 0;                                                 \
        EACH_PLACE(y[result + c] += x[at + c])                                                     \
        for (long i = 0; i < count; i++) y[i] /= (T)(rows * columns);                              \
    }                                                                                              \
    TYPED_KERNEL void hyperfed_average_unpool_##X(const T *restrict dy, T *restrict dx,            \
                                                  PARAMETERS) {                                    \
        if (height % rows || width % columns)                                                      \
            for (long i = 0; i < batch * height * width * channels; i++) dx[i] = 0;                \
        EACH_PLACE(dx[at + c] = dy[result + c] / (T)(rows * columns))                              \
    }

DEFINE(float, f)
DEFINE(double, d)

KERNEL(void, average_pool, (x, y, batch, height, width, channels, rows, columns), const void *x,
       void *y, long batch, long height, long width, long channels, long rows, long columns)
KERNEL(void, average_unpool, (dy, dx, batch, height, width, channels, rows, columns),
       const void *dy, void *dx, long batch, long height, long width, long channels, long rows,
       long columns)
