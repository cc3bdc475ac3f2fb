// The products of a dense layer with few outputs, such as the last one of a classifier: w is stored
// as (units, inner), so each output is a product of two rows.
//
// A BLAS packs both factors first, which costs more than the product at a client's batch. Here a
// tile of rows of x and rows of w runs along the inner index, with sixteen partial sums for each
// output in one register or two. With fewer than sixteen terms there are eight partial sums.
//
// An output is the sum of its lanes in a fixed order, whichever tile computes it: its bits depend
// neither on how many rows there are nor on the CPU.
#include "CKernels.h"
#include "Multiversion.h"
#include <string.h>

// y[r][c] = x[r] . w[c] + bias[c] for ROWS x UNITS outputs, each with WIDTH lanes in PARTS
// registers.
#define DOTS(NAME, ATTRIBUTE, WIDTH, PARTS, ROWS, UNITS)                                           \
    ATTRIBUTE static void NAME(const float *x, const float *w, const float *bias, float *y,        \
                               long units, long inner) {                                           \
        typedef float vector __attribute__((vector_size(4 * (WIDTH / PARTS))));                    \
        vector sum[ROWS][UNITS][PARTS], row[ROWS], factor;                                         \
        memset(sum, 0, sizeof sum);                                                                \
        long k = 0;                                                                                \
        for (; k + WIDTH <= inner; k += WIDTH)                                                     \
            _Pragma("unroll") for (int p = 0; p < PARTS; p++) {                                    \
                const long at = k + p * (WIDTH / PARTS);                                           \
                _Pragma("unroll") for (int r = 0; r < ROWS; r++)                                   \
                    memcpy(&row[r], x + r * inner + at, sizeof row[r]);                            \
                _Pragma("unroll") for (int c = 0; c < UNITS; c++) {                                \
                    memcpy(&factor, w + c * inner + at, sizeof factor);                            \
                    _Pragma("unroll") for (int r = 0; r < ROWS; r++)                               \
                        sum[r][c][p] += row[r] * factor;                                           \
                }                                                                                  \
            }                                                                                      \
        for (int r = 0; r < ROWS; r++)                                                             \
            for (int c = 0; c < UNITS; c++) {                                                      \
                float lanes[WIDTH];                                                                \
                memcpy(lanes, sum[r][c], sizeof lanes);                                            \
                _Pragma("unroll") for (int half = WIDTH / 2; half > 0; half /= 2)                  \
                    _Pragma("unroll") for (int i = 0; i < half; i++) lanes[i] += lanes[i + half];  \
                float rest = bias[c];                                                              \
                for (long i = k; i < inner; i++) rest += x[r * inner + i] * w[c * inner + i];      \
                y[r * units + c] = lanes[0] + rest;                                                \
            }                                                                                      \
    }

