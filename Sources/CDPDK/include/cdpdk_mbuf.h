#ifndef VSWIFT_CDPDK_MBUF_H
#define VSWIFT_CDPDK_MBUF_H

#include <stdint.h>

/* A mirror of the fields of struct rte_mbuf that are in use, at alignment 16 at most, which Swift can import.
 * mbuf.c asserts every offset against DPDK's own declaration. */
struct cdpdk_mbuf {
    uint8_t *buf_addr;
    uint64_t buf_iova;
    uint16_t data_off;
    uint16_t refcnt;
    uint16_t nb_segs;
    uint16_t port;
    uint64_t ol_flags;
    uint32_t packet_type;
    uint32_t pkt_len;
    uint16_t data_len;
    uint16_t vlan_tci;
    uint32_t rss_hash;
    uint32_t fdir_hi;
    uint16_t vlan_tci_outer;
    uint16_t buf_len;
    void *pool;
    struct cdpdk_mbuf *next;
    uint64_t tx_offload;
    void *shinfo;
    uint16_t priv_size;
    uint16_t timesync;
    uint32_t dynfield1[9];
};

/* rte_pktmbuf_alloc_bulk: 0, or -ENOMEM and none taken. Each comes back reset: one segment, empty, headroom set. */
int cdpdk_mbuf_alloc_bulk(void *pool, struct cdpdk_mbuf **mbufs, uint32_t count);
/* rte_pktmbuf_alloc; NULL when the pool is empty. */
struct cdpdk_mbuf *cdpdk_mbuf_alloc(void *pool);
/* rte_pktmbuf_free_bulk, chains included. */
void cdpdk_mbuf_free_bulk(struct cdpdk_mbuf **mbufs, uint32_t count);
/* rte_pktmbuf_free. */
void cdpdk_mbuf_free(struct cdpdk_mbuf *mbuf);
/* rte_pktmbuf_copy of the packet's first length bytes, or of all, into buffers of pool; NULL when the pool is empty. */
struct cdpdk_mbuf *cdpdk_mbuf_copy(struct cdpdk_mbuf *mbuf, void *pool, uint32_t length);
/* rte_mbuf_refcnt_update on every segment of the chain. */
void cdpdk_mbuf_share(struct cdpdk_mbuf *mbuf, int16_t more);

/* rte_eth_rx_burst and rte_eth_tx_burst: how many packets were received or accepted. */
uint16_t cdpdk_rx_burst(uint16_t port, uint16_t queue, struct cdpdk_mbuf **mbufs, uint16_t count);
uint16_t cdpdk_tx_burst(uint16_t port, uint16_t queue, struct cdpdk_mbuf **mbufs, uint16_t count);

/* rte_ring of pointers. The name is made unique: there may be several switches in a process. Flags: single producer,
 * single consumer. Usable entries: the power of two at or above count, minus 1. */
void *cdpdk_ring_create(const char *name, uint32_t count, int node, int single_producer, int single_consumer);
void cdpdk_ring_free(void *ring);
/* How many of count pointers were taken or given; any number up to count. */
uint32_t cdpdk_ring_enqueue_burst(void *ring, void *const *items, uint32_t count);
uint32_t cdpdk_ring_dequeue_burst(void *ring, void **items, uint32_t count);
uint32_t cdpdk_ring_count(const void *ring);
/* How many buffers of the pool the packets in a ring of packets consist of; for the one who takes from it. */
uint32_t cdpdk_ring_buffers_of(const void *ring, const void *pool);

/* rte_thread_register: gives the calling thread an lcore id, and so a cache in every mempool. 0 or -errno. */
int cdpdk_thread_register(void);
void cdpdk_thread_unregister(void);
/* Gives the calling thread the lcore id `number`, which nobody else may have, without rte_thread_register: that shuts out
 * secondary processes for good. 0, or -EINVAL when there is no such id. */
int cdpdk_thread_adopt(uint32_t number);
/* How many lcore ids there are (RTE_MAX_LCORE). */
uint32_t cdpdk_thread_numbers(void);
/* DPDK's number of the calling thread (rte_lcore_id), or -1; and of the one that called cdpdk_eal_init. */
int cdpdk_thread_number(void);
int cdpdk_main_thread_number(void);

/* The processor's time stamp counter and its frequency (rte_rdtsc, rte_get_tsc_hz). */
uint64_t cdpdk_tsc(void);
uint64_t cdpdk_tsc_hz(void);

#endif
