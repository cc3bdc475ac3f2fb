// The gradients of a convolution where most of dy is zero, as it is below max-pooling: of a 2 x 2
// window one number passes, and of those a ReLU stops half. Skipping the zeros makes 4 to 8 times
// fewer multiply-adds, still in whole vectors: each number of dy meets the taps of its filter (for
// dx) or the part of the image under them (for dk), and a kernel's row of either is contiguous.
//
//     dk[f, i] = the sum over pixels o of dy[o, f] times the line of x that meets row i at o
//     dx, the line of it that meets row i at o, += the sum over f of dy[o, f] k[f, i]
//
// Both sum lines, scaled, in registers: see TILE. Each element of dk and of dx is one chain of
// fused multiply-adds in the order of the pixels, and of the filters at a pixel. That is the chain
// of the dense kind without its terms that are 0.
#include "CKernels.h"
#include "ConvolutionTiles.h"
#include "Multiversion.h"

#if defined(__x86_64__)
#include <immintrin.h>

// The numbers of a sample's dy that are not zero, in groups: those of group g are starts[g] to
// starts[g + 1].
typedef struct {
    int *starts, *offsets;
    float *values;
} groups;

// LINES lines of VECTORS * WIDTH sums, `sum_line` apart, += the lines at x + offset, `x_line`
// apart, times the values.
#define TILE(NAME, ATTRIBUTE, WIDTH, LINES, VECTORS)                                               \
    ATTRIBUTE static void NAME(const int *offsets, const float *values, long count,                \
                               const float *x, long x_line, float *sums, long sum_line) {          \
        typedef float vector __attribute__((vector_size(4 * WIDTH)));                              \
        vector sum[LINES][VECTORS], row;                                                           \
        for (int l = 0; l < LINES; l++)                                                            \
            for (int v = 0; v < VECTORS; v++)                                                      \
                memcpy(&sum[l][v], sums + l * sum_line + v * WIDTH, sizeof row);                   \
        for (long i = 0; i < count; i++) {                                                         \
            const float *at = x + offsets[i];                                                      \
            const float value = values[i];                                                         \
            _Pragma("unroll") for (int l = 0; l < LINES; l++)                                      \
                for (int v = 0; v < VECTORS; v++) {                                                \
                    memcpy(&row, at + l * x_line + v * WIDTH, sizeof row);                         \
                    sum[l][v] += value * row;                                                      \
                }                                                                                  \
        }                                                                                          \
        /* In this order: a line's end may lie over the next line's beginning. */                  \
        for (int l = 0; l < LINES; l++)                                                            \
            for (int v = 0; v < VECTORS; v++)                                                      \
                memcpy(sums + l * sum_line + v * WIDTH, &sum[l][v], sizeof row);                   \
    }

enum { MOST = 12 };  // vectors per tile

