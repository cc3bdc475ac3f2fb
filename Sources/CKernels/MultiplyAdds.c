// The rate of multiply-adds that this core can reach, for benchmarks: twelve chains in registers.
#include "CKernels.h"
#include "Multiversion.h"
#include <string.h>

enum { CHAINS = 12 };

#define CHAIN(NAME, ATTRIBUTE, WIDTH)                                                              \
    ATTRIBUTE static float NAME(long steps) {                                                      \
        typedef float vector __attribute__((vector_size(4 * WIDTH)));                              \
        vector sum[CHAINS], factor, term;                                                          \
        for (int i = 0; i < WIDTH; i++) factor[i] = 0.5f, term[i] = 1;                             \
        for (int c = 0; c < CHAINS; c++) sum[c] = term * (float)c;                                 \
        for (long k = 0; k < steps; k++)                                                           \
            _Pragma("unroll") for (int c = 0; c < CHAINS; c++) sum[c] = sum[c] * factor + term;    \
        for (int c = 1; c < CHAINS; c++) sum[0] += sum[c];                                         \
        float total = 0;                                                                           \
        for (int i = 0; i < WIDTH; i++) total += sum[0][i];                                        \
        return total;                                                                              \
    }
CHAIN(chain_wide, FOR_AVX512, 16)
CHAIN(chain_narrow, FOR_AVX2, 8)

long hyperfed_multiply_adds(long steps, float *result) {
    *result = (hyperfed_is_wide() ? chain_wide : chain_narrow)(steps);
    return steps * CHAINS * (hyperfed_is_wide() ? 16 : 8);
}
