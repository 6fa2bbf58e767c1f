#include "CDPDK.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>

#include <linux/virtio_net.h>
#include <linux/virtio_ring.h>
#include <rte_vhost.h>

/* The guest's address of count bytes that we have at an address; -1 when they are none of the guest's. */
static uint64_t guest_address(const struct cdpdk_vhost_ring *ring, const uint8_t *host, uint64_t count)
{
    for (uint32_t n = 0; n < ring->region_count; n++) {
        const struct cdpdk_vhost_region *region = &ring->regions[n];
        uint64_t offset = (uint64_t)((uintptr_t)host - (uintptr_t)region->host);
        if (offset < region->size && count <= region->size - offset)
            return region->guest + offset;
    }
    return UINT64_MAX;
}

static int fill_memory(int device, struct cdpdk_vhost_ring *ring)
{
    struct rte_vhost_memory *memory = NULL;
    if (rte_vhost_get_mem_table(device, &memory) != 0)
        return -ENODEV;
    ring->region_count = 0;
    for (uint32_t n = 0; n < memory->nregions && n < CDPDK_VHOST_REGIONS; n++) {
        const struct rte_vhost_mem_region *region = &memory->regions[n];
        ring->regions[ring->region_count++] = (struct cdpdk_vhost_region){
            .guest = region->guest_phys_addr, .size = region->size, .host = (uint8_t *)(uintptr_t)region->host_user_addr};
    }
    free(memory);
    return 0;
}

static void fill_traits(uint64_t features, struct cdpdk_vhost_ring *ring)
{
    static const uint64_t with_buffers = 1ULL << VIRTIO_NET_F_MRG_RXBUF | 1ULL << VIRTIO_F_VERSION_1 | 1ULL << VIRTIO_F_RING_PACKED;
    ring->header = features & with_buffers ? sizeof(struct virtio_net_hdr_mrg_rxbuf) : sizeof(struct virtio_net_hdr);
    ring->traits = (features & 1ULL << VIRTIO_F_RING_PACKED ? CDPDK_VHOST_PACKED : 0) |
                   (features & 1ULL << VIRTIO_RING_F_EVENT_IDX ? CDPDK_VHOST_EVENT_INDEX : 0) |
                   (features & 1ULL << VIRTIO_NET_F_MRG_RXBUF ? CDPDK_VHOST_MERGEABLE : 0) |
                   (features & 1ULL << VHOST_F_LOG_ALL ? CDPDK_VHOST_LOGGED : 0);
}

/* Whether all parts of the ring are the guest's, and where they may be. */
static int is_within(const struct cdpdk_vhost_ring *ring)
{
    uint64_t size = ring->size, more = ring->traits & CDPDK_VHOST_EVENT_INDEX ? 2 : 0;
    int is_packed = (ring->traits & CDPDK_VHOST_PACKED) != 0;
    /* Memory that the guest writes to at the same time is read and written in whole words, which some processors only do
     * where words belong (virtio 1.2, 2.7 and 2.8). */
    if ((uintptr_t)ring->descriptors % 16 || (uintptr_t)ring->driver % (is_packed ? 4 : 2) || (uintptr_t)ring->device % 4)
        return 0;
    return guest_address(ring, ring->descriptors, 16 * size) != UINT64_MAX &&
           guest_address(ring, ring->driver, is_packed ? 4 : 4 + 2 * size + more) != UINT64_MAX &&
           guest_address(ring, ring->device, is_packed ? 4 : 4 + 8 * size + more) != UINT64_MAX;
}

int cdpdk_vhost_ring_fill(int device, uint16_t number, struct cdpdk_vhost_ring *ring)
{
    struct rte_vhost_vring vring = {0};
    uint64_t features = 0;
    uint16_t available = 0, used = 0;
    if (rte_vhost_get_vhost_vring(device, number, &vring) != 0 || !vring.desc || !vring.avail || !vring.used || !vring.size ||
        rte_vhost_get_negotiated_features(device, &features) != 0 ||
        rte_vhost_get_vring_base(device, number, &available, &used) != 0 || fill_memory(device, ring) != 0)
        return -ENODEV;
    fill_traits(features, ring);
    int is_packed = (ring->traits & CDPDK_VHOST_PACKED) != 0;
    ring->owner = device;
    ring->number = number;
    ring->descriptors = (uint8_t *)vring.desc;
    ring->driver = (uint8_t *)vring.avail;
    ring->device = (uint8_t *)vring.used;
    ring->size = vring.size;
    ring->call = vring.callfd;
    ring->next_available = is_packed ? available & 0x7fff : available;
    ring->next_used = is_packed ? used & 0x7fff : used;
    ring->available_wrap = is_packed ? available >> 15 : 0;
    ring->used_wrap = is_packed ? used >> 15 : 0;
    ring->is_signalled = 0;
    ring->is_broken = 0;
    ring->is_held = 0;
    if (!is_within(ring) || (is_packed ? ring->next_available >= ring->size || ring->next_used >= ring->size
                                       : (ring->size & (ring->size - 1)) != 0))
        return -ENODEV;
    /* A packed ring's used entries are where its descriptors are. */
    ring->log_address = vring.log_guest_addr && is_packed ? guest_address(ring, ring->descriptors, 1) : vring.log_guest_addr;
    return 0;
}

void cdpdk_vhost_ring_return(const struct cdpdk_vhost_ring *ring)
{
    (void)rte_vhost_set_vring_base(ring->owner, (uint16_t)ring->number,
                                   (uint16_t)(ring->next_available | ring->available_wrap << 15),
                                   (uint16_t)(ring->next_used | ring->used_wrap << 15));
}

void cdpdk_vhost_ring_silence(struct cdpdk_vhost_ring *ring)
{
    if (ring->traits & CDPDK_VHOST_PACKED)
        cdpdk_shared_store16(ring->device + 2, 1 /* VRING_PACKED_EVENT_FLAG_DISABLE */);
    else if (!(ring->traits & CDPDK_VHOST_EVENT_INDEX))
        cdpdk_shared_store16(ring->device, VRING_USED_F_NO_NOTIFY);
}

void cdpdk_vhost_ring_close(struct cdpdk_vhost_ring *ring)
{
    uint32_t nobody = 0;
    __atomic_store_n(&ring->is_closed, 1, __ATOMIC_SEQ_CST);
    while (!__atomic_compare_exchange_n(&ring->gate, &nobody, 1, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) {
        nobody = 0;
        sched_yield();
    }
}

void cdpdk_vhost_ring_open(struct cdpdk_vhost_ring *ring)
{
    __atomic_store_n(&ring->is_closed, 0, __ATOMIC_RELAXED);
    __atomic_store_n(&ring->gate, 0, __ATOMIC_RELEASE);
}

void cdpdk_vhost_log(int device, uint64_t guest_address, uint64_t count)
{
    rte_vhost_log_write(device, guest_address, count);
}
