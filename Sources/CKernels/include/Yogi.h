// Yogi: Adam whose squares move by add_square g^2 towards the newest. |v| are the squares; v < 0
// where the last step raised them.
#pragma once
#include <stdbool.h>

// Computes m = keep_mean m + add_mean g, |v| = |v| - add_square g^2 sign(|v| - g^2), d = m /
// (sqrt|v| + epsilon).
void hyperfed_yogi(bool is_double, const void *g, void *m, void *v, void *d, double keep_mean,
                   double add_mean, double add_square, double epsilon, long n);
// Do what hyperfed_adam_tangent and hyperfed_adam_adjoint do for Adam.
void hyperfed_yogi_tangent(bool is_double, void *q, void *z1, void *z2, const void *g,
                           const void *m, const void *v, double keep_mean, double add_mean,
                           double add_square, double epsilon, double keep, long n);
void hyperfed_yogi_adjoint(bool is_double, void *a, void *b1, void *b2, const void *g,
                           const void *m, const void *v, double keep_mean, double add_mean,
                           double add_square, double epsilon, long n);
