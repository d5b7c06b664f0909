#pragma once
// What simdjson's own DOM parser takes for a text: a yardstick that lets figures of different machines be compared.
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tl_yardstick tl_yardstick;

/// A parser and a copy of a text; NULL when memory is out. Free with tl_yardstick_free.
tl_yardstick *_Nullable tl_yardstick_new(const uint8_t *_Nonnull text, size_t length);
void tl_yardstick_free(tl_yardstick *_Nonnull yardstick);

/// Parses the text once; false if it is no JSON object.
bool tl_yardstick_parse(tl_yardstick *_Nonnull yardstick);

#ifdef __cplusplus
}
#endif
