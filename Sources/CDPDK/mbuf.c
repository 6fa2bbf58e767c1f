#include "CDPDK.h"

#include <stdio.h>

#include <stddef.h>

#include <rte_cycles.h>
#include <rte_errno.h>
#include <rte_ethdev.h>
#include <rte_lcore.h>
#include <rte_mbuf.h>
#include <rte_ring.h>

#define SAME_OFFSET(mine, theirs) \
    _Static_assert(offsetof(struct cdpdk_mbuf, mine) == offsetof(struct rte_mbuf, theirs), "offset of " #mine)

SAME_OFFSET(buf_addr, buf_addr);
SAME_OFFSET(buf_iova, buf_iova);
SAME_OFFSET(data_off, data_off);
SAME_OFFSET(refcnt, refcnt);
SAME_OFFSET(nb_segs, nb_segs);
SAME_OFFSET(port, port);
SAME_OFFSET(ol_flags, ol_flags);
SAME_OFFSET(packet_type, packet_type);
SAME_OFFSET(pkt_len, pkt_len);
SAME_OFFSET(data_len, data_len);
SAME_OFFSET(vlan_tci, vlan_tci);
SAME_OFFSET(rss_hash, hash.rss);
SAME_OFFSET(fdir_hi, hash.fdir.hi);
SAME_OFFSET(vlan_tci_outer, vlan_tci_outer);
SAME_OFFSET(buf_len, buf_len);
SAME_OFFSET(pool, pool);
SAME_OFFSET(next, next);
SAME_OFFSET(tx_offload, tx_offload);
SAME_OFFSET(shinfo, shinfo);
SAME_OFFSET(priv_size, priv_size);
SAME_OFFSET(timesync, timesync);
SAME_OFFSET(dynfield1, dynfield1);
_Static_assert(sizeof(struct cdpdk_mbuf) == sizeof(struct rte_mbuf), "size of the mbuf");
_Static_assert(_Alignof(struct cdpdk_mbuf) <= 16, "Swift imports no structure aligned above 16");

static inline struct rte_mbuf *theirs(struct cdpdk_mbuf *mbuf) { return (struct rte_mbuf *)(void *)mbuf; }
static inline struct cdpdk_mbuf *mine(struct rte_mbuf *mbuf) { return (struct cdpdk_mbuf *)(void *)mbuf; }

int cdpdk_mbuf_alloc_bulk(void *pool, struct cdpdk_mbuf **mbufs, uint32_t count)
{
    return rte_pktmbuf_alloc_bulk(pool, (struct rte_mbuf **)(void *)mbufs, count) == 0 ? 0 : -ENOMEM;
}

struct cdpdk_mbuf *cdpdk_mbuf_alloc(void *pool)
{
    return mine(rte_pktmbuf_alloc(pool));
}

void cdpdk_mbuf_free_bulk(struct cdpdk_mbuf **mbufs, uint32_t count)
{
    rte_pktmbuf_free_bulk((struct rte_mbuf **)(void *)mbufs, count);
}

void cdpdk_mbuf_free(struct cdpdk_mbuf *mbuf)
{
    rte_pktmbuf_free(theirs(mbuf));
}

struct cdpdk_mbuf *cdpdk_mbuf_copy(struct cdpdk_mbuf *mbuf, void *pool, uint32_t length)
{
    return mine(rte_pktmbuf_copy(theirs(mbuf), pool, 0, length));
}

void cdpdk_mbuf_share(struct cdpdk_mbuf *mbuf, int16_t more)
{
    for (struct rte_mbuf *segment = theirs(mbuf); segment != NULL; segment = segment->next)
        rte_mbuf_refcnt_update(segment, more);
}

uint16_t cdpdk_rx_burst(uint16_t port, uint16_t queue, struct cdpdk_mbuf **mbufs, uint16_t count)
{
    return rte_eth_rx_burst(port, queue, (struct rte_mbuf **)(void *)mbufs, count);
}

uint16_t cdpdk_tx_burst(uint16_t port, uint16_t queue, struct cdpdk_mbuf **mbufs, uint16_t count)
{
    return rte_eth_tx_burst(port, queue, (struct rte_mbuf **)(void *)mbufs, count);
}

void *cdpdk_ring_create(const char *name, uint32_t count, int node, int single_producer, int single_consumer)
{
    unsigned int flags = (single_producer ? RING_F_SP_ENQ : 0) | (single_consumer ? RING_F_SC_DEQ : 0);
    static unsigned int serial;
    char unique[RTE_RING_NAMESIZE];
    snprintf(unique, sizeof unique, "%.16s_%x", name, __atomic_fetch_add(&serial, 1, __ATOMIC_RELAXED));
    return rte_ring_create(unique, rte_align32pow2(count < 2 ? 2 : count), node, flags);
}

void cdpdk_ring_free(void *ring)
{
    rte_ring_free(ring);
}

uint32_t cdpdk_ring_enqueue_burst(void *ring, void *const *items, uint32_t count)
{
    return rte_ring_enqueue_burst(ring, items, count, NULL);
}

uint32_t cdpdk_ring_dequeue_burst(void *ring, void **items, uint32_t count)
{
    return rte_ring_dequeue_burst(ring, items, count, NULL);
}

uint32_t cdpdk_ring_count(const void *ring)
{
    return rte_ring_count(ring);
}

uint32_t cdpdk_ring_buffers_of(const void *ring, const void *pool)
{
    const struct rte_ring *ours = ring;
    struct rte_mbuf *const *entries = (struct rte_mbuf *const *)(const void *)(ours + 1);
    uint32_t end = __atomic_load_n(&ours->prod.tail, __ATOMIC_ACQUIRE);
    uint32_t found = 0;
    for (uint32_t at = ours->cons.head; at != end; at++)
        for (const struct rte_mbuf *part = entries[at & ours->mask]; part != NULL; part = part->next)
            found += part->pool == pool;
    return found;
}

int cdpdk_thread_number(void)
{
    unsigned int number = rte_lcore_id();
    return number == LCORE_ID_ANY ? -1 : (int)number;
}

int cdpdk_main_thread_number(void)
{
    return (int)rte_get_main_lcore();
}

int cdpdk_thread_register(void)
{
    return rte_thread_register() == 0 ? 0 : -(rte_errno ? rte_errno : EINVAL);
}

void cdpdk_thread_unregister(void)
{
    rte_thread_unregister();
}

int cdpdk_thread_adopt(uint32_t number)
{
    if (number >= RTE_MAX_LCORE || number == rte_get_main_lcore())
        return -EINVAL;
    RTE_PER_LCORE(_lcore_id) = number;
    return 0;
}

uint32_t cdpdk_thread_numbers(void)
{
    return RTE_MAX_LCORE;
}

uint64_t cdpdk_tsc(void)
{
    return rte_rdtsc();
}

uint64_t cdpdk_tsc_hz(void)
{
    return rte_get_tsc_hz();
}
