#include "tl_platform.h"

#include <errno.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

void tl_thread_set_name(const char *name) { (void)pthread_setname_np(pthread_self(), name); }

int tl_thread_set_nice(int nice) {
    id_t thread = (id_t)syscall(SYS_gettid);
    return setpriority(PRIO_PROCESS, thread, nice) == 0 ? 0 : errno;
}

int tl_eventfd_open(void) {
    int descriptor = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    return descriptor >= 0 ? descriptor : -errno;
}
