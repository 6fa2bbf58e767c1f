#ifndef VSWIFT_CDPDK_VHOST_H
#define VSWIFT_CDPDK_VHOST_H

#include <stdint.h>

#include "cdpdk_mbuf.h"

/* Guests over vhost-user (rte_vhost.h). A socket is known by its path, a guest's device, while there is one, by the
 * library's number of it. Ring 2n takes packets to the guest, ring 2n + 1 brings packets from it. */

static const uint64_t CDPDK_VHOST_CLIENT = 1 << 0;
static const uint64_t CDPDK_VHOST_NO_RECONNECT = 1 << 1;
static const uint64_t CDPDK_VHOST_IOMMU = 1 << 3;
static const uint64_t CDPDK_VHOST_POSTCOPY = 1 << 4;
static const uint64_t CDPDK_VHOST_LINEAR = 1 << 6;

/* Features of virtio by their bits (vhost.c asserts them). */
static const uint64_t CDPDK_VIRTIO_NET_CSUM = 1 << 0;
static const uint64_t CDPDK_VIRTIO_NET_HOST_TSO4 = 1 << 11;
static const uint64_t CDPDK_VIRTIO_NET_HOST_TSO6 = 1 << 12;
static const uint64_t CDPDK_VIRTIO_NET_HOST_ECN = 1 << 13;
static const uint64_t CDPDK_VIRTIO_NET_HOST_UFO = 1 << 14;

/* A message over the control socket, with the library's layout (vhost_user.h, "can't be changed carelessly as external
 * message handlers rely on them"). */
enum { CDPDK_VHOST_PAYLOAD = 632, CDPDK_VHOST_DESCRIPTORS = 8 };
struct cdpdk_vhost_message {
    uint32_t request;
    uint32_t flags;
    uint32_t size;
    uint8_t payload[CDPDK_VHOST_PAYLOAD];
    int32_t descriptors[CDPDK_VHOST_DESCRIPTORS];
    int32_t descriptor_count;
};

enum cdpdk_vhost_verdict {
    /* The library carries it out. */
    CDPDK_VHOST_PASS,
    /* It counts as carried out, and nothing is done. */
    CDPDK_VHOST_IGNORE,
    /* The connection ends. */
    CDPDK_VHOST_REFUSE,
};

/* What the library tells, from threads of its own or from within cdpdk_vhost_close. The path lives as long as the call. */
struct cdpdk_vhost_events {
    /* The guest's rings are there; from here on packets may be moved. */
    void (*ready)(const char *path, int device);
    /* The device and its memory are going: when this returns no thread may use the number any more. */
    void (*gone)(const char *path, int device);
    /* The guest has switched a ring on or off. */
    void (*ring)(const char *path, int device, uint16_t ring, int enabled);
    /* A frontend has connected, or has gone. One that has connected is only let in when the answer is not 0. */
    int (*connection)(const char *path, int device, int connected);
    /* A message has come and is not carried out yet; what is done with it. The device's rings may be locked. */
    enum cdpdk_vhost_verdict (*message)(const char *path, int device, struct cdpdk_vhost_message *message);
    /* The message has been carried out; not called for one that was refused or that failed. */
    void (*done)(const char *path, int device, struct cdpdk_vhost_message *message);
};

/* rte_vhost_driver_register, the features taken away, the callbacks, rte_vhost_driver_start. 0, or nothing is left of it
 * and the library's log says why: -ECONNREFUSED when it is a client's and nobody listens, else -1. The same events for
 * every socket. */
int cdpdk_vhost_open(const char *path, uint64_t flags, uint64_t without_features, const struct cdpdk_vhost_events *events);
/* rte_vhost_driver_unregister: every connection ends, with its events. 0 or -1. */
int cdpdk_vhost_close(const char *path);

/* rte_vhost_enqueue_burst on ring 2 * pair: how many packets were copied to the guest. They stay the caller's. */
uint16_t cdpdk_vhost_send(int device, uint16_t pair, struct cdpdk_mbuf **mbufs, uint16_t count);
/* rte_vhost_dequeue_burst on ring 2 * pair + 1, into buffers of the pool; none when the pool is empty. */
uint16_t cdpdk_vhost_receive(int device, uint16_t pair, void *pool, struct cdpdk_mbuf **mbufs, uint16_t count);

/* Between "ready" and "gone". Rings of the device; entries of one, or -1. */
uint16_t cdpdk_vhost_rings(int device);
int cdpdk_vhost_ring_size(int device, uint16_t ring);
/* The NUMA node of the guest's memory; -1 when unknown. */
int cdpdk_vhost_node(int device);
/* rte_vhost_get_negotiated_features, rte_vhost_get_mtu: 0, or -errno. */
int cdpdk_vhost_features(int device, uint64_t *features);
int cdpdk_vhost_mtu(int device, uint16_t *mtu);
/* The guest need not tell when it has put packets into the ring: they are looked for. */
void cdpdk_vhost_no_kicks(int device, uint16_t ring);
/* How often a guest has been told that there are packets, all guests together. */
uint64_t cdpdk_vhost_notifications(void);

#endif
