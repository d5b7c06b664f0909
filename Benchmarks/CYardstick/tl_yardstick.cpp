#include "tl_yardstick.h"

#include <simdjson.h>

#include <new>

struct tl_yardstick {
    tl_yardstick(const uint8_t *bytes, size_t length) : text(reinterpret_cast<const char *>(bytes), length) {}

    simdjson::dom::parser parser;
    simdjson::padded_string text;
};

tl_yardstick *tl_yardstick_new(const uint8_t *text, size_t length) {
    return new (std::nothrow) tl_yardstick(text, length);
}

void tl_yardstick_free(tl_yardstick *yardstick) { delete yardstick; }

bool tl_yardstick_parse(tl_yardstick *yardstick) {
    simdjson::dom::element root;
    return yardstick->parser.parse(yardstick->text).get(root) == simdjson::SUCCESS && root.is_object();
}
