#pragma once

// One binary for all x86-64 machines: the loader picks the widest version that the CPU has.
#if defined(__x86_64__) && defined(__linux__)
#define MULTIVERSION                                                                               \
    __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define MULTIVERSION
#endif
