// The passes of drift corrections.
#pragma once

#define HYPERFED_CORRECTIONS(T, X)                                                                 \
    /* out[i] = x[i] - y[i] */                                                                     \
    void hyperfed_subtract_##X(const T *x, const T *y, T *out, long n);                            \
    /* out[i] = scale * x[i] - y[i] */                                                             \
    void hyperfed_scaled_minus_##X(T scale, const T *x, const T *y, T *out, long n);               \
    /* y[i] += first * x[i], then y[i] += second * z[i] */                                         \
    void hyperfed_add_two_##X(T *y, T first, const T *x, T second, const T *z, long n);            \
    /* y[i] += pull * (x[i] - start[i]), then y[i] += shift[i] */                                  \
    void hyperfed_pull_and_shift_##X(T *y, T pull, const T *x, const T *start, const T *shift,     \
                                     long n);

HYPERFED_CORRECTIONS(float, f)
HYPERFED_CORRECTIONS(double, d)
#undef HYPERFED_CORRECTIONS
