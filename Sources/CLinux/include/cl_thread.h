#ifndef VSWIFT_CL_THREAD_H
#define VSWIFT_CL_THREAD_H

#include <stdint.h>
#include <sys/types.h>

/* gettid(2). */
pid_t cl_thread_id(void);
/* sched_setaffinity(2) and sched_getaffinity(2) of the calling thread: bit n of byte n/8 is core n.
 * cl_thread_affinity fills the whole mask and returns 0. */
int cl_thread_set_affinity(const uint8_t *mask, size_t bytes);
int cl_thread_affinity(uint8_t *mask, size_t bytes);
/* pthread_setname_np of the calling thread; cut to 15 bytes. */
int cl_thread_set_name(const char *name);
/* prctl(PR_SET_TIMERSLACK) of the calling thread. */
int cl_thread_set_timer_slack(uint64_t nanoseconds);
/* The core that the calling thread runs on now. */
int cl_thread_core(void);

/* eventfd(2), not blocking, closed on exec. */
int cl_event_open(void);
/* Adds 1: 0 or -errno. */
int cl_event_signal(int fd);
/* Takes all: the count, 0 when nothing was signalled. */
uint64_t cl_event_take(int fd);
/* The same of an eventfd that another process has, which can make it one that blocks at any moment: this does not wait for
 * it (from Linux 5.9 on; before, not if it was made so earlier). */
uint64_t cl_event_take_shared(int fd);

/* epoll_event without its packing. */
struct cl_epoll_event {
    uint32_t events;
    uint64_t data;
};
enum { CL_EPOLL_IN = 0x001, CL_EPOLL_OUT = 0x004, CL_EPOLL_ERR = 0x008, CL_EPOLL_HUP = 0x010 };
int cl_epoll_open(void);
int cl_epoll_add(int epoll, int fd, uint32_t events, uint64_t data);
int cl_epoll_remove(int epoll, int fd);
/* epoll_pwait2(2): how many events (at most 64); a negative timeout waits for ever. 0 also on EINTR. */
int cl_epoll_wait(int epoll, struct cl_epoll_event *events, int count, int64_t timeout_nanoseconds);

/* poll(2) on one descriptor with a timeout in nanoseconds: the events that are ready (POLLIN...), 0 or -errno. */
int cl_wait_ready(int fd, int16_t events, int64_t timeout_nanoseconds);

#endif
