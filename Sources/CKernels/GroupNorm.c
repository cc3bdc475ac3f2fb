// Group normalization and its derivatives. Sums over the pixels run channel by channel in the
// scalar's precision, one chain of additions each; sums over a group's channels in double.
//
// Loops run over the pixels of a block of channels whose sums are in registers: 64 bytes of
// channels, and one by one what is left.
#include "CKernels.h"
#include "Multiversion.h"
#include <math.h>
#include <string.h>

#define BLOCKS(T, BYTES, ...)                                                                      \
    for (; c + (long)(BYTES / sizeof(T)) <= n.channels; c += BYTES / sizeof(T)) {                  \
        typedef T V __attribute__((vector_size(BYTES)));                                           \
        __VA_ARGS__                                                                                \
    }
// Runs the statements for each block of channels, from channel c on. V is the type of its numbers.
#define EACH_BLOCK(T, ...)                                                                         \
    do {                                                                                           \
        long c = 0;                                                                                \
        BLOCKS(T, 64, __VA_ARGS__)                                                                 \
        BLOCKS(T, sizeof(T), __VA_ARGS__)                                                          \
    } while (0)
// Runs the statements for each pixel of a block; the block's numbers begin at i.
#define EACH_PIXEL(...)                                                                            \
    for (long p = 0, i = c; p < n.pixels; p++, i += n.channels) { __VA_ARGS__ }

#define LOAD(p)                                                                                    \
    ({                                                                                             \
        V loaded;                                                                                  \
        memcpy(&loaded, (p), sizeof loaded);                                                       \
        loaded;                                                                                    \
    })
#define STORE(p, value)                                                                            \
    do {                                                                                           \
        const V stored = (value);                                                                  \
        memcpy((p), &stored, sizeof stored);                                                       \
    } while (0)
// `value` where the comparison of vectors holds, 0 elsewhere.
#define WHERE(comparison, value) ((V)((__typeof__(comparison))(value) & (comparison)))

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

// z and its tangent at i.
#define Z ((LOAD(x + i) - LOAD(mean + c)) * LOAD(r + c))
#define Z_T                                                                                        \
    (LOAD(r + c)                                                                                   \
     * ((x_t ? LOAD(x_t + i) : (V){0}) - LOAD(mean_t + c) - z * LOAD(moved_z + c)))

