// Loops of DSA's rates: rate = max * sigmoid(gamma) or exp(gamma), one per parameter.
#pragma once
#include <stdbool.h>

// What one pass needs to know.
struct hyperfed_self_adaptive {
    double kappa;           // of gamma's step
    double max;             // the largest rate; 0: rate = exp(gamma)
    double gamma0, start;   // where gamma is this, the rate is exactly that
    double lower, upper;    // gamma is held between these where it moves
};

// What it found.
struct hyperfed_self_adaptive_sums {
    double rate_slope;      // sum of dL/drate
    double slope;           // sum of dL/dgamma
    double squares;         // sum of its squares
    double rates;           // sum of the new rates
    double smallest_rate, largest_rate;
    long lower_hits, upper_hits, undefined;
};

// Computes out = w - rates * g.
void hyperfed_tentative(bool is_double, const void *w, const void *g, const void *rates, void *out,
                        long n);
// Computes gamma -= kappa dL/dgamma, where dL/drate = -after * g. Then computes the rates of the
// new gamma and, if w is not null, w -= rates * g.
void hyperfed_self_adaptive(bool is_double, const void *g, const void *after, void *gamma,
                            void *rates, void *w, long n, const struct hyperfed_self_adaptive *how,
                            struct hyperfed_self_adaptive_sums *sums);
// Returns the sum of |dL/dgamma| over the derivatives that are finite.
double hyperfed_slope_magnitude(bool is_double, const void *g, const void *after, const void *rates,
                                long n, const struct hyperfed_self_adaptive *how);
// Computes the rates of this gamma.
void hyperfed_self_adapted(bool is_double, const void *gamma, void *rates, long n,
                           const struct hyperfed_self_adaptive *how);
