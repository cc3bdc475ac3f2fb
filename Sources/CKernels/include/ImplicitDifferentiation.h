// Loops of implicit differentiation of the weight update.
#pragma once

#define HYPERFED_IMPLICIT_DIFFERENTIATION(T, X)                                                    \
    /* term[i] = p[i]; scaled[i] = gain[i] p[i] */                                                 \
    void hyperfed_first_term_##X(const T *p, const T *gain, T *term, T *scaled, long n);           \
    /* term[i] -= product[i]; sum[i] += term[i]; scaled[i] = gain[i] term[i] */                    \
    void hyperfed_next_term_##X(const T *product, const T *gain, T *term, T *sum, T *scaled,       \
                                long n);                                                           \
    /* sum of x[i] y[i] z[i] */                                                                    \
    double hyperfed_triple_dot_##X(const T *x, const T *y, const T *z, long n);                    \
    /* One update of rates by h = -p[i] d[i]. settings: hyper-rate, lower and upper bound of a */  \
    /* rate; then, with Adam (mean and square not null), beta1, beta2, 1 / (1 - beta1^k), */       \
    /* 1 / (1 - beta2^k) and epsilon. In logarithms where asked for: log10 of the rate moves. */   \
    /* A rate whose h or proposal is not finite stays, and so do its moments. events: rates held */ \
    /* at the lower and at the upper bound, and rates that stayed. */                              \
    void hyperfed_tune_rates_##X(T *rates, const T *p, const T *d, T *mean, T *square,             \
                                 const T settings[8], int logarithmic, long n, long events[3]);

HYPERFED_IMPLICIT_DIFFERENTIATION(float, f)
HYPERFED_IMPLICIT_DIFFERENTIATION(double, d)
#undef HYPERFED_IMPLICIT_DIFFERENTIATION
