#ifndef VSWIFT_CDPDK_VHOST_RING_H
#define VSWIFT_CDPDK_VHOST_RING_H

#include <stdint.h>

/* A guest's virtqueue, as those need it who move packets over it without the vhost library. The library keeps the control
 * socket and the mappings; who opens a ring takes addresses and positions from it, who closes one gives the positions
 * back. In between, what the library thinks of the positions is old. */

enum { CDPDK_VHOST_REGIONS = 8 };

/* A piece of the guest's memory, as the guest and as we see it. */
struct cdpdk_vhost_region {
    uint64_t guest;
    uint64_t size;
    uint8_t *host;
};

/* Traits of a ring. */
static const uint32_t CDPDK_VHOST_PACKED = 1 << 0;
static const uint32_t CDPDK_VHOST_EVENT_INDEX = 1 << 1;
static const uint32_t CDPDK_VHOST_MERGEABLE = 1 << 2;
/* What is written to the guest's memory is noted, for live migration. */
static const uint32_t CDPDK_VHOST_LOGGED = 1 << 3;

struct cdpdk_vhost_ring {
    /* 1 while a thread moves packets, or control has the ring. */
    uint32_t gate;
    /* 1 while control has the ring, or wants it. */
    uint32_t is_closed;
    uint32_t traits;
    /* Bytes before each frame: virtio_net_hdr with or without num_buffers. */
    uint32_t header;
    /* The descriptor table or ring; available ring or driver's event area; used ring or device's event area. */
    uint8_t *descriptors;
    uint8_t *driver;
    uint8_t *device;
    /* Where the next buffer is looked for, and where the next one that is used is told: not side by side, or compilers count
     * both in one wide step, whose load then waits until the narrow store of the last step, and with it every store to the
     * guest before that, has left the core. */
    uint16_t next_available;
    uint16_t size;
    uint16_t next_used;
    /* Packed rings: the wrap counters. */
    uint8_t available_wrap;
    uint8_t used_wrap;
    /* What was told last to a guest that wants to be woken from some entry on, if anything was. */
    uint16_t signalled;
    uint8_t is_signalled;
    /* Packed rings: a chain without an end was met, behind which nothing can be found. */
    uint8_t is_broken;
    /* The eventfd of who waits for used buffers, or negative. */
    int32_t call;
    /* Packed rings: the entry that makes the others of a burst visible, and where it belongs; not yet written. */
    uint64_t held;
    uint16_t held_at;
    uint16_t is_held;
    uint32_t region_count;
    struct cdpdk_vhost_region regions[CDPDK_VHOST_REGIONS];
    /* The library's numbers of device and ring, and the guest's address of what is told as used, for the log. */
    int32_t owner;
    uint32_t number;
    uint64_t log_address;
    /* A MAC address and bit 48: it is to be announced, as if the guest had done so. */
    uint64_t announcement;
};

/* Takes the ring from the library: 0, or -ENODEV when it is not set up there. The caller has the ring. */
int cdpdk_vhost_ring_fill(int device, uint16_t number, struct cdpdk_vhost_ring *ring);
/* Tells the library where the ring stands. The caller has the ring. */
void cdpdk_vhost_ring_return(const struct cdpdk_vhost_ring *ring);
/* The guest need not tell when it has put buffers into the ring. */
void cdpdk_vhost_ring_silence(struct cdpdk_vhost_ring *ring);
/* Takes the ring from the threads that use it; returns when none does any more. Not if one has it already. */
void cdpdk_vhost_ring_close(struct cdpdk_vhost_ring *ring);
/* Gives the ring to the threads. */
void cdpdk_vhost_ring_open(struct cdpdk_vhost_ring *ring);

/* Wakes the guest, whose eventfd this is: one system call, which does not wait, whatever the guest's side does with it. */
void cdpdk_vhost_call(int descriptor);
/* Makes ready for that; to be called before, from any thread, any number of times. */
void cdpdk_vhost_call_open(void);
/* How often guests were woken so. */
uint64_t cdpdk_vhost_calls(void);
/* rte_vhost_log_write. */
void cdpdk_vhost_log(int device, uint64_t guest_address, uint64_t count);

#define CDPDK_RING static inline __attribute__((always_inline, swift_attr("@_noLocks")))

