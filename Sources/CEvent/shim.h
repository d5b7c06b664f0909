#pragma once
// Before libevent's headers, whose configuration defines _GNU_SOURCE: with it fd_set would look other than in the
// modules of Dispatch and Foundation, and no file could import both.
#include <sys/types.h>

#include <event2/event.h>
#include <event2/listener.h>
#include <event2/util.h>
