// Derivatives of the optimizers' directions: tangents (forward mode) and adjoints (reverse mode).
#pragma once
#include <stdbool.h>

// q = tangent of the gradient on entry, of the direction on return; z* = tangents of the
// buffers, multiplied by keep after their step. Buffers are those after the direction.
void hyperfed_heavy_ball_tangent(bool is_double, void *q, void *z, double momentum, double keep,
                                 long n);
void hyperfed_nesterov_tangent(bool is_double, void *q, void *z, double momentum, double keep,
                               long n);
void hyperfed_adam_tangent(bool is_double, void *q, void *z1, void *z2, const void *g,
                           const void *m, const void *v, double keep_mean, double add_mean,
                           double keep_square, double add_square, double mean_factor,
                           double square_factor, double epsilon, double keep, long n);
void hyperfed_scaled_tangent(bool is_double, void *q, void *z, const void *g, const void *s,
                             double keep_square, double add, double offset, double epsilon,
                             double keep, long n);
// z = keep * (z - rate * q) - d; squares = |z|^2, |d|^2.
void hyperfed_advance_tangent(bool is_double, void *z, const void *q, const void *d, double keep,
                              double rate, long n, double squares[2]);
// a = adjoint of the direction on entry, of the gradient on return; b* = adjoints of the
// buffers after the step on entry, before it on return.
void hyperfed_heavy_ball_adjoint(bool is_double, void *a, void *b, double momentum, long n);
void hyperfed_nesterov_adjoint(bool is_double, void *a, void *b, double momentum, long n);
void hyperfed_adam_adjoint(bool is_double, void *a, void *b1, void *b2, const void *g,
                           const void *m, const void *v, double keep_mean, double add_mean,
                           double keep_square, double add_square, double mean_factor,
                           double square_factor, double epsilon, long n);
void hyperfed_scaled_adjoint(bool is_double, void *a, void *b, const void *g, const void *s,
                             double keep_square, double add, double offset, double epsilon, long n);
// y = z where |g| <= limit, else 0; then g is held in -limit..limit.
void hyperfed_clip_gradient(bool is_double, void *g, const void *z, void *y, double limit, long n);
// x is held in -limit..limit; what is not a number stays.
void hyperfed_clip(bool is_double, void *x, double limit, long n);
