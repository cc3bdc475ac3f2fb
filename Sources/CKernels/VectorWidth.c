#include "VectorWidth.h"
#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__)

static bool is_wide;

bool hyperfed_cpu_is_enough(void) { return __builtin_cpu_supports("x86-64-v3") != 0; }
bool hyperfed_cpu_is_wide(void) { return __builtin_cpu_supports("x86-64-v4") != 0; }

// Before any thread starts.
__attribute__((constructor)) static void choose(void) {
    __builtin_cpu_init();
    const char *asked = getenv("HYPERFED_ISA");
    is_wide = hyperfed_cpu_is_wide() && !(asked && strcmp(asked, "x86-64-v3") == 0);
}

bool hyperfed_is_wide(void) { return is_wide; }
void hyperfed_use_wide(bool wide) { is_wide = wide && hyperfed_cpu_is_wide(); }

#else

bool hyperfed_cpu_is_enough(void) { return true; }
bool hyperfed_cpu_is_wide(void) { return false; }
bool hyperfed_is_wide(void) { return false; }
void hyperfed_use_wide(bool wide) {}

#endif
