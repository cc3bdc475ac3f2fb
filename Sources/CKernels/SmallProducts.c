// Products at the sizes of federated clients, y = x w for few rows of x and g = xᵀ d for few rows
// of both, where a BLAS spends as long on packing its factors as on multiplying them.
//
// The wide factor, (inner, columns) row-major, is read in place: a panel of it, (a block of the
// inner index) x (a few vectors of columns), stays in the first-level cache while all rows pass
// over it, each tile of sums in registers. A factor that many products share can be packed once:
// panel after panel, each row of a panel beside the next.
//
// Each element is one chain of multiply-adds in the order of the inner index, starting from the
// bias, 0 or what is there: which tile computes it makes no difference, so its bits do not depend
// on how many rows there are.
#include "Multiversion.h"
#include "SmallProducts.h"
#include "Tiles.h"
#include <string.h>

enum {
    BLOCK = 192,        // of the inner index: 192 x 64 floats are 48 KiB
    PANEL = 64,         // columns of a panel, at most
    ROWS_TO_COPY = 64,  // from here on, bringing the rows of a panel together pays
};

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
                           long skip, partners *with) {
    const long number = (rows + by->rows - 1) / by->rows;
    for (long index = 0, r = 0; index < number; index++) {
        const long height = rows / number + (index < rows % number);
        by->tiles[height - 1](x.data + r * x.row_stride, x.row_stride, x.inner_stride, w, w_stride,
                              start ? start : y + r * columns, start ? 0 : columns, y + r * columns,
                              columns, count, skip, with);
        r += height;
    }
}

// y = start + x w, where `start` is a row or null for what is in y; and the products of y with its
// partners, if it has any.
static void multiply(const level *by, factor x, const float *w, form of, const float *start,
                     float *y, long rows, long columns, long inner, partners *with) {
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
            } else if (rows >= ROWS_TO_COPY && (columns % 256 == 0 || columns >= 2048)) {
                // In place they would fall into a few sets of the cache, or each into a page of
                // its own: 5 % of a product with 10,000 columns.
                copy_rows(copy, w + k * columns + at.column, columns, terms, width);
            } else {
                block = w + k * columns + at.column;
                stride = columns;
            }
            const float *first = k > 0 || !start ? 0 : start == zeros ? zeros : start + at.column;
            factor rest = x;
            rest.data += k * x.inner_stride;
            multiply_block(&by->of[at.vectors - 1], rest, block, stride, first, y + at.column,
                           rows, columns, terms, at.skip, k + terms == inner ? with : 0);
        }
    }
}

bool hyperfed_affine(bool is_double, const void *x, const void *w, bool is_transposed,
                     const void *bias, bool keep, void *y, long rows, long columns, long inner) {
    if (is_double || inner < 1) return false;
    multiply(level_for(columns), (factor){x, inner, 1}, w, is_transposed ? TRANSPOSED : IN_PLACE,
             keep ? 0 : bias ? bias : zeros, y, rows, columns, inner, 0);
    return true;
}

bool hyperfed_outer_sum(bool is_double, const void *x, const void *d, void *g, bool keep, long rows,
                        long inputs, long columns) {
    if (is_double || rows < 1) return false;
    multiply(level_for(columns), (factor){x, 1, inputs}, d, IN_PLACE, keep ? 0 : zeros, g, inputs,
             columns, rows, 0);
    return true;
}

bool hyperfed_outer_sum_descent(bool is_double, const void *x, const void *d, double scale, void *w,
                                long rows, long inputs, long columns) {
    const level *by = level_for(columns);
    partners with = {w, 0, 0, {{0}}, (float)scale};
    if (is_double || by->width < 8 || rows < 1 || rows > BLOCK || with.step == 0) return false;
    multiply(by, (factor){x, 1, inputs}, d, IN_PLACE, zeros, w, inputs, columns, rows, &with);
    return true;
}

// The sums over all lanes, in a fixed order.
static void fold(partners *with, double products[3]) {
    for (int p = 0; p < 3; p++) {
        for (int half = 8; half > 0; half /= 2)
            for (int i = 0; i < half; i++) with->lanes[p][i] += with->lanes[p][i + half];
        products[p] = with->lanes[p][0];
    }
}

bool hyperfed_outer_sum_products(bool is_double, const void *x, const void *d, void *g,
                                 const void *y, const void *z, long rows, long inputs, long columns,
                                 double products[3]) {
    const level *by = level_for(columns);
    if (is_double || by->width < 8 || rows < 1) return false;
    if (columns >= 16 && !hyperfed_is_wide()) {
        // With 16 registers a second pass is faster. Its lanes are those of the wide tiles.
        multiply(by, (factor){x, 1, inputs}, d, IN_PLACE, zeros, g, inputs, columns, rows, 0);
        hyperfed_outer_sum_products_of(g, y, z, inputs, columns, products);
        return true;
    }
    partners with = {g, y, z, {{0}}, 0};
    multiply(by, (factor){x, 1, inputs}, d, IN_PLACE, zeros, g, inputs, columns, rows, &with);
    fold(&with, products);
    return true;
}

void hyperfed_outer_sum_products_of(const void *g, const void *y, const void *z, long inputs,
                                    long columns, double products[3]) {
    // The lanes and their order are those of the tiles that `multiply` has on the widest CPU.
    const level *by = columns >= 16 ? &widest : level_for(columns);
    const bool in_halves = by == &widest && !hyperfed_is_wide();
    partners with = {g, y, z, {{0}}, 0};
    const long count = panels(by, columns);
    for (long index = 0; index < count; index++) {
        const panel at = panel_at(by, columns, index);
        const tiles *of = &by->of[at.vectors - 1];
        const long number = (inputs + of->rows - 1) / of->rows;
        for (long tile = 0, r = 0; tile < number; tile++) {
            const long height = inputs / number + (tile < inputs % number);
            (in_halves ? halves[at.vectors - 1] : of->products)(
                &with, r * columns + at.column, height, columns, at.skip);
            r += height;
        }
    }
    fold(&with, products);
}

long hyperfed_packed_count(long columns, long inner) {
    return (columns / 16 + 1) * 16 * inner;
}

static void hyperfed_pack_f(const float *w, bool is_transposed, float *packed, long columns,
                            long inner) {
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

void hyperfed_packed_product(const void *x, const void *packed, const void *bias, bool keep,
                             void *y, long rows, long columns, long inner) {
    multiply(level_for(columns), (factor){x, inner, 1}, packed, PACKED,
             keep ? 0 : bias ? bias : zeros, y, rows, columns, inner, 0);
}

static void hyperfed_pack_d(const double *w, bool is_transposed, double *packed, long columns,
                            long inner) {
    for (long k = 0; k < inner; k++)
        for (long c = 0; c < columns; c++)
            packed[k * columns + c] = is_transposed ? w[c * inner + k] : w[k * columns + c];
}

void hyperfed_pack(bool is_double, const void *w, bool is_transposed, void *packed, long columns,
                   long inner) {
    EITHER_TYPE(pack, (w, is_transposed, packed, columns, inner));
}
