// Group normalization: x is (batch, pixels, channels); each sample's numbers of a group of
// neighbouring channels get mean 0 and variance 1, then each channel its scale s and shift b:
//
//     y = s z + b,   z = (x - mean) r,   r = 1 / sqrt(variance + 1e-5)
//
// `moments` is (batch, groups, 2): mean and r; `moved` of the same size: the mean of x' and of z x',
// where x' is the tangent of x. Names end in _t for the tangents (of dy, of s, ...).
#pragma once

typedef struct {
    long pixels, channels, groups;
} hyperfed_group_norm;

// How many numbers of scratch each function needs.
static inline long hyperfed_group_norm_workspace(hyperfed_group_norm n) { return 10 * n.channels; }

#define HYPERFED_GROUP_NORM(T, X)                                                                  \
    void hyperfed_group_norm_##X(hyperfed_group_norm n, const T *x, const T *scale,                \
                                 const T *shift, T *y, T *moments, long batch, T *workspace);      \
    /* dx may be null. */                                                                          \
    void hyperfed_group_norm_gradient_##X(hyperfed_group_norm n, const T *x, const T *moments,     \
                                          const T *scale, const T *dy, T *dscale, T *dshift,       \
                                          T *dx, long batch, T *workspace);                        \
    /* x_t may be null: x does not move. */                                                        \
    void hyperfed_group_norm_tangent_##X(hyperfed_group_norm n, const T *x, const T *moments,      \
                                         const T *scale, const T *x_t, const T *scale_t,           \
                                         const T *shift_t, T *y_t, T *moved, long batch,           \
                                         T *workspace);                                            \
    /* x_t and dx_t may be null. */                                                                \
    void hyperfed_group_norm_gradient_tangent_##X(                                                 \
        hyperfed_group_norm n, const T *x, const T *moments, const T *moved, const T *scale,       \
        const T *x_t, const T *scale_t, const T *dy, const T *dy_t, T *dscale_t, T *dshift_t,      \
        T *dx_t, long batch, T *workspace);

HYPERFED_GROUP_NORM(float, f)
HYPERFED_GROUP_NORM(double, d)
#undef HYPERFED_GROUP_NORM
