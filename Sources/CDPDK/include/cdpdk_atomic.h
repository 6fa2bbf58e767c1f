#ifndef VSWIFT_CDPDK_ATOMIC_H
#define VSWIFT_CDPDK_ATOMIC_H

#include <stdint.h>

/* Numbers that several threads change, without order among different ones. Inline: they are one instruction each. */
#define CDPDK_ATOMIC static inline __attribute__((always_inline, swift_attr("@_noLocks")))

CDPDK_ATOMIC uint64_t cdpdk_atomic_load(const uint64_t *number)
{
    return __atomic_load_n(number, __ATOMIC_RELAXED);
}

CDPDK_ATOMIC void cdpdk_atomic_add(uint64_t *number, uint64_t more)
{
    (void)__atomic_fetch_add(number, more, __ATOMIC_RELAXED);
}

/* Whether the number was still "from", and is now "to". */
CDPDK_ATOMIC int cdpdk_atomic_replace(uint64_t *number, uint64_t from, uint64_t to)
{
    return __atomic_compare_exchange_n(number, &from, to, 0, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
}

#undef CDPDK_ATOMIC

#endif
