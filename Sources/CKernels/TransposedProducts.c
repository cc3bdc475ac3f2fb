// y = d w^T for a few rows of d: what goes back through a dense layer, dx = dy W, with w stored
// (inputs, outputs) as the forward product reads it.
//
// A BLAS packs w, the large factor, at every step. Here d is packed, the small one, so that a
// vector holds several of its rows, and each row of w is read once, in place, for up to 64 of them.
//
// Each element is one chain of fused multiply-adds in the order of the inner index: its bits do not
// depend on how many rows there are.
#include "CKernels.h"
#include "Panels.h"
#include <string.h>

enum { MOST_ROWS = 192 };

long hyperfed_transposed_product_workspace(long rows, long inner) {
    const long most = rows < MOST_ROWS ? rows : MOST_ROWS;
    return (most + 15) / 16 * 16 * inner;
}

// UNITS rows of w times VECTORS * WIDTH rows of d, which are the columns of `packed`.
#define TILE(NAME, ATTRIBUTE, WIDTH, UNITS, VECTORS)                                               \
    ATTRIBUTE static void NAME(const float *w, const float *packed, float *sums, long inner) {     \
        typedef float vector __attribute__((vector_size(4 * WIDTH)));                              \
        vector sum[UNITS][VECTORS], row[VECTORS];                                                  \
        memset(sum, 0, sizeof sum);                                                                \
        for (long k = 0; k < inner; k++) {                                                         \
            for (int v = 0; v < VECTORS; v++)                                                      \
                memcpy(&row[v], packed + (k * VECTORS + v) * WIDTH, sizeof row[v]);                \
            _Pragma("unroll") for (int u = 0; u < UNITS; u++) {                                    \
                const float scale = w[u * inner + k];                                              \
                for (int v = 0; v < VECTORS; v++) sum[u][v] += scale * row[v];                     \
            }                                                                                      \
        }                                                                                          \
        memcpy(sums, sum, sizeof sum);                                                             \
    }

// The columns of y, one panel of its rows.
#define PANEL(NAME, ATTRIBUTE, WIDTH, UNITS, VECTORS)                                              \
    TILE(NAME##_units, ATTRIBUTE, WIDTH, UNITS, VECTORS)                                           \
    TILE(NAME##_unit, ATTRIBUTE, WIDTH, 1, VECTORS)                                                \
    ATTRIBUTE static void NAME(const float *w, const float *packed, float *y, long rows,           \
                               long columns, long inner, int keep) {                               \
        float sums[UNITS * VECTORS * WIDTH];                                                       \
        for (long c = 0; c < columns;) {                                                           \
            const long units = c + UNITS <= columns ? UNITS : 1;                                   \
            (units == UNITS ? NAME##_units : NAME##_unit)(w + c * inner, packed, sums, inner);     \
            for (long r = 0; r < rows; r++) {                                                      \
                float *to = y + r * columns + c;                                                   \
                for (long u = 0; u < units; u++)                                                   \
                    to[u] = (keep ? to[u] : 0) + sums[u * VECTORS * WIDTH + r];                    \
            }                                                                                      \
            c += units;                                                                            \
        }                                                                                          \
    }

typedef void (*panel)(const float *, const float *, float *, long, long, long, int);

PANELS

bool hyperfed_transposed_product(bool is_double, const void *d, const void *w, void *y, long rows,
                                 long columns, long inner, bool keep, void *workspace) {
    // With many rows packing w pays, with very few rows vectors are mostly empty.
    if (is_double || rows < 4 || rows > MOST_ROWS) return false;
    const float *const first = d;
    float *const out = y, *const packed = workspace;
    static const panel wide[] = {wide_1, wide_2, wide_3, wide_4}, narrow[] = {narrow_1, narrow_2};
    const bool is_wide = hyperfed_is_wide();
    const long width = is_wide ? 16 : 8, most = is_wide ? 64 : 16;
    for (long r = 0; r < rows; r += most) {
        const long count = rows - r < most ? rows - r : most;
        const long vectors = (count + width - 1) / width, padded = vectors * width;
        for (long i = 0; i < padded; i++)
            for (long k = 0; k < inner; k++)
                packed[k * padded + i] = i < count ? first[(r + i) * inner + k] : 0;
        (is_wide ? wide : narrow)[vectors - 1](w, packed, out + r * columns, count, columns, inner,
                                               keep);
    }
    return true;
}
