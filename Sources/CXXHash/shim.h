// XXH3 with 64 bits, as Debian's libxxhash computes it.
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <xxhash.h>

#if defined(__x86_64__)
// The name xxhash.h gives the plain function is the build for the oldest x86-64, which is slower
// than memory. This one asks the processor for its widest vectors; the result is the same. It is
// declared here because xxh_x86dispatch.h also redefines the plain names.
XXH_PUBLIC_API XXH64_hash_t XXH3_64bits_dispatch(const void *input, size_t length);
#endif

// The hash of `count` bytes. `bytes` may be NULL if `count` is 0.
static inline uint64_t hyperfed_xxh3(const void *bytes, size_t count) {
#if defined(__x86_64__)
    return XXH3_64bits_dispatch(bytes, count);
#else
    return XXH3_64bits(bytes, count);
#endif
}
