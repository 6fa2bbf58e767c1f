#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

_Static_assert(CL_EPOLL_IN == EPOLLIN && CL_EPOLL_OUT == EPOLLOUT, "epoll's events");
_Static_assert(CL_EPOLL_ERR == EPOLLERR && CL_EPOLL_HUP == EPOLLHUP, "epoll's events");

pid_t cl_thread_id(void)
{
    return gettid();
}

int cl_thread_set_affinity(const uint8_t *mask, size_t bytes)
{
    /* The kernel reads whole words and takes any length. */
    unsigned long words[1024 / sizeof(unsigned long)] = {0};
    if (bytes > sizeof words)
        return -EINVAL;
    memcpy(words, mask, bytes);
    return syscall(SYS_sched_setaffinity, 0, sizeof words, words) < 0 ? -errno : 0;
}

int cl_thread_affinity(uint8_t *mask, size_t bytes)
{
    unsigned long words[1024 / sizeof(unsigned long)] = {0};
    if (syscall(SYS_sched_getaffinity, 0, sizeof words, words) < 0)
        return -errno;
    memset(mask, 0, bytes);
    memcpy(mask, words, bytes < sizeof words ? bytes : sizeof words);
    return 0;
}

int cl_thread_set_name(const char *name)
{
    char cut[16] = {0};
    strncpy(cut, name, sizeof cut - 1);
    return -pthread_setname_np(pthread_self(), cut);
}

int cl_thread_set_timer_slack(uint64_t nanoseconds)
{
    return prctl(PR_SET_TIMERSLACK, nanoseconds) < 0 ? -errno : 0;
}

int cl_thread_core(void)
{
    int core = sched_getcpu();
    return core < 0 ? -errno : core;
}

int cl_event_open(void)
{
    int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

int cl_event_signal(int fd)
{
    return eventfd_write(fd, 1) < 0 && errno != EAGAIN ? -errno : 0;
}

uint64_t cl_event_take(int fd)
{
    eventfd_t count = 0;
    return eventfd_read(fd, &count) < 0 ? 0 : count;
}

uint64_t cl_event_take_shared(int fd)
{
    uint64_t count = 0;
    struct iovec whole = {.iov_base = &count, .iov_len = sizeof count};
    ssize_t length = preadv2(fd, &whole, 1, -1, RWF_NOWAIT);
    if (length < 0 && errno == EOPNOTSUPP)
        length = fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK) < 0 ? -1 : read(fd, &count, sizeof count);
    return length == (ssize_t)sizeof count ? count : 0;
}

int cl_epoll_open(void)
{
    int fd = epoll_create1(EPOLL_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

static int control(int epoll, int operation, int fd, uint32_t events, uint64_t data)
{
    struct epoll_event event = {.events = events, .data.u64 = data};
    return epoll_ctl(epoll, operation, fd, &event) < 0 ? -errno : 0;
}

int cl_epoll_add(int epoll, int fd, uint32_t events, uint64_t data)
{
    return control(epoll, EPOLL_CTL_ADD, fd, events, data);
}

int cl_epoll_remove(int epoll, int fd)
{
    return control(epoll, EPOLL_CTL_DEL, fd, 0, 0);
}

int cl_epoll_wait(int epoll, struct cl_epoll_event *events, int count, int64_t timeout_nanoseconds)
{
    struct epoll_event ready[64];
    struct timespec timeout = {timeout_nanoseconds / 1000000000, timeout_nanoseconds % 1000000000};
    int n = epoll_pwait2(epoll, ready, count < 64 ? count : 64, timeout_nanoseconds < 0 ? NULL : &timeout, NULL);
    if (n < 0 && errno == ENOSYS) /* before Linux 5.11: milliseconds, rounded up */
        n = epoll_wait(epoll, ready, count < 64 ? count : 64,
                       timeout_nanoseconds < 0 ? -1 : (int)((timeout_nanoseconds + 999999) / 1000000));
    if (n < 0)
        return errno == EINTR ? 0 : -errno;
    for (int i = 0; i < n; i++)
        events[i] = (struct cl_epoll_event){ready[i].events, ready[i].data.u64};
    return n;
}

int cl_wait_ready(int fd, int16_t events, int64_t timeout_nanoseconds)
{
    struct pollfd one = {.fd = fd, .events = events};
    struct timespec timeout = {timeout_nanoseconds / 1000000000, timeout_nanoseconds % 1000000000};
    int n = ppoll(&one, 1, timeout_nanoseconds < 0 ? NULL : &timeout, NULL);
    if (n < 0)
        return errno == EINTR ? 0 : -errno;
    return n == 0 ? 0 : one.revents;
}
