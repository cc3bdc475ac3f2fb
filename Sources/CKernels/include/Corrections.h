// The loops of drift corrections.
#pragma once
#include <stdbool.h>

// Computes out[i] = x[i] - y[i].
void hyperfed_subtract(bool is_double, const void *x, const void *y, void *out, long n);
// Computes out[i] = scale * x[i] - y[i].
void hyperfed_scaled_minus(bool is_double, double scale, const void *x, const void *y, void *out,
                           long n);
// Computes y[i] += first * x[i], then y[i] += second * z[i].
void hyperfed_add_two(bool is_double, void *y, double first, const void *x, double second,
                      const void *z, long n);
// Computes y[i] += pull * (x[i] - start[i]), then y[i] += shift[i].
void hyperfed_pull_and_shift(bool is_double, void *y, double pull, const void *x, const void *start,
                             const void *shift, long n);
