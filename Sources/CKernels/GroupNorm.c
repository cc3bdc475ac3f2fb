// Group normalization and its derivatives. Sums over the pixels run channel by channel, all
// channels side by side, in the scalar's precision; sums over a group's channels in double.
#include "CKernels.h"
#include "Multiversion.h"
#include <math.h>

#define EACH(...)                                                                                  \
    for (long i = 0, p = 0; p < n.pixels; p++)                                                     \
        for (long c = 0; c < n.channels; c++, i++) __VA_ARGS__;

// The mean over a group of SUM, a sum over pixels for each channel c, to each of its channels.
#define SPREAD(T, OUT, SUM)                                                                        \
    for (long g = 0; g < n.groups; g++) {                                                          \
        const long width = n.channels / n.groups;                                                  \
        double total = 0;                                                                          \
        for (long c = g * width; c < (g + 1) * width; c++) total += (double)(SUM);                 \
        for (long c = g * width; c < (g + 1) * width; c++)                                         \
            OUT[c] = (T)(total / (double)(width * n.pixels));                                      \
    }

// The two moments of sample s, channel by channel.
#define CHANNELS(FIRST, SECOND, MOMENTS)                                                           \
    for (long c = 0; c < n.channels; c++) {                                                        \
        const long at = 2 * (s * n.groups + c / (n.channels / n.groups));                          \
        FIRST[c] = MOMENTS[at];                                                                    \
        SECOND[c] = MOMENTS[at + 1];                                                               \
    }
#define KEEP(FIRST, SECOND, MOMENTS)                                                               \
    for (long g = 0; g < n.groups; g++) {                                                          \
        MOMENTS[2 * (s * n.groups + g)] = FIRST[g * (n.channels / n.groups)];                      \
        MOMENTS[2 * (s * n.groups + g) + 1] = SECOND[g * (n.channels / n.groups)];                 \
    }
#define ZERO(LIST, COUNT)                                                                          \
    for (long c = 0; c < (COUNT); c++) LIST[c] = 0

#define Z ((x[i] - mean[c]) * r[c])
#define Z_T (r[c] * ((x_t ? x_t[i] : 0) - mean_t[c] - Z * moved_z[c]))

// A ReLU after the normalization, by its result; so written that a NaN stays one. What moves
// towards y, or comes back from it, passes where y is above 0.
#define RECTIFIED(value) (rectifies && (value) < 0 ? 0 : (value))
#define PASSING(value) (rectifies && !(y[i] > 0) ? 0 : (value))

#define INLINE static inline __attribute__((always_inline))

// Calls FUNCTION with n.rectifies and IS_THERE as constants, so that no loop tests them.
#define FOR_BOTH(FUNCTION, IS_THERE, ...)                                                          \
    if (n.rectifies) {                                                                             \
        if (IS_THERE)                                                                              \
            FUNCTION(true, true, __VA_ARGS__);                                                     \
        else                                                                                       \
            FUNCTION(true, false, __VA_ARGS__);                                                    \
    } else {                                                                                       \
        if (IS_THERE)                                                                              \
            FUNCTION(false, true, __VA_ARGS__);                                                    \
        else                                                                                       \
            FUNCTION(false, false, __VA_ARGS__);                                                   \
    }

