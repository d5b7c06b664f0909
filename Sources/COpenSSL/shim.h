#pragma once
// The one-shot SHA-256 below stands on functions that OpenSSL 3 calls deprecated, which is no reason for a warning.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>

// Doors to function-like macros, which Swift cannot import.

static inline long tl_ssl_ctx_set_min_proto_version(SSL_CTX *context, long version) {
    return SSL_CTX_set_min_proto_version(context, version);
}
static inline long tl_ssl_ctx_set_mode(SSL_CTX *context, long mode) { return SSL_CTX_set_mode(context, mode); }

/// SHA-256 of `count` bytes.
///
/// EVP spends 1500 instructions a digest on bookkeeping, more than the hashing of one block costs: an event has ten of
/// them. These functions have the same assembly beneath, SHA extensions included. Should OpenSSL drop them, EVP goes here.
///
/// What an event hashes mostly fits two blocks: that is padded here (FIPS 180-4, 5.1.1), which saves the buffering.
static inline void tl_sha256(const void *bytes, size_t count, unsigned char *digest) {
    SHA256_CTX context;
    SHA256_Init(&context);
    if (count > 119) {
        SHA256_Update(&context, bytes, count);
        SHA256_Final(digest, &context);
        return;
    }
    unsigned char blocks[128];
    size_t length = count < 56 ? 64 : 128;
    if (count > 0) { __builtin_memcpy(blocks, bytes, count); }
    blocks[count] = 0x80;
    __builtin_memset(blocks + count + 1, 0, length - count - 3);
    blocks[length - 2] = (unsigned char)(count >> 5);
    blocks[length - 1] = (unsigned char)(count << 3);
    SHA256_Transform(&context, blocks);
    if (length == 128) { SHA256_Transform(&context, blocks + 64); }
    for (int i = 0; i < 8; i++) {
        unsigned int word = __builtin_bswap32(context.h[i]);
        __builtin_memcpy(digest + 4 * i, &word, 4);
    }
}
