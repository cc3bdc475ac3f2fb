// Three sums over fixed lanes, in double.
#pragma once
#include "Exponential.h"
#include "Lanes.h"

// A loop keeps its sums apart from its counts: the address of the counts leaves the loop, and the
// sums must stay in registers.
typedef struct {
    lanes of[3];
} sums;

// Writes each sum over its lanes.
HYPERFED_INLINE void sums_of(const sums *s, double out[3]) {
    for (int k = 0; k < 3; k++) out[k] = SUM(s->of[k]);
}
