// A matrix product in plain loops, for what no faster kernel does: all products in double, which
// only tests of derivatives have.
#include "CKernels.h"
#include "Multiversion.h"

enum { COLUMNS = 64 };  // at once: their sums stay in the first-level cache

#define DEFINE(T, X)                                                                               \
    TYPED_KERNEL void hyperfed_plain_product_##X(const T *a, long a_row, long a_inner, const T *b, \
                                                 long b_inner, long b_column, T *c, long rows,     \
                                                 long columns, long inner, T scale, T keep) {      \
        for (long r = 0; r < rows; r++)                                                            \
            for (long first = 0; first < columns; first += COLUMNS) {                              \
                const long count = columns - first < COLUMNS ? columns - first : COLUMNS;          \
                T sums[COLUMNS] = {0};                                                             \
                for (long k = 0; k < inner; k++) {                                                 \
                    const T factor = a[r * a_row + k * a_inner];                                   \
                    const T *const row = b + k * b_inner + first * b_column;                       \
                    if (b_column == 1)                                                             \
                        for (long i = 0; i < count; i++) sums[i] += factor * row[i];               \
                    else                                                                           \
                        for (long i = 0; i < count; i++) sums[i] += factor * row[i * b_column];    \
                }                                                                                  \
                T *const to = c + r * columns + first;                                             \
                for (long i = 0; i < count; i++)                                                   \
                    to[i] = keep == 0 ? scale * sums[i] : scale * sums[i] + keep * to[i];          \
            }                                                                                      \
    }

DEFINE(float, f)
DEFINE(double, d)

KERNEL(void, plain_product,
       (a, a_row, a_inner, b, b_inner, b_column, c, rows, columns, inner, scale, keep),
       const void *a, long a_row, long a_inner, const void *b, long b_inner, long b_column, void *c,
       long rows, long columns, long inner, double scale, double keep)
