// Conversions between floats and 16-bit forms, in integers: they become vectors on each machine,
// and all machines give the same bits.
#include "CKernels.h"
#include "Multiversion.h"
#include <string.h>

static inline uint32_t bits_of(float x) {
    uint32_t bits;
    memcpy(&bits, &x, 4);
    return bits;
}

static inline float float_of(uint32_t bits) {
    float x;
    memcpy(&x, &bits, 4);
    return x;
}

static MULTIVERSION void pack_fp16(const float *restrict x, uint8_t *restrict packed, long n) {
    for (long i = 0; i < n; i++) {
        const uint32_t bits = bits_of(x[i]), size = bits & 0x7fffffff;
        // The exponent moves from bias 127 to 15. A carry out of the fraction raises the exponent.
        const uint32_t rounded = (size + 0xfff + (size >> 13 & 1)) >> 13;
        const uint32_t normal = rounded - (112 << 10);
        const uint32_t large = size > 0x7f800000 ? 0x7e00 : normal < 0x7c00 ? normal : 0x7c00;
        // The last bit of 0.5 is the unit of the small numbers, so this addition rounds them.
        const uint32_t small = bits_of(float_of(size) + 0.5f) - 0x3f000000;
        const uint32_t sign = bits >> 16 & 0x8000;
        const uint16_t half = (uint16_t)((size < 0x38800000 ? small : large) | sign);
        memcpy(packed + 2 * i, &half, 2);
    }
}

static MULTIVERSION void unpack_fp16(const uint8_t *restrict packed, float *restrict x, long n) {
    for (long i = 0; i < n; i++) {
        uint16_t half;
        memcpy(&half, packed + 2 * i, 2);
        const uint32_t size = half & 0x7fff, moved = size << 13;
        const uint32_t normal = moved + ((size < 0x7c00 ? 112u : 224u) << 23);
        const uint32_t small = bits_of(float_of(size | 0x3f000000) - 0.5f);
        x[i] = float_of((size < 0x400 ? small : normal) | (uint32_t)(half & 0x8000) << 16);
    }
}

static MULTIVERSION void pack_bf16(const float *restrict x, uint8_t *restrict packed, long n) {
    for (long i = 0; i < n; i++) {
        const uint32_t bits = bits_of(x[i]);
        const uint32_t rounded = (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
        // Rounding could turn "not a number" into infinity.
        const uint16_t half =
            (uint16_t)((bits & 0x7fffffff) > 0x7f800000 ? bits >> 16 | 0x40 : rounded);
        memcpy(packed + 2 * i, &half, 2);
    }
}

static MULTIVERSION void unpack_bf16(const uint8_t *restrict packed, float *restrict x, long n) {
    for (long i = 0; i < n; i++) {
        uint16_t half;
        memcpy(&half, packed + 2 * i, 2);
        x[i] = float_of((uint32_t)half << 16);
    }
}

FUNCTION(void, pack_fp16, (x, packed, n), const float *x, uint8_t *packed, long n)
FUNCTION(void, unpack_fp16, (packed, x, n), const uint8_t *packed, float *x, long n)
FUNCTION(void, pack_bf16, (x, packed, n), const float *x, uint8_t *packed, long n)
FUNCTION(void, unpack_bf16, (packed, x, n), const uint8_t *packed, float *x, long n)
