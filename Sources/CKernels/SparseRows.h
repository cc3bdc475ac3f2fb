// The rows of SparseProducts.c: sums in registers for each width of vectors that a CPU may have,
// and the words that say which terms of a row are not 0.
#pragma once
#include <immintrin.h>
#include <stdint.h>
#include <string.h>
#include "Multiversion.h"

enum {
    TERMS = 64,   // of a word
    WORDS = 256,  // at once: 2 KiB
    MOST = 13,    // vectors of a panel
    PANEL = 7168, // numbers of a panel: 28 KiB
};

// Element (row, term) is at data[row * row_stride + term * term_stride].
typedef struct {
    const float *data;
    long row_stride, term_stride;
} factor;

#define LOAD(p)                                                                                    \
    ({                                                                                             \
        vector value;                                                                              \
        memcpy(&value, (p), sizeof value);                                                         \
        value;                                                                                     \
    })
// The column of a vector of a panel: the last one may reach back over its neighbour.
#define AT(W, COUNT, v) ((v) + 1 < COUNT ? (v) * W : last)

// Moves a row: y = y + step * sum of all `terms` terms, those with a 0 too.
FOR_AVX2 static void move_row(const float *x, long term_stride, const float *w, long terms,
                              float step, float *y, long count, long columns) {
    for (long c = 0; c < count; c++) {
        float sum = 0;
        for (long k = 0; k < terms; k++) sum += x[k * term_stride] * w[k * columns + c];
        y[c] += step * sum;
    }
}

// VECTORS vectors of columns of y = start + x w, with the terms whose bits are set. `start` is a
// row or null for what is in y; rows of w and y are `columns` apart. Returns whether a sum was -0.
// With a step other than 0 it moves y instead: y = y + step * (start + x w), with `terms` terms.
#define SUMS(NAME, ATTRIBUTE, WIDTH, VECTORS)                                                      \
    ATTRIBUTE static bool NAME##_##VECTORS(const uint64_t *words, factor x, const float *w,        \
                                           const float *start, float *y, long rows, long columns,  \
                                           long last, long terms, float step) {                    \
        typedef float vector __attribute__((vector_size(4 * WIDTH)));                              \
        typedef int32_t bits __attribute__((vector_size(4 * WIDTH)));                              \
        bits least = {0};                                                                          \
        /* y + 0 is y, but for a y of -0 and +0. */                                                \
        const bool keeps = step <= 0 && step * 0 == 0;                                             \
        for (long r = 0; r < rows; r++) {                                                          \
            const float *const from = start ? start : y + r * columns;                             \
            const float *const scales = x.data + r * x.row_stride;                                 \
            vector sum[VECTORS];                                                                   \
            _Pragma("unroll") for (int v = 0; v < VECTORS; v++)                                    \
                sum[v] = LOAD(from + AT(WIDTH, VECTORS, v));                                       \
            for (uint64_t rest = words[r]; rest; rest &= rest - 1) {                               \
                const long k = __builtin_ctzll(rest);                                              \
                const float scale = scales[k * x.term_stride];                                     \
                const float *const row = w + k * columns;                                          \
                _Pragma("unroll") for (int v = 0; v < VECTORS; v++)                                \
                    sum[v] += scale * LOAD(row + AT(WIDTH, VECTORS, v));                           \
            }                                                                                      \
            /* As an integer, -0 is the least number. */                                           \
            _Pragma("unroll") for (int v = 0; v < VECTORS; v++)                                    \
                least = __builtin_elementwise_min(least, (bits)sum[v]);                            \
            float *const to = y + r * columns;                                                     \
            if (step != 0) {                                                                       \
                if (words[r] == 0 && keeps) continue;                                              \
                if (__builtin_reduce_or(least == INT32_MIN) != 0) {                                \
                    move_row(scales, x.term_stride, w, terms, step, to, last + WIDTH, columns);    \
                    least = (bits){0};                                                             \
                    continue;                                                                      \
                }                                                                                  \
                /* All before the first is written: the last vector may reach back. */             \
                _Pragma("unroll") for (int v = 0; v < VECTORS; v++)                                \
                    sum[v] = LOAD(to + AT(WIDTH, VECTORS, v)) + step * sum[v];                     \
            }                                                                                      \
            _Pragma("unroll") for (int v = 0; v < VECTORS; v++)                                    \
                memcpy(to + AT(WIDTH, VECTORS, v), &sum[v], sizeof sum[v]);                        \
        }                                                                                          \
        return __builtin_reduce_or(least == INT32_MIN) != 0;                                       \
    }

// Whether `count` >= WIDTH numbers are finite: 0 times another number is not 0.
#define FINITE(NAME, ATTRIBUTE, WIDTH)                                                             \
    ATTRIBUTE static bool NAME##_finite(const float *x, long count) {                              \
        typedef float vector __attribute__((vector_size(4 * WIDTH)));                              \
        vector sum[4] = {{0}};                                                                     \
        long i = 0;                                                                                \
        for (; i + 4 * WIDTH <= count; i += 4 * WIDTH)                                             \
            _Pragma("unroll") for (int v = 0; v < 4; v++) sum[v] += LOAD(x + i + v * WIDTH) * 0;   \
        for (; i + WIDTH <= count; i += WIDTH) sum[0] += LOAD(x + i) * 0;                          \
        sum[1] += LOAD(x + count - WIDTH) * 0;                                                     \
        sum[0] += sum[1] + (sum[2] + sum[3]);                                                      \
        for (int i = 0; i < WIDTH; i++)                                                            \
            if (sum[0][i] != 0) return false;                                                      \
        return true;                                                                               \
    }

