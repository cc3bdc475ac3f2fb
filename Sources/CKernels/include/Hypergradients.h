// Products of two vectors, and loops over one learning rate per parameter that moves with a
// gradient. Sums run in double over fixed lanes. A proposed rate is held inside `lower` and
// `upper`; one that is not finite leaves the rate. summary: sums as each loop says, then how many
// rates were held at the lower and at the upper bound and how many proposals were not finite.
#pragma once
#include <stdbool.h>

// Writes the sums of x x, x y and y y to products.
void hyperfed_products(bool is_double, const void *x, const void *y, long n, double products[3]);
// Writes the sums of (w - w_before)^2, (g - g_before)^2 and (w - w_before) g to sums. Then copies w
// to w_before.
void hyperfed_distances(bool is_double, const void *w, void *w_before, const void *g,
                        const void *g_before, long n, double sums[3]);
// Computes rates += kappa g d. summary[0] is the sum of g d.
void hyperfed_additive_rates(bool is_double, void *rates, const void *g, const void *d, long n,
                             double kappa, double lower, double upper, double summary[6]);
// Computes rates *= 1 + kappa sign(g d). summary[0] is the sum of g d.
void hyperfed_multiplicative_rates(bool is_double, void *rates, const void *g, const void *d,
                                   long n, double kappa, double lower, double upper,
                                   double summary[6]);
// Computes s = keep s + add g^2 and rates *= max(least, 1 + kappa g before / s), where 0 / 0 is 0.
// summary[0] is the sum of g before.
void hyperfed_local_gains(bool is_double, void *rates, void *s, const void *g, const void *before,
                          long n, double keep, double add, double kappa, double least, double lower,
                          double upper, double summary[6]);
// Computes rates *= max(least, 1 + kappa g v), then v = memory v + rates (g - memory curved).
// summary[0..2] are the sums of g v / rates (the old ones), v^2 (new) and (rates g)^2 (new).
void hyperfed_linear_meta_descent(bool is_double, void *rates, void *v, const void *g,
                                  const void *curved, long n, double kappa, double least,
                                  double memory, double lower, double upper, double summary[6]);
// Computes the same with rates *= exp(kappa g v); `least` is not used.
void hyperfed_exponential_meta_descent(bool is_double, void *rates, void *v, const void *g,
                                       const void *curved, long n, double kappa, double least,
                                       double memory, double lower, double upper,
                                       double summary[6]);
