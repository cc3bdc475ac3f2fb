// The two products of a dense layer at the sizes of federated clients, without packing a factor:
// y = x W + b for a few rows of x, and g = xᵀ d, a sum over a few rows.
//
// A BLAS packs its factors before it multiplies; with as few rows as a client's batch has, that
// costs as much as the product. Here the wide factor, (inner, columns) row-major, is read in place:
// a panel of it, (a block of the inner index) x (a few vectors of columns), stays in the first-level
// cache while all rows pass over it, each tile of sums in registers.
//
// Each element is one chain of fused multiply-adds in the order of the inner index, starting from
// the bias or 0: which tile computes it makes no difference, so its bits do not depend on how many
// rows there are.
#include "CKernels.h"
#include <string.h>

#if defined(__x86_64__)

enum { BLOCK = 192 };  // 192 x 48 floats: 36 KiB

// The first factor: element (row, k) is at data[row * row_stride + k * inner_stride].
typedef struct {
    const float *data;
    long row_stride, inner_stride;
} factor;

static const float zeros[64];

// Adds `count` terms to ROWS x (VECTORS * WIDTH) elements that start from `start`: a row of biases
// or zeros (stride 0), or what earlier blocks left in y.
#define TILE(NAME, ATTRIBUTE, WIDTH, ROWS, VECTORS)                                                \
    ATTRIBUTE static void NAME(const float *x, long row_stride, long inner_stride, const float *w, \
                               const float *start, long stride, float *y, long columns,            \
                               long count) {                                                       \
        typedef float vector __attribute__((vector_size(4 * WIDTH)));                              \
        vector sum[ROWS][VECTORS], row[VECTORS];                                                   \
        for (int r = 0; r < ROWS; r++)                                                             \
            for (int v = 0; v < VECTORS; v++)                                                      \
                memcpy(&sum[r][v], start + r * stride + v * WIDTH, sizeof sum[r][v]);              \
        for (long k = 0; k < count; k++) {                                                         \
            for (int v = 0; v < VECTORS; v++)                                                      \
                memcpy(&row[v], w + k * columns + v * WIDTH, sizeof row[v]);                       \
            _Pragma("unroll") for (int r = 0; r < ROWS; r++) {                                     \
                const float scale = x[r * row_stride + k * inner_stride];                          \
                for (int v = 0; v < VECTORS; v++) sum[r][v] += scale * row[v];                     \
            }                                                                                      \
        }                                                                                          \
        for (int r = 0; r < ROWS; r++)                                                             \
            for (int v = 0; v < VECTORS; v++)                                                      \
                memcpy(y + r * columns + v * WIDTH, &sum[r][v], sizeof sum[r][v]);                 \
    }

// One panel of columns for all rows.
#define PANEL(NAME, ATTRIBUTE, WIDTH, ROWS, VECTORS)                                               \
    TILE(NAME##_rows, ATTRIBUTE, WIDTH, ROWS, VECTORS)                                             \
    TILE(NAME##_row, ATTRIBUTE, WIDTH, 1, VECTORS)                                                 \
    ATTRIBUTE static void NAME(factor x, const float *w, const float *start, float *y, long rows,  \
                               long columns, long count) {                                         \
        long r = 0;                                                                                \
        for (; r + ROWS <= rows; r += ROWS)                                                        \
            NAME##_rows(x.data + r * x.row_stride, x.row_stride, x.inner_stride, w,                \
                        start ? start : y + r * columns, start ? 0 : columns, y + r * columns,     \
                        columns, count);                                                           \
        for (; r < rows; r++)                                                                      \
            NAME##_row(x.data + r * x.row_stride, 0, x.inner_stride, w,                            \
                       start ? start : y + r * columns, 0, y + r * columns, columns, count);       \
    }