#define AFFINE(NAME, ATTRIBUTE, WIDTH, PARTS, ROWS, UNITS)                                         \
    DOTS(NAME##_tile, ATTRIBUTE, WIDTH, PARTS, ROWS, UNITS)                                        \
    DOTS(NAME##_column, ATTRIBUTE, WIDTH, PARTS, ROWS, 1)                                          \
    DOTS(NAME##_row, ATTRIBUTE, WIDTH, PARTS, 1, UNITS)                                            \
    DOTS(NAME##_one, ATTRIBUTE, WIDTH, PARTS, 1, 1)                                                \
    ATTRIBUTE static void NAME(const float *x, const float *w, const float *bias, float *y,        \
                               long rows, long units, long inner) {                                \
        for (long r = 0; r < rows;) {                                                              \
            const bool is_high = r + ROWS <= rows;                                                 \
            for (long c = 0; c < units;) {                                                         \
                const bool is_broad = c + UNITS <= units;                                          \
                (is_high ? is_broad ? NAME##_tile : NAME##_column                                  \
                         : is_broad ? NAME##_row : NAME##_one)(                                    \
                    x + r * inner, w + c * inner, bias + c, y + r * units + c, units, inner);      \
                c += is_broad ? UNITS : 1;                                                         \
            }                                                                                      \
            r += is_high ? ROWS : 1;                                                               \
        }                                                                                          \
    }

// g[c][k...] = sum over the rows of d[r][c] x[r][k...] for UNITS x (VECTORS * WIDTH) elements.
#define SUMS(NAME, ATTRIBUTE, WIDTH, UNITS, VECTORS)                                               \
    ATTRIBUTE static void NAME(const float *d, const float *x, float *g, long rows, long units,    \
                               long inner) {                                                       \
        typedef float vector __attribute__((vector_size(4 * WIDTH)));                              \
        vector sum[UNITS][VECTORS], row[VECTORS];                                                  \
        memset(sum, 0, sizeof sum);                                                                \
        for (long r = 0; r < rows; r++) {                                                          \
            _Pragma("unroll") for (int v = 0; v < VECTORS; v++)                                    \
                memcpy(&row[v], x + r * inner + v * WIDTH, sizeof row[v]);                         \
            _Pragma("unroll") for (int c = 0; c < UNITS; c++) {                                    \
                const float scale = d[r * units + c];                                              \
                _Pragma("unroll") for (int v = 0; v < VECTORS; v++) sum[c][v] += scale * row[v];   \
            }                                                                                      \
        }                                                                                          \
        for (int c = 0; c < UNITS; c++)                                                            \
            for (int v = 0; v < VECTORS; v++)                                                      \
                memcpy(g + c * inner + v * WIDTH, &sum[c][v], sizeof sum[c][v]);                   \
    }

// The last vector may reach back over its neighbour and write the same sums again.
#define OUTER_SUM(NAME, ATTRIBUTE, WIDTH, VECTORS)                                                 \
    SUMS(NAME##_5, ATTRIBUTE, WIDTH, 5, VECTORS)                                                   \
    SUMS(NAME##_1, ATTRIBUTE, WIDTH, 1, VECTORS)                                                   \
    SUMS(NAME##_5_single, ATTRIBUTE, WIDTH, 5, 1)                                                  \
    SUMS(NAME##_1_single, ATTRIBUTE, WIDTH, 1, 1)                                                  \
    ATTRIBUTE static void NAME(const float *d, const float *x, float *g, long rows, long units,    \
                               long inner) {                                                       \
        for (long k = 0; k < inner;) {                                                             \
            const int isWide = k + VECTORS * WIDTH <= inner;                                       \
            const long at = isWide || k + WIDTH <= inner ? k : inner - WIDTH;                      \
            for (long c = 0; c < units;) {                                                         \
                const int isTile = c + 5 <= units;                                                 \
                (isWide ? isTile ? NAME##_5 : NAME##_1                                             \
                        : isTile ? NAME##_5_single : NAME##_1_single)(                             \
                    d + c, x + at, g + c * inner + at, rows, units, inner);                        \
                c += isTile ? 5 : 1;                                                               \
            }                                                                                      \
            k += isWide ? VECTORS * WIDTH : WIDTH;                                                 \
        }                                                                                          \
    }

AFFINE(affine_wide, FOR_AVX512, 16, 1, 4, 5)
AFFINE(affine_halves, FOR_AVX2, 16, 2, 3, 2)
AFFINE(affine_short, FOR_AVX2, 8, 1, 2, 5)
OUTER_SUM(outer_sum_wide, FOR_AVX512, 16, 4)
OUTER_SUM(outer_sum_narrow, FOR_AVX2, 8, 2)

bool hyperfed_narrow_affine(bool is_double, const void *x, const void *w, const void *bias, void *y,
                            long rows, long units, long inner) {
    if (is_double || inner < 8) return false;
    (inner < 16 ? affine_short : hyperfed_is_wide() ? affine_wide : affine_halves)(
        x, w, bias, y, rows, units, inner);
    return true;
}

bool hyperfed_narrow_outer_sum(bool is_double, const void *d, const void *x, void *g, long rows,
                               long units, long inner) {
    if (is_double || inner < 8) return false;
    (inner >= 16 && hyperfed_is_wide() ? outer_sum_wide : outer_sum_narrow)(d, x, g, rows, units,
                                                                            inner);
    return true;
}
