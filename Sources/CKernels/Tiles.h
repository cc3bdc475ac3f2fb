// The tiles of SmallProducts.c: products in registers for each width of vectors that a CPU may
// have, and how columns are cut into panels.
#pragma once
#include <string.h>
#include "Multiversion.h"

enum { ROWS = 8 };  // of a tile, at most

// What is multiplied with a matrix g while g is written: y and z of its shape, either null; and the
// sums of g g, g y and g z, lane by lane. With a step other than 0 there are no products: what is
// in the place of g moves by the step times g.
typedef struct {
    const float *g, *y, *z;
    double lanes[3][16];
    float step;
} partners;

typedef void tile(const float *x, long row_stride, long inner_stride, const float *w, long w_stride,
                  const float *start, long start_stride, float *y, long columns, long count,
                  long skip, partners *with);

#define LOAD(p)                                                                                    \
    ({                                                                                             \
        vector value;                                                                              \
        memcpy(&value, (p), sizeof value);                                                         \
        value;                                                                                     \
    })

// Adds the k-th terms of a tile.
#define ADD_TERMS(WIDTH, HEIGHT, VECTORS)                                                          \
    do {                                                                                           \
        for (int v = 0; v < VECTORS; v++) row[v] = LOAD(w + k * w_stride + v * WIDTH);             \
        _Pragma("unroll") for (int r = 0; r < HEIGHT; r++) {                                       \
            const float scale = x[r * row_stride + k * inner_stride];                              \
            for (int v = 0; v < VECTORS; v++) sum[r][v] += scale * row[v];                         \
        }                                                                                          \
    } while (0)

// Asks for a row of the next tile of a matrix, to read or (1) to write it: with the line of its
// last number, since rows start anywhere in one.
#define PREFETCH(matrix, WRITES, WIDTH, VECTORS)                                                   \
    if (matrix) {                                                                                  \
        _Pragma("unroll") for (int v = 0; v < VECTORS * WIDTH; v += 16)                            \
            __builtin_prefetch((matrix) + next + v, WRITES);                                       \
        __builtin_prefetch((matrix) + next + VECTORS * WIDTH - 1, WRITES);                         \
    }

#define UNROLLED _Pragma("unroll")
// Adds the products of the elements of a tile with FACTOR, both of r and v. Each lane sums its few
// terms in float, at most 24 of them, and only these sums go on in double: conversions of all would
// cost as much as the tile.
#define ADD_PRODUCTS(UNROLL, WIDTH, HEIGHT, VECTORS, LANES, ELEMENT, FACTOR)                       \
    do {                                                                                           \
        typedef double sums __attribute__((vector_size(8 * WIDTH)));                               \
        vector chain[VECTORS];                                                                     \
        memset(chain, 0, sizeof chain);                                                            \
        UNROLL for (int r = 0; r < HEIGHT; r++)                                                    \
            _Pragma("unroll") for (int v = 0; v < VECTORS; v++)                                    \
                chain[v] += (ELEMENT) * (FACTOR);                                                  \
        _Pragma("unroll") for (int v = 1; v < VECTORS; v++) chain[0] += chain[v];                  \
        if (VECTORS == 1)                                                                          \
            for (long i = 0; i < skip; i++) chain[0][i] = 0;                                       \
        sums total;                                                                                \
        memcpy(&total, LANES, sizeof total);                                                       \
        total += __builtin_convertvector(chain[0], sums);                                          \
        memcpy(LANES, &total, sizeof total);                                                       \
    } while (0)

// Adds `count` terms to HEIGHT x (VECTORS * WIDTH) elements that start from `start`: a row of
// biases or zeros (stride 0), or what is in y. Leaves the first `skip` columns as they are: the
// last vector of columns reaches back over its neighbour.
//
// With partners it takes the products of the elements while they are in registers. What the next
// tile below needs of y, the result, and of the partners is asked for row by row between the terms,
// where the memory has time.
#define TILE(NAME, ATTRIBUTE, WIDTH, HEIGHT, VECTORS)                                              \
    ATTRIBUTE static void NAME(const float *x, long row_stride, long inner_stride, const float *w, \
                               long w_stride, const float *start, long start_stride, float *y,     \
                               long columns, long count, long skip, partners *with) {              \
        typedef float vector __attribute__((vector_size(4 * WIDTH)));                              \
        vector sum[HEIGHT][VECTORS], row[VECTORS];                                                 \
        for (int r = 0; r < HEIGHT; r++)                                                           \
            for (int v = 0; v < VECTORS; v++)                                                      \
                sum[r][v] = LOAD(start + r * start_stride + v * WIDTH);                            \
        long k = 0;                                                                                \
        if (WIDTH >= 8 && with)                                                                    \
            for (int r = 0; r < HEIGHT; r++) {                                                     \
                const long next = y - with->g + (HEIGHT + r) * columns;                            \
                PREFETCH(with->g, 1, WIDTH, VECTORS);                                              \
                PREFETCH(with->y, 0, WIDTH, VECTORS);                                              \
                PREFETCH(with->z, 0, WIDTH, VECTORS);                                              \
                for (const long end = (r + 1) * count / HEIGHT; k < end; k++)                      \
                    ADD_TERMS(WIDTH, HEIGHT, VECTORS);                                             \
            }                                                                                      \
        for (; k < count; k++) ADD_TERMS(WIDTH, HEIGHT, VECTORS);                                  \
        if (WIDTH >= 8 && with && with->step == 0) {                                               \
            const long at = y - with->g;                                                           \
            ADD_PRODUCTS(UNROLLED, WIDTH, HEIGHT, VECTORS, with->lanes[0], sum[r][v], sum[r][v]);  \
            if (with->y)                                                                           \
                ADD_PRODUCTS(UNROLLED, WIDTH, HEIGHT, VECTORS, with->lanes[1], sum[r][v],          \
                             LOAD(with->y + at + r * columns + v * WIDTH));                        \
            if (with->z)                                                                           \
                ADD_PRODUCTS(UNROLLED, WIDTH, HEIGHT, VECTORS, with->lanes[2], sum[r][v],          \
                             LOAD(with->z + at + r * columns + v * WIDTH));                        \
        }                                                                                          \
        if (WIDTH >= 8 && with && with->step != 0)                                                 \
            for (int r = 0; r < HEIGHT; r++)                                                       \
                for (int v = 0; v < VECTORS; v++)                                                  \
                    sum[r][v] = LOAD(y + r * columns + v * WIDTH) + with->step * sum[r][v];        \
        for (int r = 0; r < HEIGHT; r++)                                                           \
            for (int v = 0; v < VECTORS; v++)                                                      \
                if (VECTORS == 1 && skip > 0)                                                      \
                    memcpy(y + r * columns + skip, (const float *)&sum[r][v] + skip,               \
                           4 * (WIDTH - skip));                                                    \
                else                                                                               \
                    memcpy(y + r * columns + v * WIDTH, &sum[r][v], sizeof sum[r][v]);             \
    }

