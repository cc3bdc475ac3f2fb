// Convolution (cross-correlation as in all of machine learning) over images stored (height, width,
// channels), and pooling.
#pragma once
#include <stdbool.h>

typedef struct {
    // The sizes of an input sample.
    long height, width, channels;
    // The channels of the output.
    long filters;
    // The height and the width of the square kernel.
    long kernel;
    // The rows of zeros above and below the input, and the columns to its left and right.
    long above, below;
    // The distance between neighbouring windows, in rows and in columns.
    long stride;
} hyperfed_convolution;

// A last window that would stand out of the input with its zeros is left out.
static inline long hyperfed_output_height(hyperfed_convolution c) {
    return (c.height + c.above + c.below - c.kernel) / c.stride + 1;
}
static inline long hyperfed_output_width(hyperfed_convolution c) {
    return (c.width + c.above + c.below - c.kernel) / c.stride + 1;
}

// Returns how many numbers of scratch each of the three functions needs, for any batch.
long hyperfed_convolution_workspace(hyperfed_convolution c);

// In all functions x and dx are (batch, height, width, channels), y and dy are (batch, output
// height, output width, filters), k and dk are (filters, kernel, kernel, channels). So the numbers
// of one row of a filter are contiguous, and so are those of the image that they are multiplied
// with.

// Computes y[.., o, p, f] = bias[f] + the sum over i, j, c of k[f, i, j, c] x[.., s o + i, s p + j,
// c], with zeros around x and the stride s. A null bias means zeros. With `keep`, adds the sum to y
// instead.
void hyperfed_convolve(bool is_double, hyperfed_convolution c, const void *x, const void *k,
                       const void *bias, void *y, long batch, bool keep, void *workspace);
// Computes dk as the sum over samples, o and p of dy[.., o, p, f] x[.., s o + i, s p + j, c]. With
// `keep`, adds the sum to dk.
void hyperfed_convolve_kernel_gradient(bool is_double, hyperfed_convolution c, const void *x,
                                       const void *dy, void *dk, long batch, bool keep,
                                       void *workspace);
// Computes dx[.., o, p, c] as the sum over f, i and j of k[f, i, j, c] dy[.., (o - i) / s, (p - j)
// / s, f], where the quotients are whole and inside dy. With `keep`, adds the sum to dx.
void hyperfed_convolve_input_gradient(bool is_double, hyperfed_convolution c, const void *dy,
                                      const void *k, void *dx, long batch, bool keep,
                                      void *workspace);
// Computes y as the largest number of each window of `size` x `size`, channel by channel, and
// `which` as its position in the window, 0 to size^2 - 1. Of equal numbers the first counts, and a
// NaN counts as the largest. Rows and columns that fill no window are left out. x is (batch,
// height, width, channels).
void hyperfed_max_pool(bool is_double, const void *x, void *y, void *which, long batch, long height,
                       long width, long channels, long size);
// Computes y as the numbers of x at the positions in `which`.
void hyperfed_pool_at(bool is_double, const void *x, const void *which, void *y, long batch,
                      long height, long width, long channels, long size);
// Computes dx as dy at the positions in `which`, and 0 elsewhere.
void hyperfed_unpool(bool is_double, const void *dy, const void *which, void *dx, long batch,
                     long height, long width, long channels, long size);
// Computes y as the mean of each window of `rows` x `columns`, channel by channel. Rows and columns
// of x that fill no window are left out. x is (batch, height, width, channels).
void hyperfed_average_pool(bool is_double, const void *x, void *y, long batch, long height,
                           long width, long channels, long rows, long columns);
// Computes dx as dy / (rows columns) in each window, and 0 where there is none.
void hyperfed_average_unpool(bool is_double, const void *dy, void *dx, long batch, long height,
                             long width, long channels, long rows, long columns);
