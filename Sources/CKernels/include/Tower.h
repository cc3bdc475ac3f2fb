// Loops of optimizer towers: what the hyperparameters below have done to a step's direction.
#pragma once
#include <stdbool.h>

// products[0..2] = g.a, g.b, g.c: one pass over the four
void hyperfed_three_dots(bool is_double, const void *g, const void *a, const void *b, const void *c,
                         long n, double products[3]);
// a, b = the derivatives of Adam's direction in beta1 and beta2, from the means m and v before
// the step; f = beta1, 1 - beta1, beta2, 1 - beta2, the divisors' inverses, their derivatives,
// epsilon and its own in beta2. A root of 0 counts as one that doesn't depend on beta2.
void hyperfed_adam_slopes(bool is_double, const void *g, const void *m, const void *v, void *a,
                          void *b, long n, const double f[10]);
// a = the derivative of g / (sqrt(s + offset) + epsilon) in the decay of s, from s before the
// step; f = decay, 1 - decay, offset, epsilon. The same for a root of 0.
void hyperfed_scaled_slope(bool is_double, const void *g, const void *s, void *a, long n,
                           const double f[4]);
