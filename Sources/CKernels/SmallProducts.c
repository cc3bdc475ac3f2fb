// Products at the sizes of federated clients, y = x w for few rows of x and g = xᵀ d for few rows
// of both, where a BLAS spends as long on packing its factors as on multiplying them.
//
// The wide factor, (inner, columns) row-major, is read in place: a panel of it, (a block of the
// inner index) x (a few vectors of columns), stays in the first-level cache while all rows pass over
// it, each tile of sums in registers. A factor that many products share can be packed once: panel
// after panel, each row of a panel beside the next.
//
// Each element is one chain of multiply-adds in the order of the inner index, starting from the
// bias, 0 or what is there: which tile computes it makes no difference, so its bits do not depend on
// how many rows there are.
#include "SmallProducts.h"
#include <string.h>

enum {
    BLOCK = 192,        // of the inner index: 192 x 64 floats are 48 KiB
    ROWS = 8,           // of a tile, at most
    PANEL = 64,         // columns of a panel, at most
    ROWS_TO_COPY = 64,  // from here on, bringing the rows of a panel together pays
};

typedef void tile(const float *x, long row_stride, long inner_stride, const float *w, long w_stride,
                  const float *start, long start_stride, float *y, long columns, long count,
                  long skip);

// Adds `count` terms to HEIGHT x (VECTORS * WIDTH) elements that start from `start`: a row of biases
// or zeros (stride 0), or what is in y. Leaves the first `skip` columns as they are: the last vector
// of columns reaches back over its neighbour.
#define TILE(NAME, ATTRIBUTE, WIDTH, HEIGHT, VECTORS)                                              \
    ATTRIBUTE static void NAME(const float *x, long row_stride, long inner_stride, const float *w, \
                               long w_stride, const float *start, long start_stride, float *y,     \
                               long columns, long count, long skip) {                              \
        typedef float vector __attribute__((vector_size(4 * WIDTH)));                              \
        vector sum[HEIGHT][VECTORS], row[VECTORS];                                                 \
        for (int r = 0; r < HEIGHT; r++)                                                           \
            for (int v = 0; v < VECTORS; v++)                                                      \
                memcpy(&sum[r][v], start + r * start_stride + v * WIDTH, sizeof sum[r][v]);        \
        for (long k = 0; k < count; k++) {                                                         \
            for (int v = 0; v < VECTORS; v++)                                                      \
                memcpy(&row[v], w + k * w_stride + v * WIDTH, sizeof row[v]);                      \
            _Pragma("unroll") for (int r = 0; r < HEIGHT; r++) {                                   \
                const float scale = x[r * row_stride + k * inner_stride];                          \
                for (int v = 0; v < VECTORS; v++) sum[r][v] += scale * row[v];                     \
            }                                                                                      \
        }                                                                                          \
        for (int r = 0; r < HEIGHT; r++)                                                           \
            for (int v = 0; v < VECTORS; v++)                                                      \
                if (VECTORS == 1 && skip > 0)                                                      \
                    memcpy(y + r * columns + skip, (const float *)&sum[r][v] + skip,               \
                           4 * (WIDTH - skip));                                                    \
                else                                                                               \
                    memcpy(y + r * columns + v * WIDTH, &sum[r][v], sizeof sum[r][v]);             \
    }

