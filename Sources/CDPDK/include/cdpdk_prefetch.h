#ifndef VSWIFT_CDPDK_PREFETCH_H
#define VSWIFT_CDPDK_PREFETCH_H

/* Asks for a cache line that is about to be read, or read and written. Inline: it is one instruction per packet. */
static inline __attribute__((always_inline, swift_attr("@_noLocks"))) void cdpdk_prefetch(const void *address)
{
    __builtin_prefetch(address, 0, 3);
}

#endif
