// Floats in 16 bits, two bytes each, the low byte first. Ties round to even. Numbers beyond the
// largest finite one become infinite. `packed` needs no alignment.
#pragma once
#include <stdint.h>

// IEEE 754 binary16: 5 bits of exponent, 10 of fraction.
void hyperfed_pack_fp16(const float *x, uint8_t *packed, long n);
void hyperfed_unpack_fp16(const uint8_t *packed, float *x, long n);
// bfloat16: the upper half of a float.
void hyperfed_pack_bf16(const float *x, uint8_t *packed, long n);
void hyperfed_unpack_bf16(const uint8_t *packed, float *x, long n);