#define DEFINE(T, X, ROOT)                                                                         \
    INLINE void outputs_##X(const bool rectifies, const bool adds, hyperfed_group_norm_shape n,    \
                            const T *restrict x, const T *restrict scale, const T *restrict shift, \
                            const T *restrict added, T *restrict y, const T *restrict mean,        \
                            const T *restrict r) {                                                 \
        EACH({                                                                                     \
            T normal = scale[c] * Z + shift[c];                                                    \
            if (adds) normal += added[i];                                                          \
            y[i] = RECTIFIED(normal);                                                              \
        })                                                                                         \
    }                                                                                              \
    TYPED_KERNEL void hyperfed_group_norm_##X(                                                     \
        hyperfed_group_norm_shape n, const T *restrict x, const T *restrict scale,                 \
        const T *restrict shift, const T *restrict added, T *restrict y, T *restrict moments,      \
        long batch, T *restrict workspace) {                                                       \
        const long w = n.channels;                                                                 \
        T *restrict mean = workspace, *restrict r = mean + w, *restrict sum = r + w;               \
        for (long s = 0; s < batch; s++, x += n.pixels * w, y += n.pixels * w) {                   \
            ZERO(sum, w);                                                                          \
            EACH(sum[c] += x[i])                                                                   \
            SPREAD(T, mean, sum[c])                                                                \
            ZERO(sum, w);                                                                          \
            EACH(sum[c] += (x[i] - mean[c]) * (x[i] - mean[c]))                                    \
            SPREAD(T, r, sum[c])                                                                   \
            for (long c = 0; c < w; c++) r[c] = 1 / ROOT(r[c] + (T)1e-5);                          \
            KEEP(mean, r, moments)                                                                 \
            FOR_BOTH(outputs_##X, added, n, x, scale, shift, added, y, mean, r)                    \
            if (added) added += n.pixels * w;                                                      \
        }                                                                                          \
    }                                                                                              \
    INLINE void sums_##X(const bool rectifies, const bool adds, hyperfed_group_norm_shape n,       \
                         const T *restrict x, const T *restrict y, const T *restrict dy,           \
                         T *restrict dadded, const T *restrict mean, const T *restrict r,          \
                         T *restrict d, T *restrict dz) {                                          \
        EACH({                                                                                     \
            const T passing = PASSING(dy[i]);                                                      \
            d[c] += passing;                                                                       \
            dz[c] += passing * Z;                                                                  \
            if (adds) dadded[i] = passing;                                                         \
        })                                                                                         \
    }                                                                                              \
    INLINE void inputs_##X(const bool rectifies, const bool adds, hyperfed_group_norm_shape n,     \
                           const T *restrict x, const T *restrict scale, const T *restrict y,      \
                           const T *restrict dy, T *restrict dx, const T *restrict mean,           \
                           const T *restrict r, const T *restrict a, const T *restrict b) {        \
        EACH(dx[i] = r[c] * (scale[c] * PASSING(dy[i]) - a[c] - Z * b[c]))                         \
    }                                                                                              \
    TYPED_KERNEL void hyperfed_group_norm_gradient_##X(                                            \
        hyperfed_group_norm_shape n, const T *restrict x, const T *restrict moments,               \
        const T *restrict scale, const T *restrict y, const T *restrict dy, T *restrict dscale,    \
        T *restrict dshift, T *restrict dx, T *restrict dadded, long batch,                        \
        T *restrict workspace) {                                                                   \
        const long w = n.channels;                                                                 \
        T *restrict mean = workspace, *restrict r = mean + w, *restrict d = r + w,                 \
                    *restrict dz = d + w, *restrict a = dz + w, *restrict b = a + w;               \
        ZERO(dscale, w);                                                                           \
        ZERO(dshift, w);                                                                           \
        for (long s = 0; s < batch; s++) {                                                         \
            CHANNELS(mean, r, moments)                                                             \
            ZERO(d, w);                                                                            \
            ZERO(dz, w);                                                                           \
            FOR_BOTH(sums_##X, dadded, n, x, y, dy, dadded, mean, r, d, dz)                        \
            for (long c = 0; c < w; c++) dshift[c] += d[c], dscale[c] += dz[c];                    \
            if (dx) {                                                                              \
                SPREAD(T, a, scale[c] * d[c])                                                      \
                SPREAD(T, b, scale[c] * dz[c])                                                     \
                FOR_BOTH(inputs_##X, false, n, x, scale, y, dy, dx, mean, r, a, b)                 \
                dx += n.pixels * w;                                                                \
            }                                                                                      \
            x += n.pixels * w, y += n.pixels * w, dy += n.pixels * w;                              \
            if (dadded) dadded += n.pixels * w;                                                    \
        }                                                                                          \
    }                                                                                              \
    TYPED_KERNEL void hyperfed_group_norm_tangent_##X(                                             \
        hyperfed_group_norm_shape n, const T *restrict x, const T *restrict moments,               \
        const T *restrict scale, const T *restrict y, const T *restrict x_t,                       \
        const T *restrict scale_t, const T *restrict shift_t, const T *restrict added_t,           \
        T *restrict y_t, T *restrict moved, long batch, T *restrict workspace) {                   \
        const long w = n.channels;                                                                 \
        const bool rectifies = n.rectifies;                                                        \
        T *restrict mean = workspace, *restrict r = mean + w, *restrict mean_t = r + w,            \
                    *restrict moved_z = mean_t + w, *restrict sum = moved_z + w,                   \
                    *restrict sum_z = sum + w;                                                     \
        for (long s = 0; s < batch; s++) {                                                         \
            CHANNELS(mean, r, moments)                                                             \
            ZERO(sum, w);                                                                          \
            ZERO(sum_z, w);                                                                        \
            if (x_t) EACH((sum[c] += x_t[i], sum_z[c] += x_t[i] * Z))                              \
            SPREAD(T, mean_t, sum[c])                                                              \
            SPREAD(T, moved_z, sum_z[c])                                                           \
            KEEP(mean_t, moved_z, moved)                                                           \
            EACH({                                                                                 \
                const T normal_t = scale_t[c] * Z + scale[c] * Z_T + shift_t[c];                   \
                y_t[i] = PASSING(added_t ? normal_t + added_t[i] : normal_t);                      \
            })                                                                                     \
            x += n.pixels * w, y += n.pixels * w, y_t += n.pixels * w;                             \
            if (x_t) x_t += n.pixels * w;                                                          \
            if (added_t) added_t += n.pixels * w;                                                  \
        }                                                                                          \
    }                                                                                              \
    TYPED_KERNEL void hyperfed_group_norm_gradient_tangent_##X(                                    \
        hyperfed_group_norm_shape n, const T *restrict x, const T *restrict moments,               \
        const T *restrict moved, const T *restrict scale, const T *restrict y,                     \
        const T *restrict x_t, const T *restrict scale_t, const T *restrict dy,                    \
        const T *restrict dy_t, T *restrict dscale_t, T *restrict dshift_t, T *restrict dx_t,      \
        T *restrict dadded_t, long batch, T *restrict workspace) {                                 \
        const long w = n.channels;                                                                 \
        const bool rectifies = n.rectifies;                                                        \
        T *restrict mean = workspace, *restrict r = mean + w, *restrict mean_t = r + w,            \
                    *restrict moved_z = mean_t + w, *restrict d = moved_z + w,                     \
                    *restrict dz = d + w, *restrict a = dz + w, *restrict b = a + w,               \
                    *restrict a_t = b + w, *restrict b_t = a_t + w;                                \
        ZERO(dscale_t, w);                                                                         \
        ZERO(dshift_t, w);                                                                         \
        for (long s = 0; s < batch; s++) {                                                         \
            CHANNELS(mean, r, moments)                                                             \
            CHANNELS(mean_t, moved_z, moved)                                                       \
            ZERO(d, w);                                                                            \
            ZERO(dz, w);                                                                           \
            ZERO(a_t, w);                                                                          \
            ZERO(b_t, w);                                                                          \
            EACH({                                                                                 \
                const T passing = PASSING(dy[i]), passing_t = PASSING(dy_t[i]);                    \
                d[c] += passing;                                                                   \
                dz[c] += passing * Z;                                                              \
                a_t[c] += passing_t;                                                               \
                b_t[c] += passing_t * Z + passing * Z_T;                                           \
            })                                                                                     \
            if (dadded_t) EACH(dadded_t[i] = PASSING(dy_t[i]))                                     \
            for (long c = 0; c < w; c++) dshift_t[c] += a_t[c], dscale_t[c] += b_t[c];             \
            if (dx_t) {                                                                            \
                SPREAD(T, a, scale[c] * d[c])                                                      \
                SPREAD(T, b, scale[c] * dz[c])                                                     \
                SPREAD(T, a_t, scale_t[c] * d[c] + scale[c] * a_t[c])                              \
                SPREAD(T, b_t, scale_t[c] * dz[c] + scale[c] * b_t[c])                             \
                /* The tangent of r is -r^2 times the mean of z x'. */                             \
                EACH({                                                                             \
                    const T passing = PASSING(dy[i]), passing_t = PASSING(dy_t[i]);                \
                    dx_t[i] = r[c]                                                                 \
                        * (scale_t[c] * passing + scale[c] * passing_t - a_t[c] - Z_T * b[c]       \
                           - Z * b_t[c]                                                            \
                           - r[c] * moved_z[c] * (scale[c] * passing - a[c] - Z * b[c]));          \
                })                                                                                 \
                dx_t += n.pixels * w;                                                              \
            }                                                                                      \
            x += n.pixels * w, y += n.pixels * w, dy += n.pixels * w, dy_t += n.pixels * w;        \
            if (x_t) x_t += n.pixels * w;                                                          \
            if (dadded_t) dadded_t += n.pixels * w;                                                \
        }                                                                                          \
    }

