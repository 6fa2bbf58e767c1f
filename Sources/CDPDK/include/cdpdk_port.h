#ifndef VSWIFT_CDPDK_PORT_H
#define VSWIFT_CDPDK_PORT_H

#include <stddef.h>
#include <stdint.h>

/* Offloads by their bits in ethdev (port.c asserts them). */
static const uint64_t CDPDK_RX_IPV4_CHECKSUM = 1 << 1;
static const uint64_t CDPDK_RX_UDP_CHECKSUM = 1 << 2;
static const uint64_t CDPDK_RX_TCP_CHECKSUM = 1 << 3;
static const uint64_t CDPDK_RX_SCATTER = 1 << 13;
static const uint64_t CDPDK_TX_IPV4_CHECKSUM = 1 << 1;
static const uint64_t CDPDK_TX_UDP_CHECKSUM = 1 << 2;
static const uint64_t CDPDK_TX_TCP_CHECKSUM = 1 << 3;
static const uint64_t CDPDK_TX_TCP_SEGMENTATION = 1 << 5;
static const uint64_t CDPDK_TX_MULTI_SEGMENT = 1 << 15;

/* What rte_eth_dev_info_get and the device's bus tell. Strings end in 0. */
struct cdpdk_port_info {
    char name[64];
    char driver[64];
    char bus[32];
    char bus_information[128]; /* "vendor_id=8086, device_id=1572", or empty */
    int node;                  /* -1 when unknown */
    uint32_t interface_index;
    uint32_t device_flags;
    uint16_t min_mtu, max_mtu;
    uint32_t min_rx_buffer, max_rx_packet;
    uint16_t max_rx_queues, max_tx_queues;
    uint16_t min_rx_descriptors, max_rx_descriptors, rx_descriptor_multiple;
    uint16_t min_tx_descriptors, max_tx_descriptors, tx_descriptor_multiple;
    uint32_t max_mac_addresses, max_hash_mac_addresses;
    uint16_t max_vfs, max_vmdq_pools;
    uint64_t rx_offloads, tx_offloads, rss_types;
    int has_link_interrupt, is_removable, is_representor;
};

struct cdpdk_port_configuration {
    uint16_t rx_queues, tx_queues;
    uint16_t mtu;
    uint64_t rx_offloads, tx_offloads;
    int link_interrupt;
    int rss; /* spread by IP, TCP and UDP, as far as the device can */
};

struct cdpdk_port_link {
    int up;
    uint32_t speed_megabits; /* UINT32_MAX: unknown; 0: none */
    int full_duplex;
    int autonegotiated;
};

struct cdpdk_port_statistics {
    uint64_t rx_packets, tx_packets, rx_bytes, tx_bytes;
    uint64_t rx_missed, rx_errors, tx_errors, rx_no_buffer;
};

/* The port id of a device, or -ENODEV: the first one by devargs; by Ethernet address. */
int cdpdk_port_by_devargs(const char *devargs);
int cdpdk_port_by_mac(const uint8_t mac[6]);
int cdpdk_port_is_valid(uint16_t port);
/* How many other ports the same device has. */
int cdpdk_port_siblings(uint16_t port);
/* rte_dev_probe: 0 or -errno (-EEXIST: already there). */
int cdpdk_device_probe(const char *devargs);
/* rte_eth_dev_close, then rte_dev_remove of the device if `detach`: 0 or -errno of the removal. */
int cdpdk_port_close(uint16_t port, int detach);

int cdpdk_port_info(uint16_t port, struct cdpdk_port_info *info);
/* rte_eth_dev_configure; the port must be stopped. */
int cdpdk_port_configure(uint16_t port, const struct cdpdk_port_configuration *configuration);
int cdpdk_port_rx_queue_setup(uint16_t port, uint16_t queue, uint16_t descriptors, int node, void *pool);
int cdpdk_port_tx_queue_setup(uint16_t port, uint16_t queue, uint16_t descriptors, int node);
/* Descriptors of a queue, each of which stands for a buffer (rte_eth_rx_queue_info_get and its twin), or -errno: -ENOTSUP
 * for drivers that do not tell. */
int cdpdk_port_rx_ring(uint16_t port, uint16_t queue);
int cdpdk_port_tx_ring(uint16_t port, uint16_t queue);
/* Packets that have come and wait in the queue (rte_eth_rx_queue_count), those of the queue's first `count` descriptors that
 * are not sent yet (rte_eth_tx_descriptor_status), or -errno. While the queue is in use the answer is about right. */
int cdpdk_port_rx_waiting(uint16_t port, uint16_t queue);
int cdpdk_port_tx_waiting(uint16_t port, uint16_t queue, uint16_t count);
int cdpdk_port_start(uint16_t port);
int cdpdk_port_stop(uint16_t port);
int cdpdk_port_mtu(uint16_t port);
int cdpdk_port_set_mtu(uint16_t port, uint16_t mtu);
int cdpdk_port_mac(uint16_t port, uint8_t mac[6]);
int cdpdk_port_set_mac(uint16_t port, const uint8_t mac[6]);
int cdpdk_port_set_promiscuous(uint16_t port, int on);
int cdpdk_port_set_all_multicast(uint16_t port, int on);
int cdpdk_port_set_link(uint16_t port, int up);
/* rte_eth_link_get_nowait. */
int cdpdk_port_link(uint16_t port, struct cdpdk_port_link *link);
int cdpdk_port_statistics(uint16_t port, struct cdpdk_port_statistics *statistics);

enum { CDPDK_XSTAT_NAME_BYTES = 64 };
/* How many extended statistics there are. */
int cdpdk_port_xstats_count(uint16_t port);
/* Names, CDPDK_XSTAT_NAME_BYTES each, and values in the same order: how many, or -errno (-ERANGE: too little room). */
int cdpdk_port_xstats_names(uint16_t port, char *names, uint32_t count);
int cdpdk_port_xstats_values(uint16_t port, uint64_t *values, uint32_t count);

#endif
