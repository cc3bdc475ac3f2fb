// Loops of implicit differentiation of the weight update.
#pragma once
#include <stdbool.h>

// Computes term[i] = p[i], scaled[i] = gain[i] p[i].
void hyperfed_first_term(bool is_double, const void *p, const void *gain, void *term, void *scaled,
                         long n);
// Computes term[i] -= product[i], sum[i] += term[i], scaled[i] = gain[i] term[i].
void hyperfed_next_term(bool is_double, const void *product, const void *gain, void *term,
                        void *sum, void *scaled, long n);
// Returns the sum of x[i] y[i] z[i].
double hyperfed_triple_dot(bool is_double, const void *x, const void *y, const void *z, long n);
// Updates each rate by h = -p[i] d[i]. settings has eight numbers: the hyper-rate, the lower and
// the upper bound of a rate, and Adam's beta1, beta2, 1 / (1 - beta1^k), 1 / (1 - beta2^k) and
// epsilon. Adam is used if mean and square are not null. With `logarithmic`, log10 of the rate
// moves. If h or the proposed rate is not finite, the rate and its moments stay the same. events
// has the counts of rates clipped to the lower bound, clipped to the upper bound, and kept.
void hyperfed_tune_rates(bool is_double, void *rates, const void *p, const void *d, void *mean,
                         void *square, const double settings[8], bool logarithmic, long n,
                         long events[3]);
