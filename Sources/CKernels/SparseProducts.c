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
//
// Descent along x^T d moves w while the sums are in registers. It cannot start again, so it looks
// at d before, and it computes a row with a sum of -0 once more from all terms.
#include "SparseProducts.h"
#include "Multiversion.h"

#if defined(__x86_64__)
#include "SparseRows.h"

static const float zeros[MOST * 16];

// All columns of y = start + x w, in panels of nearly equal width. Returns whether a sum was -0.
// With a step other than 0 it moves y, as in `SUMS`.
static bool add_rows(const level *by, const uint64_t *words, factor x, const float *w, long terms,
                     const float *start, float *y, long rows, long columns, float step) {
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
                                y + c, rows, columns, last, terms, step);
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
                                          k ? 0 : bias, out + r * columns, count, columns, 0);
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
                                          r ? 0 : zeros, out + k * columns, count, columns, 0);
        }
    }
    return !was_negative_zero;
}

bool hyperfed_sparse_descent(bool is_double, const void *x, const void *d, double scale, void *w,
                             long rows, long inputs, long columns) {
    const level *by = level_for(columns);
    const float step = (float)scale;
    if (is_double || !by || rows < 1 || rows > TERMS || step == 0) return false;
    if (!by->finite(d, rows * columns)) return false;
    uint64_t words[WORDS];
    for (long k = 0; k < inputs; k += WORDS) {
        const long count = inputs - k < WORDS ? inputs - k : WORDS;
        const factor part = {(const float *)x + k, 1, inputs};
        by->column_words(part.data, inputs, rows, count, words);
        add_rows(by, words, part, d, rows, zeros, (float *)w + k * columns, count, columns,
                 step);
    }
    return true;
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

bool hyperfed_sparse_descent(bool is_double, const void *x, const void *d, double scale, void *w,
                             long rows, long inputs, long columns) {
    return false;
}

#endif
