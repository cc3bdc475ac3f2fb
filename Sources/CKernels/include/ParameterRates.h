// Loops over one learning rate per parameter.
#pragma once

#define HYPERFED_PARAMETER_RATES(T, X)                                                             \
    /* w[i] -= rates[i] * d[i]; summary = smallest, largest and sum of the rates. */               \
    void hyperfed_move_##X(T *w, const T *d, const T *rates, long n, double summary[3]);

HYPERFED_PARAMETER_RATES(float, f)
HYPERFED_PARAMETER_RATES(double, d)
#undef HYPERFED_PARAMETER_RATES
