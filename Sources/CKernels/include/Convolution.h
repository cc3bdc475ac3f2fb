// Convolution (cross-correlation as in all of machine learning) with stride 1 over images stored
// (height, width, channels), and max-pooling.
#pragma once
#include <stdbool.h>

typedef struct {
    // Of the input.
    long height, width, channels;
    // Of the output.
    long filters;
    // Of the square kernel.
    long kernel;
    // Rows (and columns) of zeros around the input: above it and below it.
    long above, below;
} hyperfed_convolution;

static inline long hyperfed_output_height(hyperfed_convolution c) {
    return c.height + c.above + c.below - c.kernel + 1;
}
static inline long hyperfed_output_width(hyperfed_convolution c) {
    return c.width + c.above + c.below - c.kernel + 1;
}

// How many numbers of scratch the three functions need, whatever the batch.
long hyperfed_convolution_workspace(hyperfed_convolution c);

// x is (batch, height, width, channels), y and dy are (batch, output height, output width, filters),
// k and dk are (filters, kernel, kernel, channels): a filter's taps for one row of the kernel are
// contiguous, as the numbers of the image that they meet are.
// y[.., o, p, f] = bias[f] + sum over i, j, c of k[f, i, j, c] x[.., o + i, p + j, c], with
// zeros around x. A null bias: zeros. If `keep`, adds the sum to y instead.
void hyperfed_convolve(bool is_double, hyperfed_convolution c, const void *x, const void *k,
                       const void *bias, void *y, long batch, bool keep, void *workspace);
// dk = (if `keep`: + what it was) the sum over samples, o, p of dy[.., o, p, f] x[.., o + i, p
// + j, c].
void hyperfed_convolve_kernel_gradient(bool is_double, hyperfed_convolution c, const void *x,
                                       const void *dy, void *dk, long batch, bool keep,
                                       void *workspace);
// dx = (if `keep`: + what it was) the sum over f, i, j of k[f, i, j, c] dy[.., o - i, p - j,
// f].
void hyperfed_convolve_input_gradient(bool is_double, hyperfed_convolution c, const void *dy,
                                      const void *k, void *dx, long batch, bool keep,
                                      void *workspace);
// y = the largest number of each window of `size` x `size`, channel by channel, which = its
// place in the window, 0 to size^2 - 1: the first of equals; a NaN counts as the largest. Rows
// and columns that fill no window are left out. x is (batch, height, width, channels).
void hyperfed_max_pool(bool is_double, const void *x, void *y, void *which, long batch, long height,
                       long width, long channels, long size);
// y = the numbers of x at the places that `which` names.
void hyperfed_pool_at(bool is_double, const void *x, const void *which, void *y, long batch,
                      long height, long width, long channels, long size);
// dx = dy at the places that `which` names, 0 elsewhere.
void hyperfed_unpool(bool is_double, const void *dy, const void *which, void *dx, long batch,
                     long height, long width, long channels, long size);
