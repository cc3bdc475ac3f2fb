#include "CKernels.h"
#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__)
#include <cpuid.h>

// Present in BLIS only; any other CBLAS leaves it null.
extern const char *bli_info_get_version_str(void) __attribute__((weak));

void hyperfed_prepare_blas(void) {
    // One thread per process, whatever library it is; client processes inherit these.
    setenv("BLIS_NUM_THREADS", "1", 0);
    setenv("OPENBLAS_NUM_THREADS", "1", 0);
    if (!bli_info_get_version_str || getenv("BLIS_ARCH_TYPE")) return;
    // The numbers below are those of BLIS 0.9; other versions number and detect differently.
    if (strncmp(bli_info_get_version_str(), "0.9", 3) != 0) return;

    unsigned a, b, c, d;
    char vendor[13] = {0};
    if (!__get_cpuid(0, &a, &b, &c, &d)) return;
    memcpy(vendor, &b, 4);
    memcpy(vendor + 4, &d, 4);
    memcpy(vendor + 8, &c, 4);
    // BLIS recognises Intel's CPUs by their features, AMD's by family and model, up to Zen 3.
    if (strcmp(vendor, "AuthenticAMD") != 0) return;
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq")
        && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl")) {
        setenv("BLIS_ARCH_TYPE", "0", 0);  // skx: AVX-512
        return;
    }
    if (!__get_cpuid(1, &a, &b, &c, &d)) return;
    const unsigned family = ((a >> 8) & 0xf) + ((a >> 20) & 0xff);
    if (family > 0x19 && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        setenv("BLIS_ARCH_TYPE", "3", 0);  // haswell: AVX2
}
#else
void hyperfed_prepare_blas(void) {}
#endif
