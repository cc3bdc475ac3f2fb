// Convolution as a matrix product whose first factor, (pixels, taps), is never written down.
//
// Tap (i, j, c) of pixel (o, p) is at (o, p) + (i, j, c) in the bordered sample: element (row,
// term) of the factor is x[place(row) + place(term)]. So one tile serves both ways: y sums over
// taps and has a row per pixel, dk sums over pixels and has a row per tap. dx is y of the bordered
// dy, with the filters turned around.
//
// With a stride s, row r of dx meets the rows i of the kernel with (r + above - i) divisible by s.
// So dx falls into s x s phases, each with taps of its own: a phase is a dx of stride 1.
//
// Each element is one chain of fused multiply-adds in the order of the terms: which tile computes
// it makes no difference, and samples do not meet except in dk.
#include "CKernels.h"
#include "ConvolutionTiles.h"
#include "Panels.h"

// Places: `lines` times `count` of them, `step` apart in a line, lines `line_step` apart.
typedef struct {
    long count, step, lines, line_step;
} walk;

// ROWS x (VECTORS * WIDTH) sums. b is (terms, columns): row t meets the term t.
#define TILE(NAME, ATTRIBUTE, WIDTH, ROWS, VECTORS)                                                \
    ATTRIBUTE static void NAME(const float *const *rows, walk terms, const float *b, long columns, \
                               const float *const *start, float *const *out) {                     \
        typedef float vector __attribute__((vector_size(4 * WIDTH)));                              \
        vector sum[ROWS][VECTORS], row[VECTORS];                                                   \
        const float *x[ROWS];                                                                      \
        _Pragma("unroll") for (int r = 0; r < ROWS; r++) {                                         \
            x[r] = rows[r];                                                                        \
            for (int v = 0; v < VECTORS; v++)                                                      \
                memcpy(&sum[r][v], start[r] + v * WIDTH, sizeof sum[r][v]);                        \
        }                                                                                          \
        for (long l = 0; l < terms.lines; l++) {                                                   \
            const long first = l * terms.line_step, last = first + terms.count * terms.step;       \
            for (long at = first; at < last; at += terms.step) {                                   \
                for (int v = 0; v < VECTORS; v++) memcpy(&row[v], b + v * WIDTH, sizeof row[v]);   \
                b += columns;                                                                      \
                _Pragma("unroll") for (int r = 0; r < ROWS; r++) {                                 \
                    const float scale = x[r][at];                                                  \
                    for (int v = 0; v < VECTORS; v++) sum[r][v] += scale * row[v];                 \
                }                                                                                  \
            }                                                                                      \
        }                                                                                          \
        _Pragma("unroll") for (int r = 0; r < ROWS; r++)                                           \
            for (int v = 0; v < VECTORS; v++)                                                      \
                memcpy(out[r] + v * WIDTH, &sum[r][v], sizeof sum[r][v]);                          \
    }

