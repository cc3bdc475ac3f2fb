#pragma once

// The widest version of the kernels that is built: 4 for AVX-512, 3 for AVX2. Package.swift sets it
// from HYPERFED_KERNELS, so that tests on a wide machine can run what narrower machines run.
#ifndef HYPERFED_WIDEST
#define HYPERFED_WIDEST 4
#endif

// One binary for all x86-64 machines: the loader picks the widest version that the CPU has.
#if defined(__x86_64__) && defined(__linux__) && HYPERFED_WIDEST >= 4
#define MULTIVERSION                                                                               \
    __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#elif defined(__x86_64__) && defined(__linux__)
#define MULTIVERSION __attribute__((target_clones("arch=x86-64-v3", "default")))
#else
#define MULTIVERSION
#endif

// Whether kernels that choose their version themselves use AVX-512, or AVX2.
#define USES_V4 (HYPERFED_WIDEST >= 4 && __builtin_cpu_supports("x86-64-v4"))
#define USES_V3 __builtin_cpu_supports("x86-64-v3")

// A kernel is written once, in a macro DEFINE(T, X), for both types of numbers: X is f for float
// and d for double. TYPED_KERNEL begins such a function. KERNEL then makes the function that
// Swift calls.
#define TYPED_KERNEL static MULTIVERSION

// Defines the kernel that other rooms call: the version for float or for double, chosen in each
// call. A scalar argument is a double here and is rounded to the type of the numbers.
#define KERNEL(RESULT, NAME, ARGUMENTS, ...)                                                       \
    RESULT hyperfed_##NAME(bool is_double, __VA_ARGS__) {                                          \
        return is_double ? hyperfed_##NAME##_d ARGUMENTS : hyperfed_##NAME##_f ARGUMENTS;          \
    }