#define TILES(NAME, ATTRIBUTE, WIDTH)                                                              \
    TILE(NAME##_1_1, ATTRIBUTE, WIDTH, 1, 1)                                                       \
    TILE(NAME##_1_2, ATTRIBUTE, WIDTH, 1, 2)                                                       \
    TILE(NAME##_1_3, ATTRIBUTE, WIDTH, 1, 3)                                                       \
    TILE(NAME##_1_4, ATTRIBUTE, WIDTH, 1, 4)                                                       \
    TILE(NAME##_1_5, ATTRIBUTE, WIDTH, 1, 5)                                                       \
    TILE(NAME##_1_6, ATTRIBUTE, WIDTH, 1, 6)                                                       \
    TILE(NAME##_1_7, ATTRIBUTE, WIDTH, 1, 7)                                                       \
    TILE(NAME##_1_8, ATTRIBUTE, WIDTH, 1, 8)                                                       \
    TILE(NAME##_1_9, ATTRIBUTE, WIDTH, 1, 9)                                                       \
    TILE(NAME##_1_10, ATTRIBUTE, WIDTH, 1, 10)                                                     \
    TILE(NAME##_1_11, ATTRIBUTE, WIDTH, 1, 11)                                                     \
    TILE(NAME##_1_12, ATTRIBUTE, WIDTH, 1, 12)                                                     \
    TILE(NAME##_3_1, ATTRIBUTE, WIDTH, 3, 1)                                                       \
    TILE(NAME##_3_2, ATTRIBUTE, WIDTH, 3, 2)                                                       \
    TILE(NAME##_3_3, ATTRIBUTE, WIDTH, 3, 3)                                                       \
    TILE(NAME##_3_4, ATTRIBUTE, WIDTH, 3, 4)                                                       \
    TILE(NAME##_5_1, ATTRIBUTE, WIDTH, 5, 1)                                                       \
    TILE(NAME##_5_2, ATTRIBUTE, WIDTH, 5, 2)                                                       \
    static const tile NAME[MOST] = {NAME##_1_1, NAME##_1_2,  NAME##_1_3,  NAME##_1_4,              \
                                    NAME##_1_5, NAME##_1_6,  NAME##_1_7,  NAME##_1_8,              \
                                    NAME##_1_9, NAME##_1_10, NAME##_1_11, NAME##_1_12};            \
    static const tile NAME##_of_3[4] = {NAME##_3_1, NAME##_3_2, NAME##_3_3, NAME##_3_4};           \
    static const tile NAME##_of_5[2] = {NAME##_5_1, NAME##_5_2};

typedef void (*tile)(const int *, const float *, long, const float *, long, float *, long);
TILES(wide, FOR_AVX512, 16)
TILES(narrow, FOR_AVX2, 8)

// How a kernel's row is cut: `chunks` chunks of `chunk` numbers, of `lines` rows at once.
typedef struct {
    long lines, chunks, chunk;
    tile tile;
} cut;

static cut cut_for(hyperfed_convolution c, bool is_wide) {
    const long width = is_wide ? 16 : 8;
    const long vectors = (c.kernel * c.channels + width - 1) / width;
    const long chunks = (vectors + MOST - 1) / MOST, each = (vectors + chunks - 1) / chunks;
    cut cut = {1, chunks, each * width, (is_wide ? wide : narrow)[each - 1]};
    // With few sums per row, rows are taken together: one sum alone waits for each addition.
    if (chunks == 1 && c.kernel == 3 && each <= 4)
        cut.lines = 3, cut.tile = (is_wide ? wide_of_3 : narrow_of_3)[each - 1];
    if (chunks == 1 && c.kernel == 5 && each <= 2)
        cut.lines = 5, cut.tile = (is_wide ? wide_of_5 : narrow_of_5)[each - 1];
    return cut;
}

// Appends the numbers of a row that are not zero, with their indices; returns how many there are
// then. May write 15 numbers more.
FOR_AVX512 static int append_wide(const float *row, long count, int *indices, float *values,
                                  int filled) {
    const __m512i lanes = _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
    for (long i = 0; i < count; i += 16) {
        const __mmask16 inside = count - i < 16 ? (__mmask16)((1u << (count - i)) - 1) : 0xffff;
        const __m512 numbers = _mm512_maskz_loadu_ps(inside, row + i);
        const __mmask16 mask = _mm512_cmp_ps_mask(numbers, _mm512_setzero_ps(), _CMP_NEQ_UQ);
        _mm512_storeu_ps(values + filled, _mm512_maskz_compress_ps(mask, numbers));
        const __m512i index = _mm512_add_epi32(lanes, _mm512_set1_epi32((int)i));
        _mm512_storeu_si512(indices + filled, _mm512_maskz_compress_epi32(mask, index));
        filled += __builtin_popcount(mask);
    }
    return filled;
}

static int append(const float *row, long count, int *indices, float *values, int filled) {
    if (hyperfed_is_wide()) return append_wide(row, count, indices, values, filled);
    for (long i = 0; i < count; i++) {
        indices[filled] = (int)i;
        values[filled] = row[i];
        filled += row[i] != 0;
    }
    return filled;
}

// Whether more than `limit` of the numbers are not zero.
#define NONZERO(NAME, ATTRIBUTE)                                                                   \
    ATTRIBUTE static bool NAME(const float *x, long count, long limit) {                           \
        enum { PART = 4096 };                                                                      \
        long sum = 0;                                                                              \
        for (long first = 0; first < count && sum <= limit; first += PART) {                       \
            const long last = count - first < PART ? count : first + PART;                         \
            for (long i = first; i < last; i++) sum += x[i] != 0;                                  \
        }                                                                                          \
        return sum > limit;                                                                        \
    }
NONZERO(nonzero_wide, FOR_AVX512)
NONZERO(nonzero_narrow, FOR_AVX2)

// Whether skipping pays: measured, a multiply-add of this kind takes up to 3 times as long as one
// of the dense kind, and rows that are no whole vectors are filled up with zeros. Each CPU decides
// as one with AVX-512: where a weight is infinite, the two ways differ. With a stride, neighbouring
// lines of x meet different rows of the kernel, and only the dense kind is there.
static bool is_sparse(hyperfed_convolution c, const float *dy, long batch) {
    if (c.stride != 1) return false;
    const cut cut = cut_for(c, true);
    const long count = batch * hyperfed_output_height(c) * hyperfed_output_width(c) * c.filters;
    const long limit = count * c.kernel * c.channels / (3 * cut.chunks * cut.chunk);
    return !(hyperfed_is_wide() ? nonzero_wide : nonzero_narrow)(dy, count, limit);
}

// A sample's groups by pixel; offsets are filters.
static void by_pixel(groups out, const float *dy, long pixels, long filters) {
    out.starts[0] = 0;
    for (long p = 0; p < pixels; p++)
        out.starts[p + 1] =
            append(dy + p * filters, filters, out.offsets, out.values, out.starts[p]);
}

// The same by filter; offsets are where the pixels' windows begin in the bordered sample.
static void by_filter(groups in, groups out, long pixels, long filters, long width, bordered b) {
    memset(out.starts, 0, (size_t)(filters + 2) * sizeof *out.starts);
    const int count = in.starts[pixels];
    // Two places on, so that filling in leaves the starts behind.
    for (int i = 0; i < count; i++) out.starts[in.offsets[i] + 2]++;
    for (long f = 0; f < filters; f++) out.starts[f + 2] += out.starts[f + 1];
    for (long p = 0; p < pixels; p++) {
        const int place = (int)(p / width * line(b) + p % width * b.channels);
        for (int i = in.starts[p]; i < in.starts[p + 1]; i++) {
            const int to = out.starts[in.offsets[i] + 1]++;
            out.offsets[to] = place;
            out.values[to] = in.values[i];
        }
    }
}

// Reserves groups for `count` numbers in the workspace.
static groups take(float **workspace, long count, long groups_count) {
    groups out;
    out.starts = (int *)*workspace;
    out.offsets = out.starts + whole(groups_count + 2);
    out.values = (float *)(out.offsets + whole(count + 16));
    *workspace = out.values + whole(count + 16);
    return out;
}

long hyperfed_sparse_workspace(hyperfed_convolution c) {
    const bordered in = input_of(c);
    const long pixels = hyperfed_output_height(c) * hyperfed_output_width(c);
    const long count = pixels * c.filters;
    // A padded row is at most twice as long, or one vector.
    const long padded = c.filters * c.kernel * (2 * c.kernel * c.channels + 16);
    return whole(size(in) + SLACK) + whole(padded) + 4 * whole(count + 16) + whole(pixels + 2)
        + whole(c.filters + 2);
}

int hyperfed_sparse_kernel_gradient(hyperfed_convolution c, const float *x, const float *dy,
                                    float *dk, long batch, int keep, float *workspace) {
    if (!is_sparse(c, dy, batch)) return 0;
    const cut cut = cut_for(c, hyperfed_is_wide());
    const bordered in = input_of(c);
    const long width = hyperfed_output_width(c), pixels = hyperfed_output_height(c) * width;
    const long row = cut.chunks * cut.chunk;
    float *image = workspace, *sums = image + whole(size(in) + SLACK);
    float *rest = sums + whole(c.filters * c.kernel * row);
    const groups pixel = take(&rest, pixels * c.filters, pixels);
    const groups filter = take(&rest, pixels * c.filters, c.filters);
    memset(sums, 0, (size_t)(c.filters * c.kernel * row) * sizeof *sums);
    clear(in, image);
    for (long n = 0; n < batch; n++) {
        enter(in, x + n * c.height * c.width * c.channels, image);
        by_pixel(pixel, dy + n * pixels * c.filters, pixels, c.filters);
        by_filter(pixel, filter, pixels, c.filters, width, in);
        for (long f = 0; f < c.filters; f++) {
            const int start = filter.starts[f], count = filter.starts[f + 1] - start;
            for (long i = 0; i < c.kernel; i += cut.lines)
                for (long k = 0; k < cut.chunks; k++)
                    cut.tile(filter.offsets + start, filter.values + start, count,
                             image + i * line(in) + k * cut.chunk, line(in),
                             sums + (f * c.kernel + i) * row + k * cut.chunk, row);
        }
    }
    const long taps = c.kernel * c.channels;
    for (long i = 0; i < c.filters * c.kernel; i++)
        for (long t = 0; t < taps; t++)
            dk[i * taps + t] = (keep ? dk[i * taps + t] : 0) + sums[i * row + t];
    return 1;
}

int hyperfed_sparse_input_gradient(hyperfed_convolution c, const float *dy, const float *k,
                                   float *dx, long batch, int keep, float *workspace) {
    if (!is_sparse(c, dy, batch)) return 0;
    const cut cut = cut_for(c, hyperfed_is_wide());
    const bordered in = input_of(c);
    const long width = hyperfed_output_width(c), pixels = hyperfed_output_height(c) * width;
    const long row = cut.chunks * cut.chunk, taps = c.kernel * c.channels;
    float *image = workspace, *padded = image + whole(size(in) + SLACK);
    float *rest = padded + whole(c.filters * c.kernel * row);
    const groups pixel = take(&rest, pixels * c.filters, pixels);
    // Zeros at the end of each row: what lies there in the image is added to.
    for (long i = 0; i < c.filters * c.kernel; i++) {
        memcpy(padded + i * row, k + i * taps, (size_t)taps * sizeof *padded);
        memset(padded + i * row + taps, 0, (size_t)(row - taps) * sizeof *padded);
    }
    const long across = c.width * c.channels;
    for (long n = 0; n < batch; n++) {
        by_pixel(pixel, dy + n * pixels * c.filters, pixels, c.filters);
        for (int i = 0; i < pixel.starts[pixels]; i++)
            pixel.offsets[i] *= (int)(c.kernel * row);
        clear(in, image);
        // A number of dx meets one row of the kernel in each line of dy, and one chunk of it at
        // each pixel. So its sum runs over the pixels in their order, as the dense one does.
        for (long line_start = 0; line_start < pixels; line_start += width)
            for (long i = 0; i < c.kernel; i += cut.lines)
                for (long j = cut.chunks - 1; j >= 0; j--)
                    for (long p = line_start; p < line_start + width; p++) {
                        const int start = pixel.starts[p], count = pixel.starts[p + 1] - start;
                        float *at = image + (p / width + i) * line(in) + p % width * c.channels;
                        if (count)
                            cut.tile(pixel.offsets + start, pixel.values + start, count,
                                     padded + i * row + j * cut.chunk, row, at + j * cut.chunk,
                                     line(in));
                    }
        for (long r = 0; r < c.height; r++) {
            const float *from = image + (r + c.above) * line(in) + c.above * c.channels;
            float *to = dx + (n * c.height + r) * across;
            for (long i = 0; i < across; i++) to[i] = (keep ? to[i] : 0) + from[i];
        }
    }
    return 1;
}

#else

long hyperfed_sparse_workspace(hyperfed_convolution c) { return 0; }
int hyperfed_sparse_kernel_gradient(hyperfed_convolution c, const float *x, const float *dy,
                                    float *dk, long batch, int keep, float *workspace) {
    return 0;
}
int hyperfed_sparse_input_gradient(hyperfed_convolution c, const float *dy, const float *k,
                                   float *dx, long batch, int keep, float *workspace) {
    return 0;
}

#endif