// Adds the products of a tile of `height` rows that is in g at `at` already.
#define TILE_PRODUCTS(NAME, ATTRIBUTE, WIDTH, VECTORS)                                             \
    ATTRIBUTE static void NAME##_##VECTORS##_products(partners *with, long at, long height,        \
                                                      long columns, long skip) {                   \
        typedef float vector __attribute__((vector_size(4 * WIDTH)));                              \
        ADD_PRODUCTS(, WIDTH, height, VECTORS, with->lanes[0], ELEMENT_OF(with->g, WIDTH),         \
                     ELEMENT_OF(with->g, WIDTH));                                                  \
        if (with->y)                                                                               \
            ADD_PRODUCTS(, WIDTH, height, VECTORS, with->lanes[1], ELEMENT_OF(with->g, WIDTH),     \
                         ELEMENT_OF(with->y, WIDTH));                                              \
        if (with->z)                                                                               \
            ADD_PRODUCTS(, WIDTH, height, VECTORS, with->lanes[2], ELEMENT_OF(with->g, WIDTH),     \
                         ELEMENT_OF(with->z, WIDTH));                                              \
    }
#define ELEMENT_OF(matrix, WIDTH) LOAD((matrix) + at + r * columns + v * WIDTH)

#define TILES(NAME, ATTRIBUTE, WIDTH, VECTORS)                                                     \
    TILE_PRODUCTS(NAME, ATTRIBUTE, WIDTH, VECTORS)                                                 \
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
#define HEIGHTS(NAME)                                                                              \
    {6, {NAME##_1, NAME##_2, NAME##_3, NAME##_4, NAME##_5, NAME##_6}, NAME##_products}
#define HIGH_HEIGHTS(NAME)                                                                         \
    {8, {NAME##_1, NAME##_2, NAME##_3, NAME##_4, NAME##_5, NAME##_6, NAME##_7, NAME##_8},          \
     NAME##_products}

// The tiles of one width with 1 to `rows` rows, and those of one vector width with 1 to `vectors`
// vectors.
typedef struct {
    long rows;
    tile *tiles[ROWS];
    void (*products)(partners *with, long at, long height, long columns, long skip);
} tiles;
typedef struct {
    long width, vectors;
    tiles of[4];
} level;

// 24 sums in 32 registers of 512 bits; 12 sums in 16 registers of 256.
HIGH_TILES(widest, FOR_AVX512, 16, 1)
HIGH_TILES(widest, FOR_AVX512, 16, 2)
HIGH_TILES(widest, FOR_AVX512, 16, 3)
TILES(widest, FOR_AVX512, 16, 4)
HIGH_TILES(wide, FOR_AVX2, 8, 1)
TILES(wide, FOR_AVX2, 8, 2)
HIGH_TILES(narrow, FOR_AVX2, 4, 1)
TILES(narrow, FOR_AVX2, 4, 2)
TILES(single, FOR_AVX2, 1, 1)
static const level widest = {16,
                             4,
                             {HIGH_HEIGHTS(widest_1), HIGH_HEIGHTS(widest_2),
                              HIGH_HEIGHTS(widest_3), HEIGHTS(widest_4)}};
static const level wide = {8, 2, {HIGH_HEIGHTS(wide_1), HEIGHTS(wide_2)}};
// The products of the widest tiles without AVX-512: two registers for a vector, the same lanes.
TILE_PRODUCTS(halves, FOR_AVX2, 16, 1)
TILE_PRODUCTS(halves, FOR_AVX2, 16, 2)
TILE_PRODUCTS(halves, FOR_AVX2, 16, 3)
TILE_PRODUCTS(halves, FOR_AVX2, 16, 4)
static void (*const halves[])(partners *with, long at, long height, long columns, long skip) = {
    halves_1_products, halves_2_products, halves_3_products, halves_4_products};
static const level narrow = {4, 2, {HIGH_HEIGHTS(narrow_1), HEIGHTS(narrow_2)}};
static const level single = {1, 1, {HEIGHTS(single_1)}};

// The widest vectors that the CPU has and the columns fill.
static const level *level_for(long columns) {
    if (columns >= 16 && hyperfed_is_wide()) return &widest;
    return columns >= 8 ? &wide : columns >= 4 ? &narrow : &single;
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
