#define _GNU_SOURCE
#include "CDPDK.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include <rte_lcore.h>
#include <rte_log.h>
#include <rte_malloc.h>
#include <rte_memory.h>
#include <rte_mempool.h>
#include <rte_memzone.h>

static void dump(FILE *stream, enum cdpdk_dump what, void *object)
{
    switch (what) {
    case CDPDK_DUMP_POOLS:
        if (object == NULL)
            rte_mempool_list_dump(stream);
        else
            rte_mempool_dump(stream, object);
        break;
    case CDPDK_DUMP_HEAPS:
        rte_malloc_dump_stats(stream, NULL);
        break;
    case CDPDK_DUMP_MEMZONES:
        rte_memzone_dump(stream);
        break;
    case CDPDK_DUMP_LOG_LEVELS:
        rte_log_dump(stream);
        break;
    case CDPDK_DUMP_THREADS:
        rte_lcore_dump(stream);
        break;
    }
}

char *cdpdk_dump(enum cdpdk_dump what, void *object)
{
    char *text = NULL;
    size_t length = 0;
    FILE *stream = open_memstream(&text, &length);
    if (stream == NULL)
        return NULL;
    dump(stream, what, object);
    fclose(stream);
    return text;
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

struct mapped {
    int node;
    uint64_t page_size;
    uint64_t bytes;
};

static int add_segment(const struct rte_memseg_list *list, const struct rte_memseg *segment, void *sum)
{
    struct mapped *mapped = sum;
    if (!list->external && segment->socket_id == mapped->node && segment->hugepage_sz == mapped->page_size)
        mapped->bytes += segment->len;
    return 0;
}

uint64_t cdpdk_mapped(int node, uint64_t page_size)
{
    struct mapped mapped = {.node = node, .page_size = page_size};
    rte_memseg_walk(add_segment, &mapped);
    return mapped.bytes;
}

int cdpdk_log_set(const char *pattern, uint32_t level)
{
    return rte_log_set_level_pattern(pattern, level) < 0 ? -1 : 0;
}