DEFINE(float, f, sqrtf)
DEFINE(double, d, sqrt)

KERNEL(void, group_norm, (n, x, scale, shift, added, y, moments, batch, workspace),
       hyperfed_group_norm_shape n, const void *x, const void *scale, const void *shift,
       const void *added, void *y, void *moments, long batch, void *workspace)
KERNEL(void, group_norm_gradient, (n, x, moments, scale, y, dy, dscale, dshift, dx, dadded, batch,
       workspace),
       hyperfed_group_norm_shape n, const void *x, const void *moments, const void *scale,
       const void *y, const void *dy, void *dscale, void *dshift, void *dx, void *dadded,
       long batch, void *workspace)
KERNEL(void, group_norm_tangent, (n, x, moments, scale, y, x_t, scale_t, shift_t, added_t, y_t,
       moved, batch, workspace),
       hyperfed_group_norm_shape n, const void *x, const void *moments, const void *scale,
       const void *y, const void *x_t, const void *scale_t, const void *shift_t,
       const void *added_t, void *y_t, void *moved, long batch, void *workspace)
KERNEL(void, group_norm_gradient_tangent, (n, x, moments, moved, scale, y, x_t, scale_t, dy, dy_t,
       dscale_t, dshift_t, dx_t, dadded_t, batch, workspace),
       hyperfed_group_norm_shape n, const void *x, const void *moments, const void *moved,
       const void *scale, const void *y, const void *x_t, const void *scale_t, const void *dy,
       const void *dy_t, void *dscale_t, void *dshift_t, void *dx_t, void *dadded_t, long batch,
       void *workspace)
