#pragma once
#include <malloc.h>
#include <rocksdb/c.h>

/// Door to malloc_trim(3), which Glibc's module leaves out: gives freed memory back to the operating system.
static inline void tl_release_free_memory(void) { (void)malloc_trim(0); }
