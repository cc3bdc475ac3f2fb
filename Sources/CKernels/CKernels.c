#include "CKernels.h"
#include "Lanes.h"
#include "Multiversion.h"
#include <math.h>
#include <stddef.h>

// Two accumulators hide the latency of the additions.
#define DEFINE(T, X)                                                                               \
    TYPED_KERNEL double hyperfed_dot_##X(const T *x, const T *y, long n) {                         \
        lanes a = {0}, b = {0};                                                                    \
        long i = 0;                                                                                \
        for (; i + 16 <= n; i += 16) {                                                             \
            a += LOAD_##X(x + i) * LOAD_##X(y + i);                                                \
            b += LOAD_##X(x + i + 8) * LOAD_##X(y + i + 8);                                        \
        }                                                                                          \
        a += b;                                                                                    \
        double sum = SUM(a);                                                                       \
        for (; i < n; i++) sum += (double)x[i] * (double)y[i];                                     \
        return sum;                                                                                \
    }                                                                                              \
    TYPED_KERNEL void hyperfed_dots_##X(const T *x, const T *y, const T *z, long n,                \
                                        double products[3]) {                                      \
        lanes xx[2] = {{0}}, xy[2] = {{0}}, xz[2] = {{0}};                                         \
        long i = 0;                                                                                \
        for (; i + 16 <= n; i += 16) {                                                             \
            for (int k = 0; k < 2; k++) {                                                          \
                const lanes value = LOAD_##X(x + i + 8 * k);                                       \
                xx[k] += value * value;                                                            \
                xy[k] += value * LOAD_##X(y + i + 8 * k);                                          \
                xz[k] += value * LOAD_##X(z + i + 8 * k);                                          \
            }                                                                                      \
        }                                                                                          \
        products[0] = SUM(xx[0] + xx[1]);                                                          \
        products[1] = SUM(xy[0] + xy[1]);                                                          \
        products[2] = SUM(xz[0] + xz[1]);                                                          \
        for (; i < n; i++) {                                                                       \
            products[0] += (double)x[i] * (double)x[i];                                            \
            products[1] += (double)x[i] * (double)y[i];                                            \
            products[2] += (double)x[i] * (double)z[i];                                            \
        }                                                                                          \
    }                                                                                              \
    TYPED_KERNEL void hyperfed_combine_##X(T *restrict y, T keep, const T *restrict x, T scale,    \
                                           long n) {                                               \
        for (long i = 0; i < n; i++) y[i] = keep * y[i] + scale * x[i];                            \
    }                                                                                              \
    TYPED_KERNEL void hyperfed_fill_##X(T *x, T value, long n) {                                   \
        for (long i = 0; i < n; i++) x[i] = value;                                                 \
    }                                                                                              \
    TYPED_KERNEL void hyperfed_scale_##X(const T *restrict x, T *restrict out, T scale, long n) {  \
        for (long i = 0; i < n; i++) out[i] = scale * x[i];                                        \
    }                                                                                              \
    TYPED_KERNEL void hyperfed_add_##X(T *restrict y, const T *restrict x, T scale, long n) {      \
        for (long i = 0; i < n; i++) y[i] += scale * x[i];                                         \
    }                                                                                              \
    TYPED_KERNEL double hyperfed_difference_##X(const T *restrict x, const T *restrict y,          \
                                                T *restrict out, long n) {                         \
        lanes a = {0};                                                                             \
        long i = 0;                                                                                \
        for (; i + 8 <= n; i += 8) {                                                               \
            for (int k = 0; k < 8; k++) out[i + k] = x[i + k] - y[i + k];                          \
            lanes d = LOAD_##X(out + i);                                                           \
            a += d * d;                                                                            \
        }                                                                                          \
        double sum = SUM(a);                                                                       \
        for (; i < n; i++) {                                                                       \
            out[i] = x[i] - y[i];                                                                  \
            sum += (double)out[i] * (double)out[i];                                                \
        }                                                                                          \
        return sum;                                                                                \
    }                                                                                              \
    TYPED_KERNEL void hyperfed_add_row_##X(T *restrict m, const T *restrict row, long rows,        \
                                           long columns) {                                         \
        for (long r = 0; r < rows; r++)                                                            \
            for (long c = 0; c < columns; c++) m[r * columns + c] += row[c];                       \
    }                                                                                              \
    TYPED_KERNEL void hyperfed_column_sums_##X(const T *restrict m, T *restrict out, long rows,    \
                                               long columns) {                                     \
        for (long c = 0; c < columns; c++) out[c] = 0;                                             \
        for (long r = 0; r < rows; r++)                                                            \
            for (long c = 0; c < columns; c++) out[c] += m[r * columns + c];                       \
    }

DEFINE(float, f)
DEFINE(double, d)

static MULTIVERSION void gather_bytes(const uint8_t *rows, const int32_t *samples, long count,
                                      long width, float scale, float *restrict out) {
    enum { AHEAD = 4, LINE = 64 };
    for (long r = 0; r < count; r++) {
        if (r + AHEAD < count) {
            const uint8_t *later = rows + (long)samples[r + AHEAD] * width;
            for (long i = 0; i < width; i += LINE) __builtin_prefetch(later + i);
        }
        const uint8_t *row = rows + (long)samples[r] * width;
        for (long i = 0; i < width; i++) out[r * width + i] = (float)row[i] * scale;
    }
}

static MULTIVERSION void gather_floats(const float *rows, const int32_t *samples, long count,
                                       long width, float *restrict out) {
    enum { AHEAD = 4, LINE = 16 };
    for (long r = 0; r < count; r++) {
        if (r + AHEAD < count) {
            const float *later = rows + (long)samples[r + AHEAD] * width;
            for (long i = 0; i < width; i += LINE) __builtin_prefetch(later + i);
        }
        memcpy(out + r * width, rows + (long)samples[r] * width, (size_t)width * sizeof *out);
    }
}

KERNEL(double, dot, (x, y, n), const void *x, const void *y, long n)
KERNEL(void, dots, (x, y, z, n, products),
       const void *x, const void *y, const void *z, long n, double products[3])
KERNEL(void, combine, (y, keep, x, scale, n),
       void *y, double keep, const void *x, double scale, long n)
KERNEL(void, fill, (x, value, n), void *x, double value, long n)
KERNEL(void, scale, (x, out, scale, n), const void *x, void *out, double scale, long n)
KERNEL(void, add, (y, x, scale, n), void *y, const void *x, double scale, long n)
KERNEL(double, difference, (x, y, out, n), const void *x, const void *y, void *out, long n)
KERNEL(void, add_row, (m, row, rows, columns), void *m, const void *row, long rows, long columns)
KERNEL(void, column_sums, (m, out, rows, columns),
       const void *m, void *out, long rows, long columns)

FUNCTION(void, gather_bytes, (rows, samples, count, width, scale, out),
         const uint8_t *rows, const int32_t *samples, long count, long width, float scale,
         float *out)
FUNCTION(void, gather_floats, (rows, samples, count, width, out),
         const float *rows, const int32_t *samples, long count, long width, float *out)
