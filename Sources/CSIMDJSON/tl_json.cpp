#include "tl_json.h"

#include <simdjson.h>
#include <sys/random.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <vector>

namespace {

constexpr uint32_t kDepthLimitMax = 1024;
constexpr size_t kSourceLimit = 0x7FFFFFFF;
constexpr size_t kExponentDigitLimit = 4;

uint64_t process_seed() {
    static const uint64_t seed = [] {
        uint64_t value = 0;
        if (getrandom(&value, sizeof value, 0) != sizeof value) { value = 0x9E3779B97F4A7C15; }
        return value;
    }();
    return seed;
}

inline uint64_t mix(uint64_t left, uint64_t right) {
    __uint128_t product = static_cast<__uint128_t>(left) * right;
    return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

template <typename Word>
inline uint64_t load(const uint8_t *at) {
    Word word;
    memcpy(&word, at, sizeof word);
    return word;
}

/// Loads only within the bytes and always whole words: copying a tail of unknown length costs more than all the rest.
inline uint32_t hash_bytes(const uint8_t *bytes, size_t length, uint64_t seed) {
    uint64_t state = seed ^ (length * 0xA0761D6478BD642F);
    uint64_t last = 0;
    if (length >= 8) {
        const uint8_t *tail = bytes + length - 8;
        for (; bytes < tail; bytes += 8) { state = mix(state ^ load<uint64_t>(bytes), 0xE7037ED1A0B428DB); }
        last = load<uint64_t>(tail);
    } else if (length >= 4) {
        last = load<uint32_t>(bytes) << 32 | load<uint32_t>(bytes + length - 4);
    } else if (length > 0) {
        last = uint64_t{bytes[0]} << 16 | uint64_t{bytes[length / 2]} << 8 | bytes[length - 1];
    }
    state = mix(state ^ last, 0x8EBC6AF09C88C6E3);
    return static_cast<uint32_t>(state ^ (state >> 32));
}

inline bool is_space(uint8_t c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }
inline bool is_digit(uint8_t c) { return c >= '0' && c <= '9'; }

int hex_value(uint8_t c) {
    if (c >= '0' && c <= '9') { return c - '0'; }
    if (c >= 'a' && c <= 'f') { return c - 'a' + 10; }
    if (c >= 'A' && c <= 'F') { return c - 'A' + 10; }
    return -1;
}

/// The four hexadecimal digits of a \u escape, or -1.
int32_t read_unit(const uint8_t *at, const uint8_t *end) {
    if (end - at < 4) { return -1; }
    int32_t unit = 0;
    for (int i = 0; i < 4; i++) {
        int digit = hex_value(at[i]);
        if (digit < 0) { return -1; }
        unit = unit << 4 | digit;
    }
    return unit;
}

/// Whether one of the bytes is a backslash. Reads whole words, up to 7 bytes beyond the end: those lie in the padding.
inline bool has_backslash(const uint8_t *bytes, size_t length) {
    constexpr uint64_t kOnes = 0x0101010101010101;
    constexpr size_t kShort = 64;
    if (length > kShort) { return memchr(bytes, '\\', length) != nullptr; }
    for (size_t start = 0; start < length; start += 8) {
        uint64_t word = load<uint64_t>(bytes + start) ^ (kOnes * '\\');
        uint64_t zeros = (word - kOnes) & ~word & (kOnes << 7);
        if (length - start < 8) { zeros &= (uint64_t{1} << (8 * (length - start))) - 1; }
        if (zeros != 0) { return true; }
    }
    return false;
}

/// The nodes of one text. Room for all of them is made before they are written, as no text has more than tokens.
class Tape {
public:
    Tape() = default;
    Tape(const Tape &) = delete;
    Tape &operator=(const Tape &) = delete;
    ~Tape() { free(nodes_); }

    void reserve(size_t count) {
        if (count <= capacity_) { return; }
        free(nodes_);
        nodes_ = static_cast<tl_json_node *>(malloc(count * sizeof(tl_json_node)));
        capacity_ = nodes_ == nullptr ? 0 : count;
        if (nodes_ == nullptr) { throw std::bad_alloc(); }
    }
    void release() {
        free(nodes_);
        nodes_ = nullptr;
        size_ = 0;
        capacity_ = 0;
    }
    void clear() { size_ = 0; }
    tl_json_node &push_back(tl_json_node node) { return nodes_[size_++] = node; }
    uint32_t size() const { return size_; }
    tl_json_node *data() { return nodes_; }
    tl_json_node &operator[](size_t index) { return nodes_[index]; }

private:
    tl_json_node *nodes_ = nullptr;
    uint32_t size_ = 0;
    size_t capacity_ = 0;
};

/// A container whose end has not been read yet.
struct OpenContainer {
    uint32_t node;
    /// Direct children so far.
    uint32_t count;
    /// One bit for each key so far, chosen by its hash: a key whose bit is not set cannot be a repetition.
    uint64_t key_bits;
};

/// Objects of more keys find repeated ones with a hash table; up to here a look at those before is cheaper.
constexpr uint32_t kFewKeys = 16;

/// One object key seen in this parse; `generation` tells entries of earlier parses apart without clearing.
struct SeenKey {
    uint32_t generation;
    uint32_t object;
    uint32_t key;
};

struct Parser : tl_json_document {
    std::unique_ptr<simdjson::internal::dom_parser_implementation> index;
    std::vector<uint8_t> padded;
    Tape tape;
    std::vector<uint8_t> unescaped;
    std::vector<SeenKey> seen;
    uint64_t seed = process_seed();

    // State of one walk.
    bool has_escapes = false;
    uint32_t key_count = 0;
    tl_json_options options{};

    /// The end of the token that starts at a structural, without the blanks before the next one.
    uint32_t token_end(const uint32_t *structural) const {
        uint32_t start = structural[0];
        uint32_t end = structural[1];
        while (end > start + 1 && is_space(padded[end - 1])) { end--; }
        return end;
    }

    tl_json_error fail(tl_json_error error, uint32_t offset) {
        error_offset = offset;
        return error;
    }

    tl_json_error push(uint8_t kind, uint32_t offset, uint32_t length, uint8_t flags) {
        uint32_t following = tape.size() + 1;
        tape.push_back(tl_json_node{offset, length, following, 0, kind, flags, 0});
        return following <= options.value_limit ? TL_JSON_OK : fail(TL_JSON_TOO_MANY_VALUES, offset);
    }

    tl_json_error run(const uint8_t *bytes, size_t length);
    uint32_t first_bad_utf8() const;
    uint32_t first_bad_string() const;
    tl_json_error walk(const uint32_t *structural, const uint32_t *last);
    tl_json_error read_word(const uint32_t *structural);
    tl_json_error read_string(const uint32_t *structural);
    tl_json_error read_number(uint32_t start, uint32_t end);
    tl_json_error unescape(uint32_t start, uint32_t end, tl_json_node &node);
    void note_key(OpenContainer &object, uint32_t key);
    void mark_repeated(uint32_t earlier, uint32_t key);
    void note_key_of_many(uint32_t object, uint32_t key);
    void grow_seen();
    bool same_key(const tl_json_node &left, const tl_json_node &right) const;
    const uint8_t *text(const tl_json_node &node) const {
        return node.flags & TL_JSON_ESCAPED ? unescaped.data() + node.arena : padded.data() + node.offset;
    }
    uint32_t text_length(const tl_json_node &node) const {
        if (!(node.flags & TL_JSON_ESCAPED)) { return node.length; }
        uint32_t length;
        memcpy(&length, unescaped.data() + node.arena - 4, 4);
        return length;
    }
};

bool Parser::same_key(const tl_json_node &left, const tl_json_node &right) const {
    uint32_t length = text_length(left);
    return length == text_length(right) && memcmp(text(left), text(right), length) == 0;
}

void Parser::grow_seen() {
    std::vector<SeenKey> old(seen.empty() ? 256 : seen.size() * 2, SeenKey{0, 0, 0});
    old.swap(seen);
    size_t mask = seen.size() - 1;
    for (const SeenKey &entry : old) {
        if (entry.generation != generation) { continue; }
        size_t slot = (tape[entry.key].next ^ entry.object * 0x9E3779B1u) & mask;
        while (seen[slot].generation == generation) { slot = (slot + 1) & mask; }
        seen[slot] = entry;
    }
}

void Parser::mark_repeated(uint32_t earlier, uint32_t key) {
    tape[earlier].flags |= TL_JSON_SHADOWED;
    tape[key].flags |= TL_JSON_REPEATS;
    has_duplicates = true;
}

/// Remembers a key of an object and marks both keys when it was there before.
inline void Parser::note_key(OpenContainer &object, uint32_t key) {
    uint64_t bit = uint64_t{1} << (tape[key].next >> 26);
    bool may_repeat = (object.key_bits & bit) != 0;
    object.key_bits |= bit;
    if (object.count >= kFewKeys) {
        if (object.count == kFewKeys) {
            for (uint32_t k = object.node + 1; k < key; k = tape[k + 1].next) { note_key_of_many(object.node, k); }
        }
        return note_key_of_many(object.node, key);
    }
    if (!may_repeat) { return; }
    uint32_t found = 0;
    for (uint32_t k = object.node + 1; k < key; k = tape[k + 1].next) {
        if (tape[k].next == tape[key].next && same_key(tape[k], tape[key])) { found = k; }
    }
    if (found != 0) { mark_repeated(found, key); }
}

void Parser::note_key_of_many(uint32_t object, uint32_t key) {
    if ((key_count + 1) * 2 > seen.size()) { grow_seen(); }
    size_t mask = seen.size() - 1;
    size_t slot = (tape[key].next ^ object * 0x9E3779B1u) & mask;
    while (seen[slot].generation == generation) {
        SeenKey &entry = seen[slot];
        if (entry.object == object && tape[entry.key].next == tape[key].next && same_key(tape[entry.key], tape[key])) {
            mark_repeated(entry.key, key);
            entry.key = key;
            return;
        }
        slot = (slot + 1) & mask;
    }
    seen[slot] = SeenKey{generation, object, key};
    key_count++;
}

/// Writes the text of an escaped string (source[start, end)) to the arena.
tl_json_error Parser::unescape(uint32_t start, uint32_t end, tl_json_node &node) {
    node.flags |= TL_JSON_ESCAPED;
    unescaped.insert(unescaped.end(), 4, 0);
    node.arena = static_cast<uint32_t>(unescaped.size());
    const uint8_t *at = padded.data() + start;
    const uint8_t *stop = padded.data() + end;
    auto append_scalar = [this](uint32_t scalar) {
        if (scalar < 0x80) {
            unescaped.push_back(static_cast<uint8_t>(scalar));
        } else if (scalar < 0x800) {
            unescaped.push_back(static_cast<uint8_t>(0xC0 | scalar >> 6));
            unescaped.push_back(static_cast<uint8_t>(0x80 | (scalar & 63)));
        } else if (scalar < 0x10000) {
            unescaped.push_back(static_cast<uint8_t>(0xE0 | scalar >> 12));
            unescaped.push_back(static_cast<uint8_t>(0x80 | (scalar >> 6 & 63)));
            unescaped.push_back(static_cast<uint8_t>(0x80 | (scalar & 63)));
        } else {
            unescaped.push_back(static_cast<uint8_t>(0xF0 | scalar >> 18));
            unescaped.push_back(static_cast<uint8_t>(0x80 | (scalar >> 12 & 63)));
            unescaped.push_back(static_cast<uint8_t>(0x80 | (scalar >> 6 & 63)));
            unescaped.push_back(static_cast<uint8_t>(0x80 | (scalar & 63)));
        }
    };
    while (at < stop) {
        const uint8_t *slash = static_cast<const uint8_t *>(memchr(at, '\\', static_cast<size_t>(stop - at)));
        const uint8_t *plain_end = slash ? slash : stop;
        unescaped.insert(unescaped.end(), at, plain_end);
        if (!slash) { break; }
        uint32_t here = static_cast<uint32_t>(slash - padded.data());
        if (slash + 1 >= stop) { return fail(TL_JSON_BAD_SYNTAX, here); }
        at = slash + 2;
        switch (slash[1]) {
        case '"': unescaped.push_back('"'); break;
        case '\\': unescaped.push_back('\\'); break;
        case '/': unescaped.push_back('/'); break;
        case 'b': unescaped.push_back('\b'); node.flags |= TL_JSON_CONTROL; break;
        case 'f': unescaped.push_back('\f'); node.flags |= TL_JSON_CONTROL; break;
        case 'n': unescaped.push_back('\n'); node.flags |= TL_JSON_CONTROL; break;
        case 'r': unescaped.push_back('\r'); node.flags |= TL_JSON_CONTROL; break;
        case 't': unescaped.push_back('\t'); node.flags |= TL_JSON_CONTROL; break;
        case 'u': {
            int32_t unit = read_unit(at, stop);
            if (unit < 0) { return fail(TL_JSON_BAD_SYNTAX, here); }
            at += 4;
            uint32_t scalar = static_cast<uint32_t>(unit);
            if (scalar >= 0xD800 && scalar < 0xDC00 && stop - at >= 6 && at[0] == '\\' && at[1] == 'u') {
                int32_t low = read_unit(at + 2, stop);
                if (low >= 0xDC00 && low < 0xE000) {
                    scalar = 0x10000 + ((scalar - 0xD800) << 10) + (static_cast<uint32_t>(low) - 0xDC00);
                    at += 6;
                }
            }
            if (scalar >= 0xD800 && scalar < 0xE000) {
                scalar = 0xFFFD;
                node.flags |= TL_JSON_LONE_SURROGATE;
                has_lone_surrogates = true;
            }
            if (scalar < 0x20) { node.flags |= TL_JSON_CONTROL; }
            append_scalar(scalar);
            break;
        }
        default: return fail(TL_JSON_BAD_SYNTAX, here);
        }
    }
    uint32_t length = static_cast<uint32_t>(unescaped.size()) - node.arena;
    memcpy(unescaped.data() + node.arena - 4, &length, 4);
    return TL_JSON_OK;
}

/// Reads the string that starts at a structural into a node at the end of the tape.
inline tl_json_error Parser::read_string(const uint32_t *structural) {
    uint32_t start = structural[0] + 1;
    uint32_t end = structural[1] - 1;
    if (padded[end] != '"') { end = token_end(structural) - 1; }
    if (end < start || padded[end] != '"') { return fail(TL_JSON_BAD_SYNTAX, start - 1); }
    uint32_t following = tape.size() + 1;
    tl_json_node &node = tape.push_back(tl_json_node{start, end - start, following, 0, TL_JSON_STRING, 0, 0});
    if (following > options.value_limit) { return fail(TL_JSON_TOO_MANY_VALUES, start - 1); }
    if (!has_escapes || !has_backslash(padded.data() + start, end - start)) { return TL_JSON_OK; }
    return unescape(start, end, node);
}

/// Checks source[start, end) against the grammar of RFC 8259, section 6.
tl_json_error Parser::read_number(uint32_t start, uint32_t end) {
    const uint8_t *at = padded.data() + start;
    const uint8_t *stop = padded.data() + end;
    uint8_t flags = TL_JSON_INTEGER;
    if (at < stop && *at == '-') { at++; }
    if (at == stop || !is_digit(*at)) { return fail(TL_JSON_BAD_SYNTAX, start); }
    if (*at++ != '0') {
        while (at < stop && is_digit(*at)) { at++; }
    }
    if (at < stop && *at == '.') {
        flags = 0;
        const uint8_t *first = ++at;
        while (at < stop && is_digit(*at)) { at++; }
        if (at == first) { return fail(TL_JSON_BAD_SYNTAX, start); }
    }
    if (at < stop && (*at | 0x20) == 'e') {
        flags = 0;
        at++;
        if (at < stop && (*at == '+' || *at == '-')) { at++; }
        const uint8_t *first = at;
        while (at < stop && is_digit(*at)) { at++; }
        if (at == first) { return fail(TL_JSON_BAD_SYNTAX, start); }
        while (first < at - 1 && *first == '0') { first++; }
        if (at == stop && static_cast<size_t>(at - first) > kExponentDigitLimit) {
            return fail(TL_JSON_BAD_NUMBER, start);
        }
    }
    if (at != stop) { return fail(TL_JSON_BAD_SYNTAX, start); }
    return push(TL_JSON_NUMBER, start, end - start, flags);
}

/// Reads what is neither string nor container.
tl_json_error Parser::read_word(const uint32_t *structural) {
    uint32_t start = structural[0];
    uint32_t end = token_end(structural);
    size_t length = end - start;
    const char *token = reinterpret_cast<const char *>(padded.data()) + start;
    auto is = [token, length](const char *word) { return length == strlen(word) && memcmp(token, word, length) == 0; };
    auto put = [&](uint8_t kind, uint8_t flags = 0) { return push(kind, start, end - start, flags); };
    auto put_non_finite = [&] {
        has_non_finite = true;
        return put(TL_JSON_NULL, TL_JSON_NON_FINITE);
    };
    switch (token[0]) {
    case 't': if (is("true")) { return put(TL_JSON_TRUE); } break;
    case 'f': if (is("false")) { return put(TL_JSON_FALSE); } break;
    case 'n': if (is("null")) { return put(TL_JSON_NULL); } break;
    case 'N': if (options.accepts_non_finite && is("NaN")) { return put_non_finite(); } break;
    case 'I': if (options.accepts_non_finite && is("Infinity")) { return put_non_finite(); } break;
    case '-':
        if (options.accepts_non_finite && is("-Infinity")) { return put_non_finite(); }
        return read_number(start, end);
    default:
        if (is_digit(static_cast<uint8_t>(token[0]))) { return read_number(start, end); }
    }
    return fail(TL_JSON_BAD_SYNTAX, start);
}

/// Builds the tape without recursion: `open` holds the containers that are not closed yet.
///
/// From `last` on the structurals name the end of the text, where a blank stands that fits nowhere in the grammar: so
/// no step asks whether there is a token left.
tl_json_error Parser::walk(const uint32_t *structural, const uint32_t *last) {
    OpenContainer open[kDepthLimitMax];
    uint32_t depth = 0;
    uint32_t depth_limit = options.depth_limit < kDepthLimitMax ? options.depth_limit : kDepthLimitMax;
    bool is_in_object = false;
    while (true) {
        // A value is due at `structural`; in an object, its key comes first.
        if (is_in_object) {
            if (padded[*structural] != '"') { return fail(TL_JSON_BAD_SYNTAX, *structural); }
            uint32_t key = tape.size();
            if (tl_json_error error = read_string(structural)) { return error; }
            tape[key].next = hash_bytes(text(tape[key]), text_length(tape[key]), seed);
            note_key(open[depth - 1], key);
            structural++;
            if (padded[*structural] != ':') { return fail(TL_JSON_BAD_SYNTAX, *structural); }
            structural++;
        }
        uint8_t first = padded[*structural];
        if (first == '"') {
            if (tl_json_error error = read_string(structural)) { return error; }
        } else if (first == '{' || first == '[') {
            if (depth == depth_limit) { return fail(TL_JSON_TOO_DEEP, *structural); }
            open[depth++] = OpenContainer{tape.size(), 0, 0};
            is_in_object = first == '{';
            uint8_t kind = is_in_object ? TL_JSON_OBJECT : TL_JSON_ARRAY;
            if (tl_json_error error = push(kind, *structural, 0, 0)) { return error; }
            structural++;
            if (padded[*structural] != first + 2) { continue; }  // in ASCII both closing brackets stand two further
            open[depth - 1].count--;
            structural--;
        } else if (tl_json_error error = read_word(structural)) {
            return error;
        }
        structural++;
        // A value has ended, or an empty container is about to: close what closes, then go on after a comma.
        bool expects_value = false;
        while (depth > 0) {
            OpenContainer &container = open[depth - 1];
            container.count++;
            uint8_t mark = padded[*structural];
            if (mark == ',') {
                structural++;
                expects_value = true;
                break;
            }
            tl_json_node &node = tape[container.node];
            if (mark != (is_in_object ? '}' : ']')) { return fail(TL_JSON_BAD_SYNTAX, *structural); }
            node.length = *structural + 1 - node.offset;
            node.next = tape.size();
            node.count = static_cast<uint16_t>(std::min(container.count, 0xFFFFu));
            structural++;
            depth--;
            is_in_object = depth > 0 && tape[open[depth - 1].node].kind == TL_JSON_OBJECT;
        }
        if (!expects_value) { break; }
    }
    if (structural < last) { return fail(TL_JSON_TRAILING, *structural); }
    return TL_JSON_OK;
}

/// Where UTF-8 goes wrong. Only called when simdjson has said that it does, so its validator does the checking here
/// too: first by blocks that end between characters, then character by character in the block that fails.
uint32_t Parser::first_bad_utf8() const {
    constexpr uint32_t kBlock = 4096;
    const char *text = reinterpret_cast<const char *>(padded.data());
    uint32_t good = 0;
    while (source_length - good > kBlock) {
        uint32_t end = good + kBlock;
        for (int back = 0; back < 3 && (padded[end] & 0xC0) == 0x80; back++) { end--; }
        if (!simdjson::validate_utf8(text + good, end - good)) { break; }
        good = end;
    }
    while (good < source_length) {
        uint8_t lead = padded[good];
        uint32_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
        if (length > source_length - good || !simdjson::validate_utf8(text + good, length)) { break; }
        good += length;
    }
    return good;
}

/// Where a string holds a control character or never ends. Only called when simdjson has said that one does.
uint32_t Parser::first_bad_string() const {
    bool inside = false;
    uint32_t opened = 0;
    for (uint32_t i = 0; i < source_length; i++) {
        if (!inside) {
            if (padded[i] == '"') {
                inside = true;
                opened = i;
            }
        } else if (padded[i] == '\\') {
            i++;
        } else if (padded[i] == '"') {
            inside = false;
        } else if (padded[i] < 0x20) {
            return i;
        }
    }
    return opened;
}

tl_json_error Parser::run(const uint8_t *bytes, size_t length) {
    generation++;
    if (generation == 0) {  // after 2^32 parses old entries could look current
        seen.assign(seen.size(), SeenKey{0, 0, 0});
        generation = 1;
    }
    tape.clear();
    unescaped.clear();
    key_count = 0;
    has_duplicates = false;
    has_lone_surrogates = false;
    has_non_finite = false;
    error_offset = 0;
    source_length = 0;
    if (length > kSourceLimit) { return TL_JSON_TOO_LARGE; }
    if (padded.size() < length + simdjson::SIMDJSON_PADDING) { padded.resize(length + simdjson::SIMDJSON_PADDING); }
    if (length > 0) { memcpy(padded.data(), bytes, length); }
    memset(padded.data() + length, ' ', simdjson::SIMDJSON_PADDING);
    if (length >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0) { memset(padded.data(), ' ', 3); }
    source_length = static_cast<uint32_t>(length);
    uint32_t first = 0;
    while (first < length && is_space(padded[first])) { first++; }
    if (first == length) { return TL_JSON_EMPTY; }

    if (index == nullptr || index->capacity() < length) {
        simdjson::error_code made;
        if (index == nullptr) {
            made = simdjson::get_active_implementation()->create_dom_parser_implementation(
                length < 4096 ? 4096 : length, 16, index);
        } else {
            made = index->set_capacity(length);
        }
        if (made != simdjson::SUCCESS) { return TL_JSON_NO_MEMORY; }
    }
    simdjson::error_code indexed = index->stage1(padded.data(), length, simdjson::stage1_mode::regular);
    if (indexed != simdjson::SUCCESS) {
        // simdjson names a broken string before broken UTF-8; we name UTF-8 first, wherever it is.
        const char *text = reinterpret_cast<const char *>(padded.data());
        if (!simdjson::validate_utf8(text, length)) { return fail(TL_JSON_BAD_UTF8, first_bad_utf8()); }
        return fail(TL_JSON_BAD_SYNTAX, first_bad_string());
    }
    // simdjson leaves room for two more, as it ends its own walk in the same way.
    uint32_t *structurals = index->structural_indexes.get();
    uint32_t structural_count = index->n_structural_indexes;
    structurals[structural_count] = source_length;
    structurals[structural_count + 1] = source_length;
    has_escapes = memchr(padded.data(), '\\', length) != nullptr;
    // The first node over the limit still is written.
    tape.reserve(std::min<size_t>(structural_count, options.value_limit) + 1);
    return walk(structurals, structurals + structural_count);
}

}  // namespace

extern "C" {

tl_json_document *tl_json_create(void) { return new (std::nothrow) Parser(); }

void tl_json_free(tl_json_document *document) { delete static_cast<Parser *>(document); }

enum tl_json_error tl_json_parse(
    tl_json_document *document, const void *bytes, size_t length, tl_json_options options) {
    Parser *parser = static_cast<Parser *>(document);
    parser->options = options;
    tl_json_error error;
    try {
        error = parser->run(static_cast<const uint8_t *>(bytes), length);
    } catch (const std::bad_alloc &) {
        error = TL_JSON_NO_MEMORY;
    }
    parser->nodes = parser->tape.data();
    parser->node_count = error == TL_JSON_OK ? static_cast<uint32_t>(parser->tape.size()) : 0;
    parser->source = parser->padded.data();
    parser->arena = parser->unescaped.data();
    return error;
}

void tl_json_trim(tl_json_document *document, size_t keep_bytes) {
    Parser *parser = static_cast<Parser *>(document);
    if (parser->padded.capacity() <= keep_bytes) { return; }
    parser->node_count = 0;
    parser->source_length = 0;
    std::vector<uint8_t>().swap(parser->padded);
    parser->tape.release();
    std::vector<uint8_t>().swap(parser->unescaped);
    std::vector<SeenKey>().swap(parser->seen);
    parser->index.reset();
}

uint32_t tl_json_hash(const void *bytes, size_t length) {
    return hash_bytes(static_cast<const uint8_t *>(bytes), length, process_seed());
}
}