// A ReLU after the normalization, by its result; so written that a NaN stays one. What moves
// towards y, or comes back from it, passes where y is above 0.
#define RECTIFIED(value) (rectifies ? WHERE(~((value) < 0), value) : (value))
#define PASSING(value) (rectifies ? WHERE(LOAD(y + i) > 0, value) : (value))

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
        EACH_BLOCK(T, EACH_PIXEL({                                                                 \
            V normal = LOAD(scale + c) * Z + LOAD(shift + c);                                      \
            if (adds) normal += LOAD(added + i);                                                   \
            STORE(y + i, RECTIFIED(normal));                                                       \
        }));                                                                                       \
    }                                                                                              \
    TYPED_KERNEL void hyperfed_group_norm_##X(                                                     \
        hyperfed_group_norm_shape n, const T *restrict x, const T *restrict scale,                 \
        const T *restrict shift, const T *restrict added, T *restrict y, T *restrict moments,      \
        long batch, T *restrict workspace) {                                                       \
        const long w = n.channels;                                                                 \
        T *restrict mean = workspace, *restrict r = mean + w, *restrict sum = r + w;               \
        for (long s = 0; s < batch; s++, x += n.pixels * w, y += n.pixels * w) {                   \
            EACH_BLOCK(T, {                                                                        \
                V total = {0};                                                                     \
                EACH_PIXEL(total += LOAD(x + i);)                                                  \
                STORE(sum + c, total);                                                             \
            });                                                                                    \
            SPREAD(T, mean, sum[c])                                                                \
            EACH_BLOCK(T, {                                                                        \
                V total = {0};                                                                     \
                const V middle = LOAD(mean + c);                                                   \
                EACH_PIXEL(total += (LOAD(x + i) - middle) * (LOAD(x + i) - middle);)              \
                STORE(sum + c, total);                                                             \
            });                                                                                    \
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
        EACH_BLOCK(T, {                                                                            \
            V sum = {0}, sum_z = {0};                                                              \
            EACH_PIXEL({                                                                           \
                const V passing = PASSING(LOAD(dy + i));                                           \
                sum += passing;                                                                    \
                sum_z += passing * Z;                                                              \
                if (adds) STORE(dadded + i, passing);                                              \
            })                                                                                     \
            STORE(d + c, sum);                                                                     \
            STORE(dz + c, sum_z);                                                                  \
        });                                                                                        \
    }                                                                                              \
    INLINE void inputs_##X(const bool rectifies, const bool adds, hyperfed_group_norm_shape n,     \
                           const T *restrict x, const T *restrict scale, const T *restrict y,      \
                           const T *restrict dy, T *restrict dx, const T *restrict mean,           \
                           const T *restrict r, const T *restrict a, const T *restrict b) {        \
        EACH_BLOCK(T, EACH_PIXEL({                                                                 \
            const V passing = PASSING(LOAD(dy + i));                                               \
            STORE(dx + i,                                                                          \
                  LOAD(r + c) * (LOAD(scale + c) * passing - LOAD(a + c) - Z * LOAD(b + c)));      \
        }));                                                                                       \
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
            EACH_BLOCK(T, {                                                                        \
                V total = {0}, total_z = {0};                                                      \
                if (x_t)                                                                           \
                    EACH_PIXEL(total += LOAD(x_t + i); total_z += LOAD(x_t + i) * Z;)              \
                STORE(sum + c, total);                                                             \
                STORE(sum_z + c, total_z);                                                         \
            });                                                                                    \
            SPREAD(T, mean_t, sum[c])                                                              \
            SPREAD(T, moved_z, sum_z[c])                                                           \
            KEEP(mean_t, moved_z, moved)                                                           \
            EACH_BLOCK(T, EACH_PIXEL({                                                             \
                const V z = Z;                                                                     \
                V normal_t = LOAD(scale_t + c) * z + LOAD(scale + c) * Z_T + LOAD(shift_t + c);    \
                if (added_t) normal_t += LOAD(added_t + i);                                        \
                STORE(y_t + i, PASSING(normal_t));                                                 \
            }));                                                                                   \
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
            EACH_BLOCK(T, {                                                                        \
                V sum = {0}, sum_z = {0}, sum_t = {0}, sum_z_t = {0};                              \
                EACH_PIXEL({                                                                       \
                    const V z = Z;                                                                 \
                    const V passing = PASSING(LOAD(dy + i)), passing_t = PASSING(LOAD(dy_t + i));  \
                    sum += passing;                                                                \
                    sum_z += passing * z;                                                          \
                    sum_t += passing_t;                                                            \
                    sum_z_t += passing_t * z + passing * Z_T;                                      \
                    if (dadded_t) STORE(dadded_t + i, passing_t);                                  \
                })                                                                                 \
                STORE(d + c, sum);                                                                 \
                STORE(dz + c, sum_z);                                                              \
                STORE(a_t + c, sum_t);                                                             \
                STORE(b_t + c, sum_z_t);                                                           \
            });                                                                                    \
            for (long c = 0; c < w; c++) dshift_t[c] += a_t[c], dscale_t[c] += b_t[c];             \
            if (dx_t) {                                                                            \
                SPREAD(T, a, scale[c] * d[c])                                                      \
                SPREAD(T, b, scale[c] * dz[c])                                                     \
                SPREAD(T, a_t, scale_t[c] * d[c] + scale[c] * a_t[c])                              \
                SPREAD(T, b_t, scale_t[c] * dz[c] + scale[c] * b_t[c])                             \
                /* The tangent of r is -r^2 times the mean of z x'. */                             \
                EACH_BLOCK(T, EACH_PIXEL({                                                         \
                    const V z = Z, root = LOAD(r + c), mean_z = LOAD(b + c);                       \
                    const V passing = PASSING(LOAD(dy + i)), passing_t = PASSING(LOAD(dy_t + i));  \
                    const V inner = LOAD(scale + c) * passing - LOAD(a + c) - z * mean_z;          \
                    STORE(dx_t + i,                                                                \
                          root                                                                     \
                              * (LOAD(scale_t + c) * passing + LOAD(scale + c) * passing_t         \
                                 - LOAD(a_t + c) - Z_T * mean_z - z * LOAD(b_t + c)                \
                                 - root * LOAD(moved_z + c) * inner));                             \
                }));                                                                               \
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