#define TILES(NAME, ATTRIBUTE, WIDTH, VECTORS)                                                     \
    TILE(NAME##_##VECTORS##_1, ATTRIBUTE, WIDTH, 1, VECTORS)                                       \
    TILE(NAME##_##VECTORS##_2, ATTRIBUTE, WIDTH, 2, VECTORS)                                       \
    TILE(NAME##_##VECTORS##_3, ATTRIBUTE, WIDTH, 3, VECTORS)                                       \
    TILE(NAME##_##VECTORS##_4, ATTRIBUTE, WIDTH, 4, VECTORS)                                       \
    TILE(NAME##_##VECTORS##_5, ATTRIBUTE, WIDTH, 5, VECTORS)                                       \
    TILE(NAME##_##VECTORS##_6, ATTRIBUTE, WIDTH, 6, VECTORS)
#define HIGH_TILES(NAME, ATTRIBUTE, WIDTH, VECTORS)                                                \
    TILES(NAME, ATTRIBUTE, WIDTH, VECTORS)                                                         \
    TILE(NAME##_##VECTORS##_7, ATTRIBUTE, WIDTH, 7, VECTORS)                                       \
    TILE(NAME##_##VECTORS##_8, ATTRIBUTE, WIDTH, 8, VECTORS)
#define HEIGHTS(NAME) {6, {NAME##_1, NAME##_2, NAME##_3, NAME##_4, NAME##_5, NAME##_6}}
#define HIGH_HEIGHTS(NAME)                                                                         \
    {8, {NAME##_1, NAME##_2, NAME##_3, NAME##_4, NAME##_5, NAME##_6, NAME##_7, NAME##_8}}

// The tiles of one width, up to so many rows; and of one width of vectors, up to so many of these.
typedef struct {
    long rows;
    tile *tiles[ROWS];
} tiles;
typedef struct {
    long width, vectors;
    tiles of[4];
} level;

// 24 sums in 32 registers. Without the width, clang splits each vector of 512 bits in two, and the
// sums no longer fit. 12 sums in 16 registers for AVX2, and for what each machine has: 128 bits.
#if defined(__x86_64__)
#define WIDEST __attribute__((target("arch=x86-64-v4"), min_vector_width(512)))
#define WIDE __attribute__((target("arch=x86-64-v3")))
HIGH_TILES(widest, WIDEST, 16, 1)
HIGH_TILES(widest, WIDEST, 16, 2)
HIGH_TILES(widest, WIDEST, 16, 3)
TILES(widest, WIDEST, 16, 4)
HIGH_TILES(wide, WIDE, 8, 1)
TILES(wide, WIDE, 8, 2)
static const level widest = {16,
                             4,
                             {HIGH_HEIGHTS(widest_1), HIGH_HEIGHTS(widest_2),
                              HIGH_HEIGHTS(widest_3), HEIGHTS(widest_4)}};
static const level wide = {8, 2, {HIGH_HEIGHTS(wide_1), HEIGHTS(wide_2)}};
#endif
HIGH_TILES(narrow, , 4, 1)
TILES(narrow, , 4, 2)
TILES(single, , 1, 1)
static const level narrow = {4, 2, {HIGH_HEIGHTS(narrow_1), HEIGHTS(narrow_2)}};
static const level single = {1, 1, {HEIGHTS(single_1)}};

// The widest vectors that the CPU has and the columns fill.
static const level *level_for(long columns) {
#if defined(__x86_64__)
    if (columns >= 16 && __builtin_cpu_supports("x86-64-v4")) return &widest;
    if (columns >= 8 && __builtin_cpu_supports("x86-64-v3")) return &wide;
#endif
    return columns >= 4 ? &narrow : &single;
}

// A few vectors of columns: `vectors` from `column` on; the first `skip` belong to the one before.
typedef struct {
    long column, vectors, skip;
} panel;

// Panels of nearly equal width; then what is left of a vector, as one that reaches back.
static long panels(const level *of, long columns) {
    return (columns / of->width + of->vectors - 1) / of->vectors + (columns % of->width > 0);
}

static panel panel_at(const level *of, long columns, long index) {
    const long whole = columns / of->width, count = (whole + of->vectors - 1) / of->vectors;
    if (index == count)
        return (panel){columns - of->width, 1, of->width - columns % of->width};
    const long size = whole / count, larger = whole % count;
    return (panel){(index * size + (index < larger ? index : larger)) * of->width,
                   size + (index < larger), 0};
}

// The first factor: element (row, k) is at data[row * row_stride + k * inner_stride].
typedef struct {
    const float *data;
    long row_stride, inner_stride;
} factor;

static const float zeros[PANEL];

// Rows of a panel, one beside the other.
static void copy_rows(float *out, const float *w, long columns, long count, long width) {
    for (long k = 0; k < count; k++)
        if (width % 16 == 0)
            for (long c = 0; c < width; c += 16)
                memcpy(out + k * width + c, w + k * columns + c, 64);
        else
            memcpy(out + k * width, w + k * columns, 4 * (size_t)width);
}

typedef float quad __attribute__((vector_size(16)));

// The same from the transpose, row c of w to column c, in squares of 4 x 4.
static void copy_columns(float *out, const float *w, long inner, long count, long width) {
    const long whole = width % 4 == 0 ? count / 4 * 4 : 0;
    for (long c = 0; c < width && whole > 0; c += 4)
        for (long k = 0; k < whole; k += 4) {
            quad row[4];
            for (int i = 0; i < 4; i++) memcpy(&row[i], w + (c + i) * inner + k, sizeof row[i]);
            const quad low = __builtin_shufflevector(row[0], row[1], 0, 4, 1, 5);
            const quad high = __builtin_shufflevector(row[0], row[1], 2, 6, 3, 7);
            const quad low2 = __builtin_shufflevector(row[2], row[3], 0, 4, 1, 5);
            const quad high2 = __builtin_shufflevector(row[2], row[3], 2, 6, 3, 7);
            row[0] = __builtin_shufflevector(low, low2, 0, 1, 4, 5);
            row[1] = __builtin_shufflevector(low, low2, 2, 3, 6, 7);
            row[2] = __builtin_shufflevector(high, high2, 0, 1, 4, 5);
            row[3] = __builtin_shufflevector(high, high2, 2, 3, 6, 7);
            for (int i = 0; i < 4; i++) memcpy(out + (k + i) * width + c, &row[i], sizeof row[i]);
        }
    for (long k = whole; k < count; k++)
        for (long c = 0; c < width; c++) out[k * width + c] = w[c * inner + k];
}

// The wide factor: (inner, columns) in place, its transpose (columns, inner), or packed.
typedef enum { IN_PLACE, TRANSPOSED, PACKED } form;

// One block of one panel for all rows, in tiles of nearly equal height: the sums of a tile of one
// or two rows would wait for each other.
static void multiply_block(const tiles *by, factor x, const float *w, long w_stride,
                           const float *start, float *y, long rows, long columns, long count,
                           long skip) {
    const long number = (rows + by->rows - 1) / by->rows;
    for (long index = 0, r = 0; index < number; index++) {
        const long height = rows / number + (index < rows % number);
        by->tiles[height - 1](x.data + r * x.row_stride, x.row_stride, x.inner_stride, w, w_stride,
                          start ? start : y + r * columns, start ? 0 : columns, y + r * columns,
                          columns, count, skip);
        r += height;
    }
}

// y = start + x w, where `start` is a row or null for what is in y.
static void multiply(const level *by, factor x, const float *w, form of, const float *start,
                     float *y, long rows, long columns, long inner) {
    float copy[BLOCK * PANEL] __attribute__((aligned(64)));
    const long count = panels(by, columns);
    for (long index = 0; index < count; index++) {
        const panel at = panel_at(by, columns, index);
        const long width = at.vectors * by->width;
        // All blocks of the inner index of a panel before the next one.
        for (long k = 0; k < inner; k += BLOCK) {
            const long terms = k + BLOCK <= inner ? BLOCK : inner - k;
            const float *block = copy;
            long stride = width;
            if (of == PACKED) {
                block = w + (at.column + at.skip) * inner + k * width;
            } else if (of == TRANSPOSED) {
                copy_columns(copy, w + at.column * inner + k, inner, terms, width);
            } else if (rows >= ROWS_TO_COPY && columns % 256 == 0) {
                // In place they would fall into a few sets of the cache.
                copy_rows(copy, w + k * columns + at.column, columns, terms, width);
            } else {
                block = w + k * columns + at.column;
                stride = columns;
            }
            const float *first = k > 0 || !start ? 0 : start == zeros ? zeros : start + at.column;
            factor rest = x;
            rest.data += k * x.inner_stride;
            multiply_block(&by->of[at.vectors - 1], rest, block, stride, first, y + at.column,
                           rows, columns, terms, at.skip);
        }
    }
}

int hyperfed_affine(const float *x, const float *w, int is_transposed, const float *bias, int keep,
                    float *y, long rows, long columns, long inner) {
    const level *by = level_for(columns);
    if (by->width < 8 || inner < 1) return 0;
    multiply(by, (factor){x, inner, 1}, w, is_transposed ? TRANSPOSED : IN_PLACE,
             keep ? 0 : bias ? bias : zeros, y, rows, columns, inner);
    return 1;
}

int hyperfed_outer_sum(const float *x, const float *d, float *g, int keep, long rows, long inputs,
                       long columns) {
    const level *by = level_for(columns);
    if (by->width < 8 || rows < 1) return 0;
    multiply(by, (factor){x, 1, inputs}, d, IN_PLACE, keep ? 0 : zeros, g, inputs, columns, rows);
    return 1;
}

long hyperfed_packed_count(long columns, long inner) {
    return (columns / 16 + 1) * 16 * inner;
}

void hyperfed_pack_f(const float *w, int is_transposed, float *packed, long columns, long inner) {
    const level *by = level_for(columns);
    const long count = panels(by, columns);
    for (long index = 0; index < count; index++) {
        const panel at = panel_at(by, columns, index);
        const long width = at.vectors * by->width;
        float *out = packed + (at.column + at.skip) * inner;
        // Block by block, so that a transposed piece stays in the first-level cache.
        for (long k = 0; k < inner; k += BLOCK / 3) {
            const long terms = k + BLOCK / 3 <= inner ? BLOCK / 3 : inner - k;
            if (is_transposed)
                copy_columns(out + k * width, w + at.column * inner + k, inner, terms, width);
            else
                copy_rows(out + k * width, w + k * columns + at.column, columns, terms, width);
        }
    }
}

void hyperfed_packed_product_f(const float *x, const float *packed, const float *bias, int keep,
                               float *y, long rows, long columns, long inner) {
    multiply(level_for(columns), (factor){x, inner, 1}, packed, PACKED,
             keep ? 0 : bias ? bias : zeros, y, rows, columns, inner);
}

void hyperfed_pack_d(const double *w, int is_transposed, double *packed, long columns, long inner) {
    for (long k = 0; k < inner; k++)
        for (long c = 0; c < columns; c++)
            packed[k * columns + c] = is_transposed ? w[c * inner + k] : w[k * columns + c];
}
