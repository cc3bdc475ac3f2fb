// Loops of optimizer towers: what the hyperparameters below have done to a step's direction.
#pragma once
#include <stdbool.h>

// Writes the sums of g a, g b and g c to products, in one pass over the four vectors.
void hyperfed_three_dots(bool is_double, const void *g, const void *a, const void *b, const void *c,
                         long n, double products[3]);
// Computes a and b, the derivatives of Adam's direction in beta1 and beta2, from the means m and v
// before the step. f has beta1, 1 - beta1, beta2, 1 - beta2, the inverses of the divisors, their
// derivatives, epsilon, and its derivative in beta2. A root of 0 counts as one that does not depend
// on beta2.
void hyperfed_adam_slopes(bool is_double, const void *g, const void *m, const void *v, void *a,
                          void *b, long n, const double f[10]);
// Computes a, the derivative of g / (sqrt(s + offset) + epsilon) in the decay of s, from s before
// the step. f has decay, 1 - decay, offset and epsilon. A root of 0 counts as one that does not
// depend on the decay.
void hyperfed_scaled_slope(bool is_double, const void *g, const void *s, void *a, long n,
                           const double f[4]);