// The last single vector of columns may reach back over its neighbour, so all blocks of the inner
// index are finished there before it starts: columns outside, blocks inside.
#define PRODUCT(NAME, ATTRIBUTE, WIDTH, ROWS, VECTORS)                                             \
    PANEL(NAME##_wide, ATTRIBUTE, WIDTH, ROWS, VECTORS)                                            \
    PANEL(NAME##_single, ATTRIBUTE, WIDTH, ROWS, 1)                                                \
    ATTRIBUTE static void NAME(factor x, const float *w, const float *bias, float *y, long rows,   \
                               long columns, long inner, int keep) {                               \
        for (long c = 0; c < columns;) {                                                           \
            const int isWide = c + VECTORS * WIDTH <= columns;                                     \
            const long at = isWide || c + WIDTH <= columns ? c : columns - WIDTH;                  \
            for (long k = 0; k < inner; k += BLOCK) {                                              \
                const long count = k + BLOCK <= inner ? BLOCK : inner - k;                         \
                const float *start = k > 0 || keep ? 0 : bias ? bias + at : zeros;                 \
                factor rest = x;                                                                   \
                rest.data += k * x.inner_stride;                                                   \
                (isWide ? NAME##_wide : NAME##_single)(rest, w + k * columns + at, start, y + at,  \
                                                       rows, columns, count);                      \
            }                                                                                      \
            c += isWide ? VECTORS * WIDTH : WIDTH;                                                 \
        }                                                                                          \
    }

// 24 sums in 32 registers; 12 sums in 16 registers. Without the width, clang splits each vector of
// 512 bits in two, and the sums no longer fit.
PRODUCT(product_512, __attribute__((target("arch=x86-64-v4"), min_vector_width(512))), 16, 8, 3)
PRODUCT(product_256, __attribute__((target("arch=x86-64-v3"))), 8, 4, 3)

static int product(factor x, const float *w, const float *bias, float *y, long rows, long columns,
                   long inner, int keep) {
    if (inner < 1) return 0;
    // Where results are added to, no column may be computed twice.
    const int is_512 = columns >= 16 && (!keep || columns % 16 == 0);
    const int is_256 = columns >= 8 && (!keep || columns % 8 == 0);
    if (is_512 && __builtin_cpu_supports("x86-64-v4")) {
        product_512(x, w, bias, y, rows, columns, inner, keep);
        return 1;
    }
    if (is_256 && __builtin_cpu_supports("x86-64-v3")) {
        product_256(x, w, bias, y, rows, columns, inner, keep);
        return 1;
    }
    return 0;
}

int hyperfed_affine(const float *x, const float *w, const float *bias, float *y, long rows,
                    long columns, long inner) {
    return product((factor){x, inner, 1}, w, bias, y, rows, columns, inner, 0);
}

int hyperfed_add_product(const float *x, const float *w, float *y, long rows, long columns,
                         long inner) {
    return product((factor){x, inner, 1}, w, 0, y, rows, columns, inner, 1);
}

int hyperfed_outer_sum(const float *x, const float *d, float *g, long rows, long inputs,
                       long columns) {
    // With many rows the library's packing pays.
    if (rows > BLOCK) return 0;
    return product((factor){x, 1, inputs}, d, 0, g, inputs, columns, rows, 0);
}

int hyperfed_add_outer_sum(const float *x, const float *d, float *g, long rows, long inputs,
                           long columns) {
    if (rows > BLOCK) return 0;
    return product((factor){x, 1, inputs}, d, 0, g, inputs, columns, rows, 1);
}

#else

int hyperfed_affine(const float *x, const float *w, const float *bias, float *y, long rows,
                    long columns, long inner) {
    return 0;
}

int hyperfed_add_product(const float *x, const float *w, float *y, long rows, long columns,
                         long inner) {
    return 0;
}

int hyperfed_outer_sum(const float *x, const float *d, float *g, long rows, long inputs,
                       long columns) {
    return 0;
}

int hyperfed_add_outer_sum(const float *x, const float *d, float *g, long rows, long inputs,
                           long columns) {
    return 0;
}

#endif
