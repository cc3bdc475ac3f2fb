// The products of SmallProducts.c for data with many zeros: y = x w + bias and g = x^T d, where the
// terms with a 0 in x are left out. Half of Fashion-MNIST's pixels are 0.
//
// The zeros lie anywhere, so that tiles of several rows have few of them in common. Here one row of
// sums stays in registers. A word has a bit for each of 64 terms of the row, and a loop over the
// bits that are set adds these terms.
//
// The bits are those of the dense product. Each element is the same chain of fused multiply-adds,
// and a term 0 * w changes a sum in two cases only:
// - The sum is -0, and the term is +0. A sum is -0 if it started so, or if a product underflowed.
// - w is infinite or not a number, so that the term is not a number.
// Both cases are rare and are found afterwards. Then the product returns false, and the dense
// product computes the result. So nothing depends on whether zeros were left out: neither a bit nor
// the step in which a diverging model is noticed.
#include "SparseProducts.h"
#include "Multiversion.h"
#include <stdint.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>

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

// VECTORS vectors of columns of y = start + x w, with the terms whose bits are set. `start` is a
// row or null for what is in y; rows of w and y are `columns` apart. Returns whether a sum was -0.
#define SUMS(NAME, ATTRIBUTE, WIDTH, VECTORS)                                                      \
    ATTRIBUTE static bool NAME##_##VECTORS(const uint64_t *words, factor x, const float *w,        \
                                           const float *start, float *y, long rows, long columns,  \
                                           long last) {                                            \
        typedef float vector __attribute__((vector_size(4 * WIDTH)));                              \
        typedef int32_t bits __attribute__((vector_size(4 * WIDTH)));                              \
        bits least = {0};                                                                          \
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
            _Pragma("unroll") for (int v = 0; v < VECTORS; v++) {                                  \
                least = __builtin_elementwise_min(least, (bits)sum[v]);                            \
                memcpy(y + r * columns + AT(WIDTH, VECTORS, v), &sum[v], sizeof sum[v]);           \
            }                                                                                      \
        }                                                                                          \
        int32_t all = 0;                                                                           \
        for (int i = 0; i < WIDTH; i++) all = least[i] < all ? least[i] : all;                     \
        return all == INT32_MIN;                                                                   \
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
                       long);
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

static const float zeros[MOST * 16];

// All columns of y = start + x w, in panels of nearly equal width. Returns whether a sum was -0.
static bool add_rows(const level *by, const uint64_t *words, factor x, const float *w, long terms,
                     const float *start, float *y, long rows, long columns) {
    const long vectors = (columns + by->width - 1) / by->width;
    // The terms of a panel of w stay in the first-level cache while all rows pass over them.
    const long fitting = PANEL / (terms * by->width), most = fitting < MOST ? fitting : MOST;
    const long panels = (vectors + most - 1) / most;
    bool was_negative_zero = false;
    for (long index = 0, v = 0; index < panels; index++) {
        const long count = vectors / panels + (index < vectors % panels), c = v * by->width;
        const long last = (index + 1 < panels ? (v + count) * by->width : columns) - by->width - c;
        // The last vector reaches back inside its panel: a panel beside others has some vectors.
        was_negative_zero |=
            by->sums[count - 1](words, x, w + c, !start || start == zeros ? start : start + c,
                                y + c, rows, columns, last);
        v += count;
    }
    return was_negative_zero;
}

// Whether the rows of w without a bit are finite. Rows with a bit are seen in the sums.
static bool rest_is_finite(const level *by, uint64_t used, const float *w, long terms,
                           long columns) {
    for (uint64_t rest = ~used; rest;) {
        const long first = __builtin_ctzll(rest);
        if (first >= terms) break;
        const uint64_t ends = ~(rest >> first);
        const long count = ends ? __builtin_ctzll(ends) : TERMS;
        const long end = first + count < terms ? first + count : terms;
        if (!by->finite(w + first * columns, (end - first) * columns)) return false;
        if (end == TERMS) break;
        rest = rest >> end << end;
    }
    return true;
}

bool hyperfed_sparse_affine(bool is_double, const void *x, const void *w, const void *bias, void *y,
                            long rows, long columns, long inner) {
    const level *by = level_for(columns);
    if (is_double || !by || rows < 1 || inner < 1) return false;
    const float *const data = x, *const factors = w;
    float *const out = y;
    uint64_t words[WORDS];
    bool was_negative_zero = false;
    for (long r = 0; r < rows; r += WORDS) {
        const long count = rows - r < WORDS ? rows - r : WORDS;
        for (long k = 0; k < inner; k += TERMS) {
            const long terms = inner - k < TERMS ? inner - k : TERMS;
            const factor part = {data + r * inner + k, inner, 1};
            const uint64_t used = by->row_words(part.data, inner, count, terms, words);
            if (!rest_is_finite(by, used, factors + k * columns, terms, columns)) return false;
            was_negative_zero |= add_rows(by, words, part, factors + k * columns, terms,
                                          k ? 0 : bias, out + r * columns, count, columns);
        }
    }
    return !was_negative_zero && by->finite(out, rows * columns);
}

bool hyperfed_sparse_outer_sum(bool is_double, const void *x, const void *d, void *g, long rows,
                               long inputs, long columns) {
    const level *by = level_for(columns);
    if (is_double || !by || rows < 1 || !by->finite(d, rows * columns)) return false;
    const float *const data = x, *const factors = d;
    float *const out = g;
    uint64_t words[WORDS];
    bool was_negative_zero = false;
    for (long r = 0; r < rows; r += TERMS) {
        const long terms = rows - r < TERMS ? rows - r : TERMS;
        for (long k = 0; k < inputs; k += WORDS) {
            const long count = inputs - k < WORDS ? inputs - k : WORDS;
            const factor part = {data + r * inputs + k, 1, inputs};
            by->column_words(part.data, inputs, terms, count, words);
            was_negative_zero |= add_rows(by, words, part, factors + r * columns, terms,
                                          r ? 0 : zeros, out + k * columns, count, columns);
        }
    }
    return !was_negative_zero;
}

#else

bool hyperfed_sparse_affine(bool is_double, const void *x, const void *w, const void *bias, void *y,
                            long rows, long columns, long inner) {
    return false;
}

bool hyperfed_sparse_outer_sum(bool is_double, const void *x, const void *d, void *g, long rows,
                               long inputs, long columns) {
    return false;
}

#endif