// out = start + the product, for one panel of VECTORS * WIDTH columns of which `width` exist. Tiles
// that stand out below or to the right are computed aside. `rows` walks x, `starts` start, `outs`
// out.
#define PANEL(NAME, ATTRIBUTE, WIDTH, ROWS, VECTORS)                                               \
    TILE(NAME##_tile, ATTRIBUTE, WIDTH, ROWS, VECTORS)                                             \
    ATTRIBUTE static void NAME(const float *x, walk rows, walk terms, const float *b,              \
                               long columns, const float *start, walk starts, float *out,          \
                               walk outs, long width) {                                            \
        const long count = rows.count * rows.lines;                                                \
        long line = 0, inside = 0;                                                                 \
        float aside[ROWS * VECTORS * WIDTH] = {0};                                                 \
        const float *at[ROWS], *from[ROWS];                                                        \
        float *to[ROWS], *own[ROWS];                                                               \
        for (long i = 0; i < ROWS; i++) own[i] = aside + i * VECTORS * WIDTH;                      \
        for (long r = 0; r < count; r += ROWS) {                                                   \
            const long height = count - r < ROWS ? count - r : ROWS;                               \
            for (long i = 0; i < ROWS; i++) {                                                      \
                at[i] = x;                                                                         \
                if (i >= height) continue;                                                         \
                at[i] += line * rows.line_step + inside * rows.step;                               \
                from[i] = start + line * starts.line_step + inside * starts.step;                  \
                to[i] = out + line * outs.line_step + inside * outs.step;                          \
                if (++inside == rows.count) inside = 0, line++;                                    \
            }                                                                                      \
            if (height == ROWS && width == VECTORS * WIDTH) {                                      \
                NAME##_tile(at, terms, b, columns, from, to);                                      \
                continue;                                                                          \
            }                                                                                      \
            for (long i = 0; i < height; i++) memcpy(own[i], from[i], (size_t)width * 4);          \
            NAME##_tile(at, terms, b, columns, (const float *const *)own, own);                    \
            for (long i = 0; i < height; i++) memcpy(to[i], own[i], (size_t)width * 4);            \
        }                                                                                          \
    }

typedef void (*panel)(const float *, walk, walk, const float *, long, const float *, walk, float *,
                      walk, long);

PANELS

// The panels of one kind of CPU: panels[v - 1] has v vectors.
typedef struct {
    long width, vectors;
    panel panels[4];
} kind;

static kind kind_for(long columns) {
    if (columns > 8 && hyperfed_is_wide()) return (kind){16, 4, {wide_1, wide_2, wide_3, wide_4}};
    return (kind){8, 2, {narrow_1, narrow_2}};
}

// The next panel's width in columns, out of those that are left (rounded up to whole vectors).
static long panel_width(kind kind, long left) {
    const long most = kind.vectors * kind.width;
    return left >= most ? most : (left + kind.width - 1) / kind.width * kind.width;
}

static const float zeros[64];

// A factor (terms, columns) in panels, each (terms, panel's width), with zeros where the last one
// stands out. The element (t, c) comes from source[c * column_step + place(t)].
static void pack(kind kind, const float *source, long column_step, walk terms, long columns,
                 float *out) {
    for (long c = 0; c < columns;) {
        const long width = panel_width(kind, columns - c);
        long t = 0;
        for (long l = 0; l < terms.lines; l++)
            for (long i = 0; i < terms.count; i++, t++) {
                const float *from = source + l * terms.line_step + i * terms.step;
                for (long w = 0; w < width; w++)
                    out[t * width + w] = c + w < columns ? from[(c + w) * column_step] : 0;
            }
        out += t * width;
        c += width;
    }
}

// What the sums begin with: zeros, the same row for each, or what `out` holds.
typedef struct {
    const float *first;
    walk places;
} beginning;

static beginning row(const float *row) { return (beginning){row ? row : zeros, {0}}; }

// out, (rows, columns), = the beginning + the product with a factor, whose panels follow each other
// if it is packed; else it is (terms, columns).
static void product(kind kind, const float *x, walk rows, walk terms, const float *factor,
                    bool is_packed, long columns, beginning start, float *out, walk outs) {
    for (long c = 0; c < columns;) {
        const long width = panel_width(kind, columns - c);
        const long exists = columns - c < width ? columns - c : width;
        kind.panels[width / kind.width - 1](
            x, rows, terms, factor, is_packed ? width : columns,
            start.first == zeros ? zeros : start.first + c, start.places, out + c, outs, exists);
        factor += is_packed ? terms.count * terms.lines * width : width;
        c += width;
    }
}

// The pixels of the output, and the taps of a filter, in the bordered input.
static walk pixels_of(hyperfed_convolution c) {
    return (walk){hyperfed_output_width(c), c.stride * c.channels, hyperfed_output_height(c),
                  c.stride * line(input_of(c))};
}
static walk taps_of(hyperfed_convolution c) {
    return (walk){c.kernel * c.channels, 1, c.kernel, line(input_of(c))};
}

static long most(long one, long other) { return one > other ? one : other; }

// The rows of dx (or its columns) that meet the taps `index`, `index` + stride, ...: `count` of
// them from `first` on, `stride` apart. The windows that contain the first begin at row `start` of
// dy, which may be negative, and there are `taps` of them.
typedef struct {
    long first, count, taps, start;
} phase;

static phase phase_of(hyperfed_convolution c, long size, long index) {
    const long s = c.stride, first = ((index - c.above) % s + s) % s;
    const long taps = index < c.kernel ? (c.kernel - index + s - 1) / s : 0;
    return (phase){first, first < size ? (size - first + s - 1) / s : 0, taps,
                   (first + c.above - index) / s - (taps - 1)};
}

// The output as the filters, turned around, meet it on the way back in all phases.
static bordered output_of(hyperfed_convolution c) {
    bordered out = {hyperfed_output_height(c), hyperfed_output_width(c), c.filters, 0, 0};
    for (long index = 0; index < c.stride && index < c.kernel; index++) {
        const phase row = phase_of(c, c.height, index), column = phase_of(c, c.width, index);
        out.above = most(out.above, most(-row.start, -column.start));
        out.below = most(out.below, row.start + row.count + row.taps - 1 - out.height);
        out.below = most(out.below, column.start + column.count + column.taps - 1 - out.width);
    }
    return out;
}

// The filters' taps of a phase are copied if there is a stride.
static long phase_taps(hyperfed_convolution c) {
    return c.stride == 1 ? 0 : whole(c.filters * c.kernel * c.kernel * c.channels);
}

static long packed_size(hyperfed_convolution c) {
    return c.kernel * c.kernel * most(c.channels * whole(c.filters), c.filters * whole(c.channels));
}

long hyperfed_dense_workspace(hyperfed_convolution c) {
    const bordered in = input_of(c), out = output_of(c);
    const long taps = c.kernel * c.kernel, pixels = out.height * out.width;
    return whole(most(size(in), size(out)) + SLACK)
        + most(packed_size(c) + phase_taps(c), (pixels + taps * c.channels) * whole(c.filters));
}

void hyperfed_dense_convolve(hyperfed_convolution c, const float *x, const float *k,
                            const float *bias, float *y, long batch, int keep, float *workspace) {
    const kind kind = kind_for(c.filters);
    const bordered in = input_of(c);
    const walk pixels = pixels_of(c), taps = taps_of(c);
    const walk outs = {pixels.count, c.filters, pixels.lines, pixels.count * c.filters};
    const long filter = c.kernel * c.kernel * c.channels;
    float *packed = workspace + whole(size(in) + SLACK);
    pack(kind, k, filter, (walk){filter, 1, 1, 0}, c.filters, packed);
    clear(in, workspace);
    for (long n = 0; n < batch; n++, y += pixels.count * pixels.lines * c.filters) {
        enter(in, x + n * c.height * c.width * c.channels, workspace);
        product(kind, workspace, pixels, taps, packed, true, c.filters,
                keep ? (beginning){y, outs} : row(bias), y, outs);
    }
}

// The filters with the taps of a phase alone, turned around: from the last place of the kernel to
// the first, filter by filter. Returns the end of the packed numbers.
static float *pack_phase(kind kind, hyperfed_convolution c, const float *k, long i, long j,
                         float *taps, float *packed) {
    const long s = c.stride, rows = phase_of(c, c.height, i).taps;
    const long columns = phase_of(c, c.width, j).taps, square = rows * columns;
    if (s == 1) {
        taps = (float *)k;
    } else {
        float *to = taps;
        for (long f = 0; f < c.filters; f++)
            for (long row = i; row < c.kernel; row += s)
                for (long column = j; column < c.kernel; column += s, to += c.channels)
                    memcpy(to, k + ((f * c.kernel + row) * c.kernel + column) * c.channels,
                           (size_t)c.channels * sizeof *to);
    }
    pack(kind, taps + (square - 1) * c.channels, 1,
         (walk){c.filters, square * c.channels, square, -c.channels}, c.channels, packed);
    return packed + square * c.filters * whole(c.channels);
}

void hyperfed_dense_input_gradient(hyperfed_convolution c, const float *dy, const float *k,
                                  float *dx, long batch, int keep, float *workspace) {
    const kind kind = kind_for(c.channels);
    const bordered out = output_of(c);
    const long phases = c.stride < c.kernel ? c.stride : c.kernel;
    const long inputs = c.height * c.width * c.channels, across = c.width * c.channels;
    float *packed = workspace + whole(size(out) + SLACK), *end = packed;
    for (long i = 0; i < phases; i++)
        for (long j = 0; j < phases; j++)
            end = pack_phase(kind, c, k, i, j, packed + packed_size(c), end);
    clear(out, workspace);
    for (long n = 0; n < batch; n++, dx += inputs) {
        enter(out, dy + n * out.height * out.width * c.filters, workspace);
        // Where the stride is larger than the kernel, some pixels meet no tap.
        if (!keep && phases < c.stride) memset(dx, 0, (size_t)inputs * sizeof *dx);
        const float *factor = packed;
        for (long i = 0; i < phases; i++)
            for (long j = 0; j < phases; j++) {
                const phase rows = phase_of(c, c.height, i), columns = phase_of(c, c.width, j);
                const walk outs = {columns.count, c.stride * c.channels, rows.count,
                                   c.stride * across};
                float *to = dx + rows.first * across + columns.first * c.channels;
                product(kind,
                        workspace + (rows.start + out.above) * line(out)
                            + (columns.start + out.above) * c.filters,
                        (walk){columns.count, c.filters, rows.count, line(out)},
                        (walk){columns.taps * c.filters, 1, rows.taps, line(out)}, factor, true,
                        c.channels, keep ? (beginning){to, outs} : row(NULL), to, outs);
                factor += rows.taps * columns.taps * c.filters * whole(c.channels);
            }
    }
}

void hyperfed_dense_kernel_gradient(hyperfed_convolution c, const float *x, const float *dy,
                                   float *dk, long batch, int keep, float *workspace) {
    const kind kind = kind_for(c.filters);
    const bordered in = input_of(c);
    const walk pixels = pixels_of(c), taps = taps_of(c);
    const long filter = c.kernel * c.kernel * c.channels, count = pixels.count * pixels.lines;
    const walk outs = {taps.count, c.filters, taps.lines, taps.count * c.filters};
    float *packed = workspace + whole(size(in) + SLACK);
    float *sums = packed + count * whole(c.filters);
    // The rows of dy are whole vectors then.
    const bool packs = c.filters % kind.width != 0;
    memset(sums, 0, (size_t)(filter * c.filters) * sizeof *sums);
    clear(in, workspace);
    for (long n = 0; n < batch; n++, dy += count * c.filters) {
        enter(in, x + n * c.height * c.width * c.channels, workspace);
        if (packs) pack(kind, dy, 1, (walk){count, c.filters, 1, 0}, c.filters, packed);
        product(kind, workspace, taps, pixels, packs ? packed : dy, packs, c.filters,
                (beginning){sums, outs}, sums, outs);
    }
    // (taps, filters) to (filters, taps).
    for (long f = 0; f < c.filters; f++)
        for (long t = 0; t < filter; t++) {
            float *to = dk + f * filter + t;
            *to = (keep ? *to : 0) + sums[t * c.filters + f];
        }
}
