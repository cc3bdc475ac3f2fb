// Convolution in plain loops, for double, and the choice between the tiled versions in float.
#include "CKernels.h"
#include "ConvolutionTiles.h"
#include "Multiversion.h"

// Calls BODY for each pixel (o, p) of each sample n and each place (i, j) of the kernel that meets
// the image there, at (row, column): `in` is where the image's channels begin there, `out` where
// the pixel's filters do.
#define EACH_MEETING(c, batch, BODY)                                                               \
    for (long n = 0; n < (batch); n++)                                                             \
        for (long o = 0; o < hyperfed_output_height(c); o++)                                       \
            for (long p = 0; p < hyperfed_output_width(c); p++)                                    \
                for (long i = 0; i < (c).kernel; i++)                                              \
                    for (long j = 0; j < (c).kernel; j++) {                                        \
                        const long row = o * (c).stride + i - (c).above;                           \
                        const long column = p * (c).stride + j - (c).above;                        \
                        if (row < 0 || row >= (c).height || column < 0 || column >= (c).width)     \
                            continue;                                                              \
                        const long in = ((n * (c).height + row) * (c).width + column)              \
                            * (c).channels;                                                        \
                        const long out = ((n * hyperfed_output_height(c) + o)                      \
                                          * hyperfed_output_width(c) + p) * (c).filters;           \
                        for (long f = 0; f < (c).filters; f++) {                                   \
                            const long tap = ((f * (c).kernel + i) * (c).kernel + j)               \
                                * (c).channels;                                                    \
                            BODY                                                                   \
                        }                                                                          \
                    }

MULTIVERSION static void convolve_d(hyperfed_convolution c, const double *restrict x,
                                    const double *restrict k, const double *restrict bias,
                                    double *restrict y, long batch, int keep) {
    const long pixels = batch * hyperfed_output_height(c) * hyperfed_output_width(c);
    if (!keep)
        for (long p = 0; p < pixels; p++)
            for (long f = 0; f < c.filters; f++) y[p * c.filters + f] = bias ? bias[f] : 0;
    EACH_MEETING(c, batch, {
        double sum = 0;
        for (long t = 0; t < c.channels; t++) sum += k[tap + t] * x[in + t];
        y[out + f] += sum;
    })
}

MULTIVERSION static void kernel_gradient_d(hyperfed_convolution c, const double *restrict x,
                                           const double *restrict dy, double *restrict dk,
                                           long batch, int keep) {
    const long count = c.filters * c.kernel * c.kernel * c.channels;
    for (long t = 0; t < count && !keep; t++) dk[t] = 0;
    EACH_MEETING(c, batch, {
        for (long t = 0; t < c.channels; t++) dk[tap + t] += dy[out + f] * x[in + t];
    })
}

MULTIVERSION static void input_gradient_d(hyperfed_convolution c, const double *restrict dy,
                                          const double *restrict k, double *restrict dx,
                                          long batch, int keep) {
    const long count = batch * c.height * c.width * c.channels;
    for (long t = 0; t < count && !keep; t++) dx[t] = 0;
    EACH_MEETING(c, batch, {
        for (long t = 0; t < c.channels; t++) dx[in + t] += dy[out + f] * k[tap + t];
    })
}

static long convolution_workspace(hyperfed_convolution c) {
    const long dense = hyperfed_dense_workspace(c), sparse = hyperfed_sparse_workspace(c);
    return dense > sparse ? dense : sparse;
}

static void hyperfed_convolve_f(hyperfed_convolution c, const float *x, const float *k,
                                const float *bias, float *y, long batch, int keep,
                                float *workspace) {
    hyperfed_dense_convolve(c, x, k, bias, y, batch, keep, workspace);
}

static void hyperfed_convolve_kernel_gradient_f(hyperfed_convolution c, const float *x,
                                                const float *dy, float *dk, long batch, int keep,
                                                float *workspace) {
    if (!hyperfed_sparse_kernel_gradient(c, x, dy, dk, batch, keep, workspace))
        hyperfed_dense_kernel_gradient(c, x, dy, dk, batch, keep, workspace);
}

static void hyperfed_convolve_input_gradient_f(hyperfed_convolution c, const float *dy,
                                               const float *k, float *dx, long batch, int keep,
                                               float *workspace) {
    if (!hyperfed_sparse_input_gradient(c, dy, k, dx, batch, keep, workspace))
        hyperfed_dense_input_gradient(c, dy, k, dx, batch, keep, workspace);
}

static void hyperfed_convolve_d(hyperfed_convolution c, const double *x, const double *k,
                                const double *bias, double *y, long batch, int keep,
                                double *workspace) {
    convolve_d(c, x, k, bias, y, batch, keep);
}

static void hyperfed_convolve_kernel_gradient_d(hyperfed_convolution c, const double *x,
                                                const double *dy, double *dk, long batch, int keep,
                                                double *workspace) {
    kernel_gradient_d(c, x, dy, dk, batch, keep);
}

static void hyperfed_convolve_input_gradient_d(hyperfed_convolution c, const double *dy,
                                               const double *k, double *dx, long batch, int keep,
                                               double *workspace) {
    input_gradient_d(c, dy, k, dx, batch, keep);
}

KERNEL(void, convolve, (c, x, k, bias, y, batch, keep, workspace),
       hyperfed_convolution c, const void *x, const void *k, const void *bias, void *y,
       long batch, bool keep, void *workspace)
KERNEL(void, convolve_kernel_gradient, (c, x, dy, dk, batch, keep, workspace),
       hyperfed_convolution c, const void *x, const void *dy, void *dk, long batch, bool keep,
       void *workspace)
KERNEL(void, convolve_input_gradient, (c, dy, k, dx, batch, keep, workspace),
       hyperfed_convolution c, const void *dy, const void *k, void *dx, long batch, bool keep,
       void *workspace)
FUNCTION(long, convolution_workspace, (c), hyperfed_convolution c)
