// Loops of implicit differentiation of the weight update.
#pragma once
#include <stdbool.h>

// term[i] = p[i]; scaled[i] = gain[i] p[i]
void hyperfed_first_term(bool is_double, const void *p, const void *gain, void *term, void *scaled,
                         long n);
// term[i] -= product[i]; sum[i] += term[i]; scaled[i] = gain[i] term[i]
void hyperfed_next_term(bool is_double, const void *product, const void *gain, void *term,
                        void *sum, void *scaled, long n);
// sum of x[i] y[i] z[i]
double hyperfed_triple_dot(bool is_double, const void *x, const void *y, const void *z, long n);
// One update of rates by h = -p[i] d[i]. settings: hyper-rate, lower and upper bound of a rate;
// then, with Adam (mean and square not null), beta1, beta2, 1 / (1 - beta1^k), 1 / (1 -
// beta2^k) and epsilon. In logarithms where asked for: log10 of the rate moves. A rate whose h
// or proposal is not finite stays, and so do its moments. events: rates held at the lower and
// at the upper bound, and rates that stayed.
void hyperfed_tune_rates(bool is_double, void *rates, const void *p, const void *d, void *mean,
                         void *square, const double settings[8], bool logarithmic, long n,
                         long events[3]);
