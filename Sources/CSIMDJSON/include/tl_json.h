#pragma once
// JSON documents over simdjson's structural index.
//
// simdjson finds every token, checks UTF-8 and rejects control characters inside strings at gigabytes a second. Its own
// second stage turns numbers into 64-bit values and refuses what does not fit, which would lose ids, money and lone
// surrogates. So this file walks the index itself and keeps the text of every value (docs/adr/0003-json.md).
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum tl_json_kind {
    TL_JSON_NULL = 0,
    TL_JSON_FALSE = 1,
    TL_JSON_TRUE = 2,
    TL_JSON_NUMBER = 3,
    TL_JSON_STRING = 4,
    TL_JSON_ARRAY = 5,
    TL_JSON_OBJECT = 6,
};

enum tl_json_flag {
    TL_JSON_ESCAPED = 1,           ///< string or key: has escapes; its text lies in the arena
    TL_JSON_LONE_SURROGATE = 2,    ///< string or key: had a lone surrogate escape, now U+FFFD
    TL_JSON_CONTROL = 4,           ///< string or key: has a character below U+0020, from an escape
    TL_JSON_SHADOWED = 8,          ///< key: the same key comes again later in this object
    TL_JSON_REPEATS = 16,          ///< key: the same key came before in this object
    TL_JSON_NON_FINITE = 32,       ///< null: the source said NaN or Infinity
    TL_JSON_INTEGER = 64,          ///< number: neither fraction nor exponent
    TL_JSON_MARKED = 128,          ///< string: never set by the parser, a reader's own mark
};

enum tl_json_error {
    TL_JSON_OK = 0,
    TL_JSON_EMPTY = 1,
    TL_JSON_BAD_UTF8 = 2,
    TL_JSON_BAD_SYNTAX = 3,
    TL_JSON_TRAILING = 4,
    TL_JSON_TOO_DEEP = 5,
    TL_JSON_TOO_MANY_VALUES = 6,
    TL_JSON_TOO_LARGE = 7,
    TL_JSON_NO_MEMORY = 8,
    TL_JSON_BAD_NUMBER = 9,
};

/// One value or key. Values lie in document order; an object's members are a key node followed by a value node.
typedef struct tl_json_node {
    uint32_t offset;  ///< where the source text begins: after the quote for strings, at the bracket for containers
    uint32_t length;  ///< bytes of source text; containers: to the closing bracket, inclusive
    uint32_t next;    ///< value: index after this value and all below it; key: its hash
    uint32_t arena;   ///< escaped strings: where the resolved text begins in the arena, 4 bytes of length before it;
                      ///< containers: 0 after parsing, a reader's own mark
    uint8_t kind;     ///< tl_json_kind
    uint8_t flags;    ///< tl_json_flag
    uint16_t count;   ///< containers: direct children, at most 65535; keys: 0 after parsing, a reader's own mark
} tl_json_node;

typedef struct tl_json_document {
    tl_json_node *_Nonnull nodes;
    const uint8_t *_Nonnull source;
    const uint8_t *_Nonnull arena;
    uint32_t node_count;
    uint32_t source_length;
    uint32_t error_offset;  ///< where the fault is, after a failed parse
    uint32_t generation;    ///< rises with every parse
    bool has_duplicates;       ///< some object repeats a key
    bool has_lone_surrogates;  ///< some string is TL_JSON_LONE_SURROGATE
    bool has_non_finite;       ///< some value is TL_JSON_NON_FINITE
} tl_json_document;

typedef struct tl_json_options {
    uint32_t depth_limit;
    uint32_t value_limit;
    bool accepts_non_finite;  ///< NaN, Infinity and -Infinity are read as null
} tl_json_options;

/// Returns NULL when memory is out. Free with tl_json_free.
tl_json_document *_Nullable tl_json_create(void);
void tl_json_free(tl_json_document *_Nonnull document);

/// Parses a copy of `bytes`. The nodes are valid until the next parse, trim or free.
enum tl_json_error tl_json_parse(
    tl_json_document *_Nonnull document, const void *_Nullable bytes, size_t length, tl_json_options options);

/// Gives back what a large body made the document allocate.
void tl_json_trim(tl_json_document *_Nonnull document, size_t keep_bytes);

/// The hash that key nodes carry; seeded anew in every process.
uint32_t tl_json_hash(const void *_Nonnull bytes, size_t length);

#ifdef __cplusplus
}
#endif
