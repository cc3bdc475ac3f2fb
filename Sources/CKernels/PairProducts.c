// The products of two vectors, and those of two differences, in one pass each. Sums run in double
// over fixed lanes.
#include "CKernels.h"
#include "LaneSums.h"
#include "Multiversion.h"

// The loops go over whole lanes, and over copies of a vector's last numbers.
#define DEFINE(T, X)                                                                               \
    HYPERFED_INLINE void products_##X(const T *x, const T *y, sums *s) {                           \
        const lanes a = LOAD_##X(x), b = LOAD_##X(y);                                              \
        s->of[0] += a * a;                                                                         \
        s->of[1] += a * b;                                                                         \
        s->of[2] += b * b;                                                                         \
    }                                                                                              \
    TYPED_KERNEL void hyperfed_products_##X(const T *x, const T *y, long n, double products[3]) {  \
        /* Two sums hide the latency of the additions. */                                          \
        sums one = {0}, other = {0};                                                               \
        long i = 0;                                                                                \
        for (; i + 2 * LANES <= n; i += 2 * LANES) {                                               \
            products_##X(x + i, y + i, &one);                                                      \
            products_##X(x + i + LANES, y + i + LANES, &other);                                    \
        }                                                                                          \
        for (; i < n; i += LANES) {                                                                \
            T last[2][LANES] = {{0}};                                                              \
            const long count = n - i < LANES ? n - i : LANES;                                      \
            memcpy(last[0], x + i, (size_t)count * sizeof(T));                                     \
            memcpy(last[1], y + i, (size_t)count * sizeof(T));                                     \
            products_##X(last[0], last[1], &one);                                                  \
        }                                                                                          \
        for (int k = 0; k < 3; k++) one.of[k] += other.of[k];                                      \
        sums_of(&one, products);                                                                   \
    }                                                                                              \
    HYPERFED_INLINE void distances_##X(const T *w, T *w_before, const T *g, const T *g_before,     \
                                       sums *s) {                                                  \
        const lanes now = LOAD_##X(w), slope = LOAD_##X(g);                                        \
        const lanes moved = now - LOAD_##X(w_before), bent = slope - LOAD_##X(g_before);           \
        s->of[0] += moved * moved;                                                                 \
        s->of[1] += bent * bent;                                                                   \
        s->of[2] += moved * slope;                                                                 \
        STORE_##X(w_before, now);                                                                  \
    }                                                                                              \
    TYPED_KERNEL void hyperfed_distances_##X(const T *restrict w, T *restrict w_before,            \
                                             const T *restrict g, const T *restrict g_before,      \
                                             long n, double out[3]) {                              \
        sums one = {0}, other = {0};                                                               \
        long i = 0;                                                                                \
        for (; i + 2 * LANES <= n; i += 2 * LANES) {                                               \
            distances_##X(w + i, w_before + i, g + i, g_before + i, &one);                         \
            distances_##X(w + i + LANES, w_before + i + LANES, g + i + LANES,                      \
                          g_before + i + LANES, &other);                                           \
        }                                                                                          \
        for (; i < n; i += LANES) {                                                                \
            T last[4][LANES] = {{0}};                                                              \
            const long count = n - i < LANES ? n - i : LANES;                                      \
            const size_t bytes = (size_t)count * sizeof(T);                                        \
            memcpy(last[0], w + i, bytes);                                                         \
            memcpy(last[1], w_before + i, bytes);                                                  \
            memcpy(last[2], g + i, bytes);                                                         \
            memcpy(last[3], g_before + i, bytes);                                                  \
            distances_##X(last[0], last[1], last[2], last[3], &one);                               \
            memcpy(w_before + i, last[1], bytes);                                                  \
        }                                                                                          \
        for (int k = 0; k < 3; k++) one.of[k] += other.of[k];                                      \
        sums_of(&one, out);                                                                        \
    }

DEFINE(float, f)
DEFINE(double, d)

KERNEL(void, products, (x, y, n, products),
       const void *x, const void *y, long n, double products[3])
KERNEL(void, distances, (w, w_before, g, g_before, n, sums),
       const void *w, void *w_before, const void *g, const void *g_before, long n,
       double sums[3])
