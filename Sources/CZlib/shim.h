#pragma once
#include <zlib.h>

/// `inflateInit2` is a macro. 15 + 16 asks zlib for the gzip format only.
static inline int tl_inflate_init_gzip(z_stream *stream) { return inflateInit2(stream, 15 + 16); }