// The words of `rows` <= WORDS rows: a bit for each of `count` <= TERMS numbers that is not 0.
// Returns the bits that are set in any word.
#define ROW_WORDS(NAME, ATTRIBUTE, WIDTH, NONZERO)                                                 \
    ATTRIBUTE static uint64_t NAME##_row_words(const float *x, long stride, long rows, long count, \
                                               uint64_t *words) {                                  \
        uint64_t any = 0;                                                                          \
        for (long r = 0; r < rows; r++) {                                                          \
            const float *const row = x + r * stride;                                               \
            uint64_t word = 0;                                                                     \
            long k = 0;                                                                            \
            for (; k + WIDTH <= count; k += WIDTH) word |= (uint64_t)(NONZERO(row + k)) << k;      \
            for (; k < count; k++) word |= (uint64_t)(row[k] != 0) << k;                           \
            words[r] = word;                                                                       \
            any |= word;                                                                           \
        }                                                                                          \
        return any;                                                                                \
    }

// The words of `count` <= WORDS columns: a bit for each of `rows` <= TERMS numbers that is not 0.
#define COLUMN_WORDS(NAME, ATTRIBUTE, WIDTH)                                                       \
    ATTRIBUTE static void NAME##_column_words(const float *x, long stride, long rows, long count,  \
                                              uint64_t *words) {                                   \
        typedef float vector __attribute__((vector_size(4 * WIDTH)));                              \
        typedef uint32_t bits __attribute__((vector_size(4 * WIDTH)));                             \
        long c = 0;                                                                                \
        for (; c + WIDTH <= count; c += WIDTH) {                                                   \
            bits half[2] = {{0}};                                                                  \
            for (long r = 0; r < rows && r < 32; r++)                                              \
                half[0] |= (bits)(LOAD(x + r * stride + c) != 0) & (1u << r);                      \
            for (long r = 32; r < rows; r++)                                                       \
                half[1] |= (bits)(LOAD(x + r * stride + c) != 0) & (1u << (r - 32));               \
            for (int i = 0; i < WIDTH; i++)                                                        \
                words[c + i] = half[0][i] | (uint64_t)half[1][i] << 32;                            \
        }                                                                                          \
        for (; c < count; c++) {                                                                   \
            words[c] = 0;                                                                          \
            for (long r = 0; r < rows; r++) words[c] |= (uint64_t)(x[r * stride + c] != 0) << r;   \
        }                                                                                          \
    }

#define LEVEL(NAME, ATTRIBUTE, WIDTH, NONZERO)                                                     \
    SUMS(NAME, ATTRIBUTE, WIDTH, 1)                                                                \
    SUMS(NAME, ATTRIBUTE, WIDTH, 2)                                                                \
    SUMS(NAME, ATTRIBUTE, WIDTH, 3)                                                                \
    SUMS(NAME, ATTRIBUTE, WIDTH, 4)                                                                \
    SUMS(NAME, ATTRIBUTE, WIDTH, 5)                                                                \
    SUMS(NAME, ATTRIBUTE, WIDTH, 6)                                                                \
    SUMS(NAME, ATTRIBUTE, WIDTH, 7)                                                                \
    SUMS(NAME, ATTRIBUTE, WIDTH, 8)                                                                \
    SUMS(NAME, ATTRIBUTE, WIDTH, 9)                                                                \
    SUMS(NAME, ATTRIBUTE, WIDTH, 10)                                                               \
    SUMS(NAME, ATTRIBUTE, WIDTH, 11)                                                               \
    SUMS(NAME, ATTRIBUTE, WIDTH, 12)                                                               \
    SUMS(NAME, ATTRIBUTE, WIDTH, 13)                                                               \
    FINITE(NAME, ATTRIBUTE, WIDTH)                                                                 \
    ROW_WORDS(NAME, ATTRIBUTE, WIDTH, NONZERO)                                                     \
    COLUMN_WORDS(NAME, ATTRIBUTE, WIDTH)                                                           \
    static const level NAME = {                                                                    \
        WIDTH,                                                                                     \
        {NAME##_1, NAME##_2, NAME##_3, NAME##_4, NAME##_5, NAME##_6, NAME##_7, NAME##_8, NAME##_9, \
         NAME##_10, NAME##_11, NAME##_12, NAME##_13},                                              \
        NAME##_finite,                                                                             \
        NAME##_row_words,                                                                          \
        NAME##_column_words};

// The functions for one width of vectors.
typedef struct {
    long width;
    bool (*sums[MOST])(const uint64_t *, factor, const float *, const float *, float *, long, long,
                       long, long, float);
    bool (*finite)(const float *, long);
    uint64_t (*row_words)(const float *, long, long, long, uint64_t *);
    void (*column_words)(const float *, long, long, long, uint64_t *);
} level;

#define NONZERO_16(p) _mm512_cmp_ps_mask(_mm512_loadu_ps(p), _mm512_setzero_ps(), _CMP_NEQ_UQ)
#define NONZERO_8(p)                                                                               \
    (uint8_t)                                                                                      \
        _mm256_movemask_ps(_mm256_cmp_ps(_mm256_loadu_ps(p), _mm256_setzero_ps(), _CMP_NEQ_UQ))

LEVEL(widest, FOR_AVX512, 16, NONZERO_16)
LEVEL(wide, FOR_AVX2, 8, NONZERO_8)

// The widest vectors that the CPU has and the columns fill; null if there are none.
static const level *level_for(long columns) {
    if (columns >= 16 && hyperfed_is_wide()) return &widest;
    return columns >= 8 ? &wide : 0;
}
