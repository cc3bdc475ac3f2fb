// The panels of a matrix product: tiles of sums in registers for each width of vectors that a CPU
// may have. A file defines PANEL(NAME, ATTRIBUTE, WIDTH, ROWS, VECTORS), then writes PANELS once.
#pragma once

#include "Multiversion.h"

// Tiles of up to 24 sums in 32 registers of 512 bits, of 12 in 16 registers of 256.

#define PANELS                                                                                     \
    PANEL(wide_1, FOR_AVX512, 16, 8, 1)                                                            \
    PANEL(wide_2, FOR_AVX512, 16, 8, 2)                                                            \
    PANEL(wide_3, FOR_AVX512, 16, 8, 3)                                                            \
    PANEL(wide_4, FOR_AVX512, 16, 6, 4)                                                            \
    PANEL(narrow_1, FOR_AVX2, 8, 8, 1)                                                             \
    PANEL(narrow_2, FOR_AVX2, 8, 6, 2)
