// The versions for AVX2: see Multiversion.h.
#if defined(__x86_64__)
#define HYPERFED_NARROW
#include "../ExactSums.c"
#endif
