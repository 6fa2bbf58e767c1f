#define _GNU_SOURCE
#include "CDPDK.h"

#include <errno.h>
#include <string.h>

#include <rte_errno.h>
#include <rte_lcore.h>
#include <rte_mbuf.h>
#include <rte_mbuf_pool_ops.h>
#include <rte_mempool.h>

_Static_assert(CDPDK_HEADROOM == RTE_PKTMBUF_HEADROOM, "headroom");
_Static_assert(CDPDK_POOL_NAME_BYTES == RTE_MEMPOOL_NAMESIZE, "longest name of a pool, with its 0");
_Static_assert(CDPDK_POOL_CACHE <= RTE_MEMPOOL_CACHE_MAX_SIZE, "cache of a pool");
_Static_assert(CDPDK_ANY_NODE == SOCKET_ID_ANY, "any node");
_Static_assert(CDPDK_THREAD_LIMIT == RTE_MAX_LCORE, "threads that may have a cache in a pool");

static int failure(void)
{
    return -(rte_errno ? rte_errno : ENOMEM);
}

int cdpdk_pool_create(const char *name, uint32_t count, uint32_t cache, uint16_t data_room, int node, int contiguous,
                      void **pool)
{
    struct rte_pktmbuf_pool_private details = {.mbuf_data_room_size = data_room};
    unsigned element = (unsigned)sizeof(struct rte_mbuf) + data_room;
    unsigned flags = contiguous ? 0 : RTE_MEMPOOL_F_NO_IOVA_CONTIG;
    rte_errno = 0;
    struct rte_mempool *made = rte_mempool_create_empty(name, count, element, cache, sizeof details, node, flags);
    if (made == NULL)
        return failure();
    int error = rte_mempool_set_ops_byname(made, rte_mbuf_best_mempool_ops(), NULL);
    if (!error) {
        rte_pktmbuf_pool_init(made, &details);
        int added = rte_mempool_populate_default(made);
        error = added < 0 ? added : 0;
    }
    if (error) {
        rte_mempool_free(made);
        return error;
    }
    rte_mempool_obj_iter(made, rte_pktmbuf_init, NULL);
    *pool = made;
    return 0;
}

void cdpdk_pool_free(void *pool)
{
    rte_mempool_free(pool);
}

uint32_t cdpdk_pool_available(const void *pool)
{
    return rte_mempool_avail_count(pool);
}

int cdpdk_pool_has_burst(void *pool)
{
    void *burst[32];
    if (rte_mempool_get_bulk(pool, burst, 32) != 0)
        return 0;
    rte_mempool_put_bulk(pool, burst, 32);
    return 1;
}

uint32_t cdpdk_pool_in_use(const void *pool)
{
    return rte_mempool_in_use_count(pool);
}

uint64_t cdpdk_pool_bytes(uint32_t count, uint16_t data_room)
{
    uint32_t element = rte_mempool_calc_obj_size((uint32_t)sizeof(struct rte_mbuf) + data_room, 0, NULL);
    return (uint64_t)count * element;
}

uint32_t cdpdk_pool_cached(const void *pool, uint32_t thread)
{
    const struct rte_mempool *mempool = pool;
    if (mempool->cache_size == 0 || thread >= RTE_MAX_LCORE)
        return 0;
    return ((const volatile struct rte_mempool_cache *)&mempool->local_cache[thread])->len;
}
