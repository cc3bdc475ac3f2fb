// What the two kinds of tiled convolution share: samples with their border, in float.
//
// With a border of zeros, the numbers that one row of a filter meets are contiguous, for every
// output pixel: no test for the edge, and no column matrix. One sample at a time is copied, so that
// it stays in the cache (1/500 of the work for 5 x 5 kernels and 64 filters).
#pragma once
#include "Convolution.h"
#include <string.h>

// Numbers that a vector may read beyond the end.
enum { SLACK = 256 };

// A (height, width, channels) sample with rows and columns of zeros around it.
typedef struct {
    long height, width, channels, above, below;
} bordered;

static inline long line(bordered b) { return (b.width + b.above + b.below) * b.channels; }
static inline long size(bordered b) { return (b.height + b.above + b.below) * line(b); }

// The input as the filters meet it.
static inline bordered input_of(hyperfed_convolution c) {
    return (bordered){c.height, c.width, c.channels, c.above, c.below};
}

// Makes room for samples: zeros, of which the border stays.
static inline void clear(bordered b, float *out) {
    memset(out, 0, (size_t)(size(b) + SLACK) * sizeof *out);
}
// Copies a sample inside the border.
static inline void enter(bordered b, const float *x, float *out) {
    for (long row = 0; row < b.height; row++)
        memcpy(out + (row + b.above) * line(b) + b.above * b.channels,
               x + row * b.width * b.channels, (size_t)(b.width * b.channels) * sizeof *out);
}

// Rounded up to whole cache lines.
static inline long whole(long count) { return (count + 15) / 16 * 16; }

long hyperfed_dense_workspace(hyperfed_convolution c);
void hyperfed_dense_convolve(hyperfed_convolution c, const float *x, const float *k,
                            const float *bias, float *y, long batch, int keep, float *workspace);
void hyperfed_dense_kernel_gradient(hyperfed_convolution c, const float *x, const float *dy,
                                   float *dk, long batch, int keep, float *workspace);
void hyperfed_dense_input_gradient(hyperfed_convolution c, const float *dy, const float *k,
                                  float *dx, long batch, int keep, float *workspace);
// Each returns 0 and does nothing where too few of dy's numbers are zero for it.
long hyperfed_sparse_workspace(hyperfed_convolution c);
int hyperfed_sparse_kernel_gradient(hyperfed_convolution c, const float *x, const float *dy,
                                    float *dk, long batch, int keep, float *workspace);
int hyperfed_sparse_input_gradient(hyperfed_convolution c, const float *dy, const float *k,
                                   float *dx, long batch, int keep, float *workspace);
