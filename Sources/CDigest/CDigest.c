#include "CDigest.h"
#include <sodium.h>
#include <string.h>

_Static_assert(
    sizeof(crypto_generichash_blake2b_state) <= sizeof(hyperfed_digest),
    "libsodium's state has grown");

enum { DIGEST_BYTES = 32 };

void hyperfed_sha256(const void *bytes, size_t count, uint8_t *digest_bytes) {
    crypto_hash_sha256(digest_bytes, bytes, count);
}

void hyperfed_digest_start(hyperfed_digest *digest) {
    crypto_generichash_blake2b_state state;
    // Chooses the fastest code for this processor; after the first call it does nothing.
    (void)sodium_init();
    crypto_generichash_blake2b_init(&state, NULL, 0, DIGEST_BYTES);
    memset(digest, 0, sizeof *digest);
    memcpy(digest, &state, sizeof state);
}

void hyperfed_digest_add(hyperfed_digest *digest, const void *bytes, size_t count) {
    crypto_generichash_blake2b_state state;
    memcpy(&state, digest, sizeof state);
    crypto_generichash_blake2b_update(&state, bytes, count);
    memcpy(digest, &state, sizeof state);
}

void hyperfed_digest_read(const hyperfed_digest *digest, uint8_t *digest_bytes) {
    crypto_generichash_blake2b_state state;
    memcpy(&state, digest, sizeof state);
    crypto_generichash_blake2b_final(&state, digest_bytes, DIGEST_BYTES);
}
