#define _GNU_SOURCE
#include "CDPDK.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_errno.h>
#include <rte_malloc.h>
#include <rte_mbuf.h>
#include <rte_mbuf_pool_ops.h>
#include <rte_mempool.h>

_Static_assert(CDPDK_HEADROOM == RTE_PKTMBUF_HEADROOM, "headroom");
_Static_assert(CDPDK_POOL_NAME_BYTES == RTE_MEMPOOL_NAMESIZE, "longest name of a pool, with its 0");
_Static_assert(CDPDK_POOL_CACHE <= RTE_MEMPOOL_CACHE_MAX_SIZE, "cache of a pool");
_Static_assert(CDPDK_ANY_NODE == SOCKET_ID_ANY, "any node");

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

uint32_t cdpdk_pool_in_use(const void *pool)
{
    return rte_mempool_in_use_count(pool);
}

uint64_t cdpdk_pool_bytes(uint32_t count, uint16_t data_room)
{
    uint32_t element = rte_mempool_calc_obj_size((uint32_t)sizeof(struct rte_mbuf) + data_room, 0, NULL);
    return (uint64_t)count * element;
}

static char *dumped(void (*dump)(FILE *, void *), void *object)
{
    char *text = NULL;
    size_t length = 0;
    FILE *stream = open_memstream(&text, &length);
    if (stream == NULL)
        return NULL;
    dump(stream, object);
    fclose(stream);
    return text;
}

static void dump_pool(FILE *stream, void *pool)
{
    if (pool == NULL)
        rte_mempool_list_dump(stream);
    else
        rte_mempool_dump(stream, pool);
}

static void dump_heap(FILE *stream, void *unused)
{
    (void)unused;
    rte_malloc_dump_stats(stream, NULL);
}

char *cdpdk_pool_dump(void *pool)
{
    return dumped(dump_pool, pool);
}

char *cdpdk_heap_dump(void)
{
    return dumped(dump_heap, NULL);
}

int cdpdk_heap(int node, uint64_t *total, uint64_t *free_bytes, uint64_t *largest_free)
{
    struct rte_malloc_socket_stats statistics;
    if (rte_malloc_get_socket_stats(node, &statistics) < 0)
        return -EINVAL;
    *total = statistics.heap_totalsz_bytes;
    *free_bytes = statistics.heap_freesz_bytes;
    *largest_free = statistics.greatest_free_size;
    return 0;
}
