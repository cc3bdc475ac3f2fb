// Derivatives of the optimizers' directions: tangents (forward mode) and adjoints (reverse mode).
#pragma once
#include <stdbool.h>

// Move a tangent through one step. q is the tangent of the gradient on entry and of the direction
// on return. z, z1 and z2 are the tangents of the buffers, multiplied by keep after their step. The
// buffers m, v and s are those after the direction.
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
// Computes z = keep * (z - rate * q) - d. squares has |z|^2 and |d|^2.
void hyperfed_advance_tangent(bool is_double, void *z, const void *q, const void *d, double keep,
                              double rate, long n, double squares[2]);
// Move an adjoint back through one step. a is the adjoint of the direction on entry and of the
// gradient on return. b, b1 and b2 are the adjoints of the buffers after the step on entry, and
// before it on return.
void hyperfed_heavy_ball_adjoint(bool is_double, void *a, void *b, double momentum, long n);
void hyperfed_nesterov_adjoint(bool is_double, void *a, void *b, double momentum, long n);
void hyperfed_adam_adjoint(bool is_double, void *a, void *b1, void *b2, const void *g,
                           const void *m, const void *v, double keep_mean, double add_mean,
                           double keep_square, double add_square, double mean_factor,
                           double square_factor, double epsilon, long n);
void hyperfed_scaled_adjoint(bool is_double, void *a, void *b, const void *g, const void *s,
                             double keep_square, double add, double offset, double epsilon, long n);
// Computes y = z where |g| <= limit and 0 elsewhere; then clips g to -limit..limit.
void hyperfed_clip_gradient(bool is_double, void *g, const void *z, void *y, double limit, long n);
// Clips x to -limit..limit; a NaN stays.
void hyperfed_clip(bool is_double, void *x, double limit, long n);
