// Group normalization: x is (batch, pixels, channels); each sample's numbers of a group of
// neighbouring channels get mean 0 and variance 1, then each channel its scale s and shift b:
//
//     y = s z + b,   z = (x - mean) r,   r = 1 / sqrt(variance + 1e-5)
//
// `moments` is (batch, groups, 2): mean and r; `moved` of the same size: the mean of x' and of z
// x', where x' is the tangent of x. Names end in _t for the tangents (of dy, of s, ...).
#pragma once
#include <stdbool.h>

typedef struct {
    long pixels, channels, groups;
} hyperfed_group_norm_shape;

// Returns how many numbers of scratch each function needs.
static inline long hyperfed_group_norm_workspace(hyperfed_group_norm_shape n) {
    return 10 * n.channels;
}

// Computes y and the moments. scale and shift are (channels).
void hyperfed_group_norm(bool is_double, hyperfed_group_norm_shape n, const void *x,
                         const void *scale, const void *shift, void *y, void *moments, long batch,
                         void *workspace);
// Computes the derivatives in scale, shift and x from dy, the derivative in y. A null dx is not
// computed.
void hyperfed_group_norm_gradient(bool is_double, hyperfed_group_norm_shape n, const void *x,
                                  const void *moments, const void *scale, const void *dy,
                                  void *dscale, void *dshift, void *dx, long batch,
                                  void *workspace);
// Computes the tangent of y, and `moved`, along x_t, scale_t and shift_t. A null x_t means that x
// does not move.
void hyperfed_group_norm_tangent(bool is_double, hyperfed_group_norm_shape n, const void *x,
                                 const void *moments, const void *scale, const void *x_t,
                                 const void *scale_t, const void *shift_t, void *y_t, void *moved,
                                 long batch, void *workspace);
// Computes the tangents of what hyperfed_group_norm_gradient wrote, where dy moves along dy_t. A
// null x_t means that x does not move, and a null dx_t is not computed.
void hyperfed_group_norm_gradient_tangent(
    bool is_double, hyperfed_group_norm_shape n, const void *x, const void *moments,
    const void *moved, const void *scale, const void *x_t, const void *scale_t, const void *dy,
    const void *dy_t, void *dscale_t, void *dshift_t, void *dx_t, long batch, void *workspace);
