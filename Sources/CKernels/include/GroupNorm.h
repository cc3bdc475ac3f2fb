// Group normalization: x is (batch, pixels, channels); each sample's numbers of a group of
// neighbouring channels get mean 0 and variance 1, then each channel its scale s and shift b:
//
//     y = s z + b,   z = (x - mean) r,   r = 1 / sqrt(variance + 1e-5)
//
// An image `added` of the same shape may be added to y, and a ReLU may follow: y is then max(0, s z
// + b + added). The derivatives pass where y is above 0, so they take y.
//
// `moments` is (batch, groups, 2): mean and r; `moved` of the same size: the mean of x' and of z
// x', where x' is the tangent of x. Names end in _t for the tangents (of dy, of s, ...).
#pragma once
#include <stdbool.h>

typedef struct {
    long pixels, channels, groups;
    // Whether a ReLU follows.
    bool rectifies;
} hyperfed_group_norm_shape;

// Returns how many numbers of scratch each function needs.
static inline long hyperfed_group_norm_workspace(hyperfed_group_norm_shape n) {
    return 10 * n.channels;
}

// Computes y and the moments. scale and shift are (channels). A null `added` means zeros.
void hyperfed_group_norm(bool is_double, hyperfed_group_norm_shape n, const void *x,
                         const void *scale, const void *shift, const void *added, void *y,
                         void *moments, long batch, void *workspace);
// Computes the derivatives in scale, shift, x and `added` from dy, the derivative in y. A null dx
// or dadded is not computed.
void hyperfed_group_norm_gradient(bool is_double, hyperfed_group_norm_shape n, const void *x,
                                  const void *moments, const void *scale, const void *y,
                                  const void *dy, void *dscale, void *dshift, void *dx,
                                  void *dadded, long batch, void *workspace);
// Computes the tangent of y, and `moved`, along x_t, scale_t, shift_t and added_t. A null x_t or
// added_t means that x or `added` does not move.
void hyperfed_group_norm_tangent(bool is_double, hyperfed_group_norm_shape n, const void *x,
                                 const void *moments, const void *scale, const void *y,
                                 const void *x_t, const void *scale_t, const void *shift_t,
                                 const void *added_t, void *y_t, void *moved, long batch,
                                 void *workspace);
// Computes the tangents of what hyperfed_group_norm_gradient wrote, where dy moves along dy_t. A
// null x_t means that x does not move, and a null dx_t or dadded_t is not computed.
void hyperfed_group_norm_gradient_tangent(
    bool is_double, hyperfed_group_norm_shape n, const void *x, const void *moments,
    const void *moved, const void *scale, const void *y, const void *x_t, const void *scale_t,
    const void *dy, const void *dy_t, void *dscale_t, void *dshift_t, void *dx_t, void *dadded_t,
    long batch, void *workspace);
