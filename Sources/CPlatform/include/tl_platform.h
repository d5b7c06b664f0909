#pragma once
#include <stdint.h>

/// Names the calling thread, at most 15 bytes (pthread_setname_np needs _GNU_SOURCE).
void tl_thread_set_name(const char *name);

/// Sets the calling thread's nice value (Linux keeps one a thread). Returns 0, or errno.
int tl_thread_set_nice(int nice);

/// Opens a new eventfd (non-blocking, close-on-exec). Returns the descriptor, or -errno.
int tl_eventfd_open(void);
