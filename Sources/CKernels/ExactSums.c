// Exact sums of updates, and their parts as bytes: see ExactSum.swift.
#include "ExactSums.h"
#include "Lanes.h"
#include "Multiversion.h"
#include <math.h>
#include <string.h>

// Adding 1.5 * 2^52 to a double of at most 2^51 rounds it to an integer, which then stands in the
// low bits: two additions instead of a conversion that few CPUs have for vectors.
#define ROUNDER 0x1.8p52

static MULTIVERSION long exact_add(int64_t *restrict sum, const float *restrict x, double scale,
                                   double limit, long n) {
    int64_t rounder;
    const double value = ROUNDER;
    memcpy(&rounder, &value, sizeof rounder);
    int64_t outside = 0;
    for (long i = 0; i < n; i++) {
        const double scaled = (double)x[i] * scale;
        const double shifted = scaled + ROUNDER;
        int64_t bits;
        memcpy(&bits, &shifted, sizeof bits);
        // Modular: what is outside the range is refused below, but must not be undefined here. Of
        // what is inside, the caller has checked that all summands together fit: see
        // ExactSum.swift.
        sum[i] = (int64_t)((uint64_t)sum[i] + ((uint64_t)bits - (uint64_t)rounder));
        // Also counts what is not a number.
        outside += !(fabs(scaled) < limit);
    }
    return (long)outside;
}

static MULTIVERSION void exact_subtract(int64_t *restrict sum, const float *restrict x,
                                        double scale, long n) {
    int64_t rounder;
    const double value = ROUNDER;
    memcpy(&rounder, &value, sizeof rounder);
    for (long i = 0; i < n; i++) {
        const double scaled = (double)x[i] * scale;
        const double shifted = scaled + ROUNDER;
        int64_t bits;
        memcpy(&bits, &shifted, sizeof bits);
        sum[i] = (int64_t)((uint64_t)sum[i] - ((uint64_t)bits - (uint64_t)rounder));
    }
}

// Merges n elements of a part. Adds their squares to eight chains in a fixed order, so that all
// machines compute the same bits. A part of many blocks passes the chains on; all blocks but the
// last one have a multiple of eight elements.
static MULTIVERSION int64_t merge(int64_t *restrict sum, const int64_t *restrict x, int64_t limit,
                                  double totals[restrict 8], long n) {
    int64_t outside = 0;
    long i = 0;
    for (; i + 8 <= n; i += 8) {
        for (int k = 0; k < 8; k++) {
            sum[i + k] = (int64_t)((uint64_t)sum[i + k] + (uint64_t)x[i + k]);
            outside += x[i + k] >= limit || x[i + k] <= -limit;
            const double value = (double)x[i + k];
            totals[k] += value * value;
        }
    }
    for (; i < n; i++) {
        sum[i] = (int64_t)((uint64_t)sum[i] + (uint64_t)x[i]);
        outside += x[i] >= limit || x[i] <= -limit;
        totals[i % 8] += (double)x[i] * (double)x[i];
    }
    return outside;
}

static inline double added(const double totals[8]) {
    double total = 0;
    for (int k = 0; k < 8; k++) total += totals[k];
    return total;
}

static MULTIVERSION void take_away(int64_t *restrict sum, const int64_t *restrict x, long n) {
    for (long i = 0; i < n; i++) sum[i] = (int64_t)((uint64_t)sum[i] - (uint64_t)x[i]);
}

static MULTIVERSION long exact_merge(int64_t *restrict sum, const void *restrict part,
                                     int64_t limit, double *restrict squares, long n) {
    double totals[8] = {0};
    const int64_t outside = merge(sum, part, limit, totals, n);
    *squares = added(totals);
    return (long)outside;
}

static MULTIVERSION void exact_take_away(int64_t *restrict sum, const void *restrict part, long n) {
    take_away(sum, part, n);
}

static MULTIVERSION double exact_mean(const int64_t *restrict sum, double factor,
                                      float *restrict out, long n) {
    lanes squares = {0};
    long i = 0;
    for (; i + 8 <= n; i += 8) {
        for (int k = 0; k < 8; k++) out[i + k] = (float)((double)sum[i + k] * factor);
        lanes value = LOAD_f(out + i);
        squares += value * value;
    }
    double total = SUM(squares);
    for (; i < n; i++) {
        out[i] = (float)((double)sum[i] * factor);
        total += (double)out[i] * (double)out[i];
    }
    return total;
}

// How many elements have a width of their own in a packed sum.
enum { BLOCK = HYPERFED_PACKED_BLOCK };

static inline long smaller(long a, long b) { return a < b ? a : b; }