/* Whether the ring is the calling thread's until it leaves; not when another one has it. */
CDPDK_RING int cdpdk_vhost_ring_enter(struct cdpdk_vhost_ring *ring)
{
    uint32_t nobody = 0;
    return !__atomic_load_n(&ring->is_closed, __ATOMIC_RELAXED) &&
           __atomic_compare_exchange_n(&ring->gate, &nobody, 1, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

CDPDK_RING void cdpdk_vhost_ring_leave(struct cdpdk_vhost_ring *ring)
{
    __atomic_store_n(&ring->gate, 0, __ATOMIC_RELEASE);
}

/* Whether the one who has the ring is control, or control waits for it. */
CDPDK_RING int cdpdk_vhost_ring_is_closed(const struct cdpdk_vhost_ring *ring)
{
    return __atomic_load_n(&ring->is_closed, __ATOMIC_RELAXED) != 0;
}

CDPDK_RING void cdpdk_pause(void)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

CDPDK_RING struct cdpdk_vhost_region *cdpdk_vhost_ring_regions(struct cdpdk_vhost_ring *ring)
{
    return ring->regions;
}

/* Memory that a guest writes to at the same time: every number is read once, and what was read is what is judged. */
CDPDK_RING uint16_t cdpdk_shared_load16(const void *from) { return __atomic_load_n((const uint16_t *)from, __ATOMIC_RELAXED); }
CDPDK_RING uint64_t cdpdk_shared_load64(const void *from) { return __atomic_load_n((const uint64_t *)from, __ATOMIC_RELAXED); }

/* Nothing that follows is read before it. */
CDPDK_RING uint16_t cdpdk_shared_acquire16(const void *from) { return __atomic_load_n((const uint16_t *)from, __ATOMIC_ACQUIRE); }
CDPDK_RING uint64_t cdpdk_shared_acquire64(const void *from) { return __atomic_load_n((const uint64_t *)from, __ATOMIC_ACQUIRE); }

CDPDK_RING void cdpdk_shared_store16(void *to, uint16_t value) { __atomic_store_n((uint16_t *)to, value, __ATOMIC_RELAXED); }
CDPDK_RING void cdpdk_shared_store32(void *to, uint32_t value) { __atomic_store_n((uint32_t *)to, value, __ATOMIC_RELAXED); }
CDPDK_RING void cdpdk_shared_store64(void *to, uint64_t value) { __atomic_store_n((uint64_t *)to, value, __ATOMIC_RELAXED); }

/* All that precedes is written before it. */
CDPDK_RING void cdpdk_shared_release16(void *to, uint16_t value) { __atomic_store_n((uint16_t *)to, value, __ATOMIC_RELEASE); }
CDPDK_RING void cdpdk_shared_release64(void *to, uint64_t value) { __atomic_store_n((uint64_t *)to, value, __ATOMIC_RELEASE); }

/* What was written is there before what follows is read. */
CDPDK_RING void cdpdk_shared_fence(void) { __atomic_thread_fence(__ATOMIC_SEQ_CST); }

/* Asks for a cache line that is about to be written. */
CDPDK_RING void cdpdk_prefetch_for_writing(const void *address)
{
#if defined(__x86_64__)
    __asm__ volatile("prefetchw %0" : : "m"(*(const char *)address));
#else
    __builtin_prefetch(address, 1, 3);
#endif
}

/* Copies frames: mostly short, hence by vectors and without a call. What overlaps is copied in vain, not wrongly. */
CDPDK_RING void cdpdk_copy(uint8_t *to, const uint8_t *from, uint64_t count)
{
    if (count >= 32) {
        uint64_t at = 0;
        while (count - at >= 64) {
            __builtin_memcpy(to + at, from + at, 64);
            at += 64;
        }
        if (count - at > 32)
            __builtin_memcpy(to + at, from + at, 32);
        if (count != at)
            __builtin_memcpy(to + count - 32, from + count - 32, 32);
    } else if (count >= 16) {
        __builtin_memcpy(to, from, 16);
        __builtin_memcpy(to + count - 16, from + count - 16, 16);
    } else if (count >= 8) {
        __builtin_memcpy(to, from, 8);
        __builtin_memcpy(to + count - 8, from + count - 8, 8);
    } else {
        for (uint64_t at = 0; at < count; at++)
            ((volatile uint8_t *)to)[at] = from[at];
    }
}

#undef CDPDK_RING

#endif
