#pragma once
#include <malloc.h>
#include <rocksdb/c.h>

/// Door to mallopt(3), which Glibc's module leaves out: makes the allocator keep freed memory until it is told to
/// release it, and take blocks of up to 8 MiB from what it has kept.
static inline void tl_keep_free_memory(void) {
    (void)mallopt(M_MMAP_THRESHOLD, 8 << 20);
    (void)mallopt(M_TRIM_THRESHOLD, 256 << 20);
}

/// Door to malloc_trim(3), which Glibc's module leaves out: gives freed memory back to the operating system.
static inline void tl_release_free_memory(void) { (void)malloc_trim(0); }
