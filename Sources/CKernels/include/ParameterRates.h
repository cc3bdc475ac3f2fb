// Loops over one learning rate per parameter.
#pragma once
#include <stdbool.h>

// Computes w[i] -= rates[i] * d[i]. summary has the smallest, the largest and the sum of the rates.
void hyperfed_move(bool is_double, void *w, const void *d, const void *rates, long n,
                   double summary[3]);
