#ifndef VSWIFT_CDPDK_MEMORY_H
#define VSWIFT_CDPDK_MEMORY_H

#include <stdint.h>

/* What DPDK says of itself. All wait for its locks, which are kept while it takes pages from the kernel. */

enum cdpdk_dump {
    /* rte_mempool_dump of the object, or rte_mempool_list_dump for NULL. */
    CDPDK_DUMP_POOLS,
    /* rte_malloc_dump_stats, rte_memzone_dump, rte_log_dump, rte_lcore_dump. */
    CDPDK_DUMP_HEAPS,
    CDPDK_DUMP_MEMZONES,
    CDPDK_DUMP_LOG_LEVELS,
    CDPDK_DUMP_THREADS,
};
/* Text that the caller frees; NULL when memory is short. */
char *cdpdk_dump(enum cdpdk_dump what, void *object);

/* rte_malloc_get_socket_stats: heap of a node in bytes. 0, or -EINVAL for a node without a heap. */
int cdpdk_heap(int node, uint64_t *total, uint64_t *free_bytes, uint64_t *largest_free);
/* Bytes of pages of that size that DPDK has mapped on a node. */
uint64_t cdpdk_mapped(int node, uint64_t page_size);
/* rte_log_set_level_pattern: 0 or -1. */
int cdpdk_log_set(const char *pattern, uint32_t level);

#endif
