// The panels of a matrix product: tiles of sums in registers for each width of vectors that a CPU
// may have. A file defines PANEL(NAME, ATTRIBUTE, WIDTH, ROWS, VECTORS), then writes PANELS once.
#pragma once

// Tiles of up to 24 sums in 32 registers of 512 bits, of 12 in 16 registers of 256. Without the
// width, clang splits each vector of 512 bits in two, and the sums no longer fit.
#define WIDE __attribute__((target("arch=x86-64-v4"), min_vector_width(512)))
#define NARROW __attribute__((target("arch=x86-64-v3")))

#define PANELS                                                                                     \
    PANEL(wide_1, WIDE, 16, 8, 1)                                                                  \
    PANEL(wide_2, WIDE, 16, 8, 2)                                                                  \
    PANEL(wide_3, WIDE, 16, 8, 3)                                                                  \
    PANEL(wide_4, WIDE, 16, 6, 4)                                                                  \
    PANEL(narrow_1, NARROW, 8, 8, 1)                                                               \
    PANEL(narrow_2, NARROW, 8, 6, 2)
