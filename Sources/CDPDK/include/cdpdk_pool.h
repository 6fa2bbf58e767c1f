#ifndef VSWIFT_CDPDK_POOL_H
#define VSWIFT_CDPDK_POOL_H

#include <stdint.h>

enum {
    CDPDK_HEADROOM = 128,
    CDPDK_POOL_NAME_BYTES = 26,
    CDPDK_POOL_CACHE = 512,
    CDPDK_ANY_NODE = -1,
    CDPDK_THREAD_LIMIT = 128,
};

/* A pool of packet buffers, each with data_room bytes of which CDPDK_HEADROOM are headroom; in *pool, and 0; or -errno:
 * -ENOMEM, -EEXIST (name taken). contiguous: whether each buffer must be contiguous for a device (false saves memory
 * where pages are small and no device reads it). Not freed but by cdpdk_pool_free. */
int cdpdk_pool_create(const char *name, uint32_t count, uint32_t cache, uint16_t data_room, int node, int contiguous,
                      void **pool);
/* Every buffer must be back. */
void cdpdk_pool_free(void *pool);
uint32_t cdpdk_pool_available(const void *pool);
/* Whether a burst of buffers can be had now; it takes them and gives them back. */
int cdpdk_pool_has_burst(void *pool);
uint32_t cdpdk_pool_in_use(const void *pool);
/* Bytes of memory for count buffers of this data room, without padding at page ends. */
uint64_t cdpdk_pool_bytes(uint32_t count, uint16_t data_room);
/* Free buffers in the cache of a thread, by DPDK's number of it (lcore id). */
uint32_t cdpdk_pool_cached(const void *pool, uint32_t thread);

#endif
