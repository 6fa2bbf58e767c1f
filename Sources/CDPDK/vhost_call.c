#define _GNU_SOURCE
#include "CDPDK.h"

#include <linux/aio_abi.h>
#include <pthread.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

/* A guest's frontend has the eventfd as well, and can make it one that blocks and fill its counter at any moment: whoever
 * writes to it then waits for as long as the frontend likes, with the ring. Only the kernel adds to an eventfd without
 * ever waiting, when asynchronous I/O is done that names it. Hence a read of nothing, which is done at once. */

/* The beginning of the kernel's ring of what is done (fs/aio.c), which stands where the context's number says. */
struct done {
    unsigned id, count, head, tail, magic;
};

enum { DONE_MAGIC = 0xa10a10a1u, AT_ONCE = 1024 };

static aio_context_t context;
static int nothing = -1;
static uint64_t calls;

static void open_context(void)
{
    aio_context_t fresh = 0;
    nothing = memfd_create("vswift-nothing", MFD_CLOEXEC);
    if (nothing < 0 || syscall(SYS_io_setup, AT_ONCE, &fresh) != 0)
        return;
    if (((struct done *)fresh)->magic == DONE_MAGIC)
        __atomic_store_n(&context, fresh, __ATOMIC_RELEASE);
    else
        syscall(SYS_io_destroy, fresh);
}

void cdpdk_vhost_call_open(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, open_context);
}

static int signal_without_waiting(int descriptor)
{
    aio_context_t current = __atomic_load_n(&context, __ATOMIC_ACQUIRE);
    if (!current)
        return 0;
    struct done *done = (struct done *)current;
    struct iocb read = {.aio_lio_opcode = IOCB_CMD_PREAD, .aio_fildes = (uint32_t)nothing, .aio_flags = IOCB_FLAG_RESFD,
                        .aio_resfd = (uint32_t)descriptor}, *list = &read;
    if (syscall(SYS_io_submit, current, 1, &list) != 1)
        return 0;
    /* Nobody looks at what is done. Threads may set this back against each other: the kernel only counts free places. */
    __atomic_store_n(&done->head, __atomic_load_n(&done->tail, __ATOMIC_RELAXED), __ATOMIC_RELAXED);
    return 1;
}

void cdpdk_vhost_call(int descriptor)
{
    uint64_t one = 1;
    /* Where the kernel has no such I/O, or does not allow it, the eventfd has to be trusted. */
    if (!signal_without_waiting(descriptor))
        (void)!write(descriptor, &one, sizeof one);
    __atomic_fetch_add(&calls, 1, __ATOMIC_RELAXED);
}

uint64_t cdpdk_vhost_calls(void)
{
    return __atomic_load_n(&calls, __ATOMIC_RELAXED);
}
