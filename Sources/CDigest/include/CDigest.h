// BLAKE2b with 256 bits, as libsodium computes it. libzmq brings that library into every process,
// so this costs no start-up time.
#pragma once
#include <stddef.h>
#include <stdint.h>

// What has been added so far. Libsodium wants its own state at a multiple of 64 bytes, which a
// value that is moved about can't promise; each call copies it (384 bytes).
typedef struct {
    uint64_t words[48];
} hyperfed_digest;

// Begins with nothing added.
void hyperfed_digest_start(hyperfed_digest *digest);
// Adds `count` bytes; where one call ends and the next begins does not count.
void hyperfed_digest_add(hyperfed_digest *digest, const void *bytes, size_t count);
// Writes the digest of everything added so far: 32 bytes. More may be added afterwards.
void hyperfed_digest_read(const hyperfed_digest *digest, uint8_t *digest_bytes);
// Writes the SHA-256 digest of `count` bytes: 32 bytes. Browsers know scripts by it.
void hyperfed_sha256(const void *bytes, size_t count, uint8_t *digest_bytes);
