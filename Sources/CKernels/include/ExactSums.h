// Sums of integers on a grid, and the packed form in which they travel.
#pragma once
#include <stdint.h>

// Adds round(scale * x[i]) to sum[i] for n elements, ties to even; sum and x must not overlap. An
// element counts as outside if |scale * x[i]| is not below limit (limit is at most 2^51). Returns
// the number of elements outside. The sum is then changed: call hyperfed_exact_subtract.
long hyperfed_exact_add(int64_t *sum, const float *x, double scale, double limit, long n);
// Subtracts what hyperfed_exact_add added, also for elements outside the limit: both are modular.
void hyperfed_exact_subtract(int64_t *sum, const float *x, double scale, long n);
// Adds a part, n int64, to a sum. Writes the sum of the squared elements of the part into *squares
// and returns the number of elements that are not below limit. The sum is then changed: call
// hyperfed_exact_take_away, which is modular, too.
long hyperfed_exact_merge(int64_t *sum, const void *part, int64_t limit, double *squares, long n);
void hyperfed_exact_take_away(int64_t *sum, const void *part, long n);
// Computes out[i] = sum[i] * factor and returns the sum of the squares of out.
double hyperfed_exact_mean(const int64_t *sum, double factor, float *out, long n);

// A packed sum: for each block of 256 elements one byte with its width w, 0 to 8. Then the elements
// of all blocks, w bytes each, the low byte first, in two's complement. The last block may have
// fewer elements.
enum { HYPERFED_PACKED_BLOCK = 256 };
// Writes the smallest width of each block, (n + 255) / 256 of them, and returns how many bytes the
// elements then have.
long hyperfed_packed_widths(const int64_t *sum, long n, uint8_t *widths);
// Writes the elements with these widths, exactly `bytes` bytes: the result of
// hyperfed_packed_widths.
void hyperfed_pack_sum(const int64_t *sum, long n, const uint8_t *widths, uint8_t *out, long bytes);
// hyperfed_exact_merge for a packed part. Each width is at most 8, and `bytes` is the sum of width
// times elements over the blocks: the caller has checked both.
long hyperfed_exact_merge_packed(int64_t *sum, const uint8_t *widths, const uint8_t *in, long bytes,
                                 int64_t limit, double *squares, long n);
// hyperfed_exact_take_away for a packed part.
void hyperfed_exact_take_away_packed(int64_t *sum, const uint8_t *widths, const uint8_t *in,
                                     long bytes, long n);
