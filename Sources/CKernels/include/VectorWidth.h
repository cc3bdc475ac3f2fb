// Which version of the kernels runs: 512-bit vectors (x86-64-v4) or 256-bit ones (x86-64-v3).
// Results do not depend on it.
#pragma once
#include <stdbool.h>

// Whether the kernels may use this CPU at all. On x86-64 it needs AVX2 and fused multiply-adds.
bool hyperfed_cpu_is_enough(void);
// Whether this CPU has AVX-512, as far as the wide versions need it.
bool hyperfed_cpu_is_wide(void);
// Whether the wide versions run. At the start of the program they do where the CPU has them, unless
// the environment has HYPERFED_ISA=x86-64-v3.
bool hyperfed_is_wide(void);
// Chooses the versions from now on, for tests and benchmarks. Without AVX-512 it does nothing.
void hyperfed_use_wide(bool wide);
