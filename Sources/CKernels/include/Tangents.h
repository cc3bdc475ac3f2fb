// Derivatives of the optimizers' directions: tangents (forward mode) and adjoints (reverse mode).
#pragma once

#define HYPERFED_TANGENTS(T, X)                                                                    \
    /* q = tangent of the gradient on entry, of the direction on return; z* = tangents of the    */ \
    /* buffers, multiplied by keep after their step. Buffers are those after the direction.      */ \
    void hyperfed_heavy_ball_tangent_##X(T *q, T *z, T momentum, T keep, long n);                  \
    void hyperfed_nesterov_tangent_##X(T *q, T *z, T momentum, T keep, long n);                    \
    void hyperfed_adam_tangent_##X(T *q, T *z1, T *z2, const T *g, const T *m, const T *v,         \
                                   T keep_mean, T add_mean, T keep_square, T add_square,           \
                                   T mean_factor, T square_factor, T epsilon, T keep, long n);     \
    void hyperfed_scaled_tangent_##X(T *q, T *z, const T *g, const T *s, T keep_square, T add,     \
                                     T offset, T epsilon, T keep, long n);                         \
    /* z = keep * (z - rate * q) - d; squares = |z|^2, |d|^2. */                                   \
    void hyperfed_advance_tangent_##X(T *z, const T *q, const T *d, T keep, T rate, long n,        \
                                      double squares[2]);                                          \
    /* a = adjoint of the direction on entry, of the gradient on return; b* = adjoints of the    */ \
    /* buffers after the step on entry, before it on return.                                     */ \
    void hyperfed_heavy_ball_adjoint_##X(T *a, T *b, T momentum, long n);                          \
    void hyperfed_nesterov_adjoint_##X(T *a, T *b, T momentum, long n);                            \
    void hyperfed_adam_adjoint_##X(T *a, T *b1, T *b2, const T *g, const T *m, const T *v,         \
                                   T keep_mean, T add_mean, T keep_square, T add_square,           \
                                   T mean_factor, T square_factor, T epsilon, long n);             \
    void hyperfed_scaled_adjoint_##X(T *a, T *b, const T *g, const T *s, T keep_square, T add,     \
                                     T offset, T epsilon, long n);                                 \
    /* y = z where |g| <= limit, else 0; then g is held in -limit..limit. */                       \
    void hyperfed_clip_gradient_##X(T *g, const T *z, T *y, T limit, long n);                      \
    /* x is held in -limit..limit; what is not a number stays. */                                  \
    void hyperfed_clip_##X(T *x, T limit, long n);

HYPERFED_TANGENTS(float, f)
HYPERFED_TANGENTS(double, d)
#undef HYPERFED_TANGENTS