static MULTIVERSION long packed_widths(const int64_t *sum, long n, uint8_t *widths) {
    long bytes = 0;
    for (long start = 0; start < n; start += BLOCK) {
        const long count = smaller(BLOCK, n - start);
        uint64_t size = 0, any = 0;
        for (long i = start; i < start + count; i++) {
            // For a negative number the inverted bits: both have zeros above the highest bit.
            size |= (uint64_t)(sum[i] ^ (sum[i] >> 63));
            any |= (uint64_t)sum[i];
        }
        // One bit more for the sign.
        const long width = any == 0 ? 0 : size == 0 ? 1 : (72 - __builtin_clzll(size)) / 8;
        *widths++ = (uint8_t)width;
        bytes += width * count;
    }
    return bytes;
}

static MULTIVERSION void pack_block(const int64_t *restrict x, long width, long count,
                                    uint8_t *restrict out, const uint8_t *end) {
    // Each store has 8 bytes, and the next one writes over those that are too many. The last ones
    // would write beyond the end.
    const long whole = end - out < 8 ? 0 : smaller(count, (end - out - 8) / width + 1);
    long i = 0;
    for (; i < whole; i++) memcpy(out + i * width, &x[i], 8);
    for (; i < count; i++) memcpy(out + i * width, &x[i], (size_t)width);
}

static MULTIVERSION void pack_sum(const int64_t *restrict sum, long n,
                                  const uint8_t *restrict widths, uint8_t *restrict out,
                                  long bytes) {
    const uint8_t *end = out + bytes;
    for (long start = 0; start < n; start += BLOCK) {
        const long count = smaller(BLOCK, n - start), width = *widths++;
        if (width > 0) pack_block(sum + start, width, count, out, end);
        out += width * count;
    }
}

static MULTIVERSION void unpack_block(const uint8_t *restrict in, const uint8_t *end, long width,
                                      long count, int64_t *restrict x) {
    const long whole = end - in < 8 ? 0 : smaller(count, (end - in - 8) / width + 1);
    const int shift = 64 - 8 * (int)width;
    for (long i = 0; i < count; i++) {
        uint64_t bits = 0;
        if (i < whole) memcpy(&bits, in + i * width, 8);
        else memcpy(&bits, in + i * width, (size_t)width);
        // Fills up with the sign.
        x[i] = (int64_t)(bits << shift) >> shift;
    }
}

static MULTIVERSION long exact_merge_packed(int64_t *restrict sum, const uint8_t *restrict widths,
                                            const uint8_t *restrict in, long bytes, int64_t limit,
                                            double *restrict squares, long n) {
    const uint8_t *end = in + bytes;
    double totals[8] = {0};
    int64_t block[BLOCK], outside = 0;
    for (long start = 0; start < n; start += BLOCK) {
        const long count = smaller(BLOCK, n - start), width = *widths++;
        if (width == 0) continue;
        unpack_block(in, end, width, count, block);
        outside += merge(sum + start, block, limit, totals, count);
        in += width * count;
    }
    *squares = added(totals);
    return (long)outside;
}

static MULTIVERSION void exact_take_away_packed(int64_t *restrict sum,
                                                const uint8_t *restrict widths,
                                                const uint8_t *restrict in, long bytes, long n) {
    const uint8_t *end = in + bytes;
    int64_t block[BLOCK];
    for (long start = 0; start < n; start += BLOCK) {
        const long count = smaller(BLOCK, n - start), width = *widths++;
        if (width == 0) continue;
        unpack_block(in, end, width, count, block);
        take_away(sum + start, block, count);
        in += width * count;
    }
}

FUNCTION(long, exact_add, (sum, x, scale, limit, n),
         int64_t *sum, const float *x, double scale, double limit, long n)
FUNCTION(void, exact_subtract, (sum, x, scale, n),
         int64_t *sum, const float *x, double scale, long n)
FUNCTION(long, exact_merge, (sum, part, limit, squares, n),
         int64_t *sum, const void *part, int64_t limit, double *squares, long n)
FUNCTION(void, exact_take_away, (sum, part, n), int64_t *sum, const void *part, long n)
FUNCTION(double, exact_mean, (sum, factor, out, n),
         const int64_t *sum, double factor, float *out, long n)
FUNCTION(long, packed_widths, (sum, n, widths), const int64_t *sum, long n, uint8_t *widths)
FUNCTION(void, pack_sum, (sum, n, widths, out, bytes),
         const int64_t *sum, long n, const uint8_t *widths, uint8_t *out, long bytes)
FUNCTION(long, exact_merge_packed, (sum, widths, in, bytes, limit, squares, n),
         int64_t *sum, const uint8_t *widths, const uint8_t *in, long bytes, int64_t limit,
         double *squares, long n)
FUNCTION(void, exact_take_away_packed, (sum, widths, in, bytes, n),
         int64_t *sum, const uint8_t *widths, const uint8_t *in, long bytes, long n)
