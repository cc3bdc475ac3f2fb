#pragma once
#include "VectorWidth.h"

// What a function is built for. Without the width, clang splits each vector of 512 bits in two, and
// the sums of a tile no longer fit into the registers.
#if defined(__x86_64__)
#define FOR_AVX512 __attribute__((target("arch=x86-64-v4"), min_vector_width(512)))
#define FOR_AVX2 __attribute__((target("arch=x86-64-v3")))
#else
#define FOR_AVX512
#define FOR_AVX2
#endif

// One program for all x86-64 machines with AVX2 and fused multiply-adds (x86-64-v3): a kernel is
// there in two versions, and the wider one runs where the CPU has AVX-512 (x86-64-v4). Both give
// the same bits. Each element is the same chain of operations, sums run over lanes that the source
// fixes, and both versions fuse the same multiplications with additions.
//
// A file that uses these macros is compiled twice. Versions/NAME.c includes it again with
// HYPERFED_NARROW defined, and there KERNEL defines the narrow version under another name.
#if !defined(__x86_64__)
#define MULTIVERSION
#elif defined(HYPERFED_NARROW)
#define MULTIVERSION FOR_AVX2
#else
#define MULTIVERSION __attribute__((target("arch=x86-64-v4")))
#endif

// A kernel is written once, in a macro DEFINE(T, X), for both types of numbers: X is f for float
// and d for double. TYPED_KERNEL begins such a function. KERNEL then makes the function that
// Swift calls. FUNCTION makes one that exists for one type only, out of a static function of the
// same name without `hyperfed_`.
#define TYPED_KERNEL static MULTIVERSION

#define WITH_TYPE(...) (is_double, __VA_ARGS__)
#define EITHER_TYPE(NAME, ARGUMENTS)                                                               \
    is_double ? hyperfed_##NAME##_d ARGUMENTS : hyperfed_##NAME##_f ARGUMENTS

// Defines the kernel that other rooms call: the version for float or for double, chosen in each
// call. A scalar argument is a double here and is rounded to the type of the numbers.
#if !defined(__x86_64__)
#define KERNEL(RESULT, NAME, ARGUMENTS, ...)                                                       \
    RESULT hyperfed_##NAME(bool is_double, __VA_ARGS__) { return EITHER_TYPE(NAME, ARGUMENTS); }
#define FUNCTION(RESULT, NAME, ARGUMENTS, ...)                                                     \
    RESULT hyperfed_##NAME(__VA_ARGS__) { return NAME ARGUMENTS; }
#elif defined(HYPERFED_NARROW)
#define KERNEL(RESULT, NAME, ARGUMENTS, ...)                                                       \
    RESULT hyperfed_##NAME##_narrow(bool is_double, __VA_ARGS__);                                  \
    RESULT hyperfed_##NAME##_narrow(bool is_double, __VA_ARGS__) {                                 \
        return EITHER_TYPE(NAME, ARGUMENTS);                                                       \
    }
#define FUNCTION(RESULT, NAME, ARGUMENTS, ...)                                                     \
    RESULT hyperfed_##NAME##_narrow(__VA_ARGS__);                                                  \
    RESULT hyperfed_##NAME##_narrow(__VA_ARGS__) { return NAME ARGUMENTS; }
#else
#define KERNEL(RESULT, NAME, ARGUMENTS, ...)                                                       \
    RESULT hyperfed_##NAME##_narrow(bool is_double, __VA_ARGS__);                                  \
    RESULT hyperfed_##NAME(bool is_double, __VA_ARGS__) {                                          \
        if (!hyperfed_is_wide()) return hyperfed_##NAME##_narrow WITH_TYPE ARGUMENTS;              \
        return EITHER_TYPE(NAME, ARGUMENTS);                                                       \
    }
#define FUNCTION(RESULT, NAME, ARGUMENTS, ...)                                                     \
    RESULT hyperfed_##NAME##_narrow(__VA_ARGS__);                                                  \
    RESULT hyperfed_##NAME(__VA_ARGS__) {                                                          \
        return hyperfed_is_wide() ? NAME ARGUMENTS : hyperfed_##NAME##_narrow ARGUMENTS;           \
    }
#endif
