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
static inline void tl_sha256(const void *bytes, size_t count, unsigned char *digest) {
    SHA256_CTX context;
    SHA256_Init(&context);
    SHA256_Update(&context, bytes, count);
    SHA256_Final(digest, &context);
}
