#include "CDPDK.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <rte_bus.h>
#include <rte_dev.h>
#include <rte_errno.h>
#include <rte_ethdev.h>
#include <rte_ether.h>

_Static_assert(RTE_ETH_RX_OFFLOAD_IPV4_CKSUM == 1 << 1 && RTE_ETH_RX_OFFLOAD_UDP_CKSUM == 1 << 2, "offloads");
_Static_assert(RTE_ETH_RX_OFFLOAD_TCP_CKSUM == 1 << 3 && RTE_ETH_RX_OFFLOAD_SCATTER == 1 << 13, "offloads");
_Static_assert(RTE_ETH_TX_OFFLOAD_IPV4_CKSUM == 1 << 1 && RTE_ETH_TX_OFFLOAD_UDP_CKSUM == 1 << 2, "offloads");
_Static_assert(RTE_ETH_TX_OFFLOAD_TCP_CKSUM == 1 << 3 && RTE_ETH_TX_OFFLOAD_TCP_TSO == 1 << 5, "offloads");
_Static_assert(RTE_ETH_TX_OFFLOAD_MULTI_SEGS == 1 << 15, "offloads");
_Static_assert(CDPDK_XSTAT_NAME_BYTES == RTE_ETH_XSTATS_NAME_SIZE, "length of the names of statistics");

int cdpdk_port_by_devargs(const char *devargs)
{
    struct rte_dev_iterator iterator;
    uint16_t port;
    RTE_ETH_FOREACH_MATCHING_DEV(port, devargs, &iterator) {
        rte_eth_iterator_cleanup(&iterator);
        return port;
    }
    return -ENODEV;
}

int cdpdk_port_by_mac(const uint8_t mac[6])
{
    uint16_t port;
    RTE_ETH_FOREACH_DEV(port) {
        struct rte_ether_addr address;
        if (rte_eth_macaddr_get(port, &address) == 0 && memcmp(address.addr_bytes, mac, 6) == 0)
            return port;
    }
    return -ENODEV;
}

int cdpdk_port_is_valid(uint16_t port)
{
    return rte_eth_dev_is_valid_port(port);
}

static struct rte_device *device_of(uint16_t port)
{
    struct rte_eth_dev_info info;
    return rte_eth_dev_info_get(port, &info) == 0 ? info.device : NULL;
}

int cdpdk_port_siblings(uint16_t port)
{
    int others = 0;
    uint16_t other;
    RTE_ETH_FOREACH_DEV_SIBLING(other, port)
        others += other != port;
    return others;
}

int cdpdk_device_probe(const char *devargs)
{
    return rte_dev_probe(devargs);
}

int cdpdk_port_close(uint16_t port, int detach)
{
    /* The port is gone after closing: take what is needed of it first. */
    struct rte_device *device = device_of(port);
    rte_eth_dev_close(port);
    return detach && device != NULL ? rte_dev_remove(device) : 0;
}

static void take_text(char *room, size_t size, const char *text)
{
    strncpy(room, text ? text : "", size - 1);
    room[size - 1] = 0;
}

int cdpdk_port_info(uint16_t port, struct cdpdk_port_info *info)
{
    struct rte_eth_dev_info i;
    int error = rte_eth_dev_info_get(port, &i);
    if (error)
        return error;
    *info = (struct cdpdk_port_info){
        .node = rte_eth_dev_socket_id(port), .interface_index = i.if_index, .device_flags = *i.dev_flags,
        .min_mtu = i.min_mtu, .max_mtu = i.max_mtu,
        .min_rx_buffer = i.min_rx_bufsize, .max_rx_packet = i.max_rx_pktlen,
        .max_rx_queues = i.max_rx_queues, .max_tx_queues = i.max_tx_queues,
        .min_rx_descriptors = i.rx_desc_lim.nb_min, .max_rx_descriptors = i.rx_desc_lim.nb_max,
        .rx_descriptor_multiple = i.rx_desc_lim.nb_align,
        .min_tx_descriptors = i.tx_desc_lim.nb_min, .max_tx_descriptors = i.tx_desc_lim.nb_max,
        .tx_descriptor_multiple = i.tx_desc_lim.nb_align,
        .max_mac_addresses = i.max_mac_addrs, .max_hash_mac_addresses = i.max_hash_mac_addrs,
        .max_vfs = i.max_vfs, .max_vmdq_pools = i.max_vmdq_pools,
        .rx_offloads = i.rx_offload_capa, .tx_offloads = i.tx_offload_capa, .rss_types = i.flow_type_rss_offloads,
        .has_link_interrupt = !!(*i.dev_flags & RTE_ETH_DEV_INTR_LSC),
        .is_removable = !!(*i.dev_flags & RTE_ETH_DEV_INTR_RMV),
        .is_representor = !!(*i.dev_flags & RTE_ETH_DEV_REPRESENTOR),
    };
    char name[RTE_ETH_NAME_MAX_LEN];
    take_text(info->name, sizeof info->name, rte_eth_dev_get_name_by_port(port, name) == 0 ? name : "");
    take_text(info->driver, sizeof info->driver, i.driver_name);
    if (i.device != NULL) {
        take_text(info->bus, sizeof info->bus, rte_bus_name(rte_dev_bus(i.device)));
        take_text(info->bus_information, sizeof info->bus_information, rte_dev_bus_info(i.device));
    }
    return 0;
}

int cdpdk_port_configure(uint16_t port, const struct cdpdk_port_configuration *c)
{
    struct rte_eth_dev_info info;
    int error = rte_eth_dev_info_get(port, &info);
    if (error)
        return error;
    struct rte_eth_conf wanted = {
        .rxmode = {.mq_mode = RTE_ETH_MQ_RX_NONE, .offloads = c->rx_offloads & info.rx_offload_capa, .mtu = c->mtu},
        .txmode = {.mq_mode = RTE_ETH_MQ_TX_NONE, .offloads = c->tx_offloads & info.tx_offload_capa},
        .intr_conf = {.lsc = c->link_interrupt && *info.dev_flags & RTE_ETH_DEV_INTR_LSC},
    };
    uint64_t spread = (RTE_ETH_RSS_IP | RTE_ETH_RSS_UDP | RTE_ETH_RSS_TCP) & info.flow_type_rss_offloads;
    if (c->rss && spread != 0) {
        wanted.rxmode.mq_mode = RTE_ETH_MQ_RX_RSS;
        wanted.rx_adv_conf.rss_conf.rss_hf = spread;
    }
    return rte_eth_dev_configure(port, c->rx_queues, c->tx_queues, &wanted);
}

int cdpdk_port_rx_queue_setup(uint16_t port, uint16_t queue, uint16_t descriptors, int node, void *pool)
{
    return rte_eth_rx_queue_setup(port, queue, descriptors, (unsigned)node, NULL, pool);
}

int cdpdk_port_tx_queue_setup(uint16_t port, uint16_t queue, uint16_t descriptors, int node)
{
    return rte_eth_tx_queue_setup(port, queue, descriptors, (unsigned)node, NULL);
}

int cdpdk_port_rx_ring(uint16_t port, uint16_t queue)
{
    struct rte_eth_rxq_info info;
    int error = rte_eth_rx_queue_info_get(port, queue, &info);
    return error ? error : info.nb_desc;
}

int cdpdk_port_tx_ring(uint16_t port, uint16_t queue)
{
    struct rte_eth_txq_info info;
    int error = rte_eth_tx_queue_info_get(port, queue, &info);
    return error ? error : info.nb_desc;
}

int cdpdk_port_rx_waiting(uint16_t port, uint16_t queue)
{
    return rte_eth_rx_queue_count(port, queue);
}

int cdpdk_port_tx_waiting(uint16_t port, uint16_t queue, uint16_t count)
{
    int waiting = 0;
    for (uint16_t place = 0; place < count; place++) {
        int status = rte_eth_tx_descriptor_status(port, queue, place);
        if (status < 0)
            return status;
        waiting += status == RTE_ETH_TX_DESC_FULL;
    }
    return waiting;
}

int cdpdk_port_start(uint16_t port) { return rte_eth_dev_start(port); }
int cdpdk_port_stop(uint16_t port) { return rte_eth_dev_stop(port); }

int cdpdk_port_mtu(uint16_t port)
{
    uint16_t mtu;
    int error = rte_eth_dev_get_mtu(port, &mtu);
    return error ? error : mtu;
}

int cdpdk_port_set_mtu(uint16_t port, uint16_t mtu) { return rte_eth_dev_set_mtu(port, mtu); }

int cdpdk_port_mac(uint16_t port, uint8_t mac[6])
{
    struct rte_ether_addr address;
    int error = rte_eth_macaddr_get(port, &address);
    if (!error)
        memcpy(mac, address.addr_bytes, 6);
    return error;
}

int cdpdk_port_set_mac(uint16_t port, const uint8_t mac[6])
{
    struct rte_ether_addr address;
    memcpy(address.addr_bytes, mac, 6);
    return rte_eth_dev_default_mac_addr_set(port, &address);
}

int cdpdk_port_set_promiscuous(uint16_t port, int on)
{
    return on ? rte_eth_promiscuous_enable(port) : rte_eth_promiscuous_disable(port);
}

int cdpdk_port_set_all_multicast(uint16_t port, int on)
{
    return on ? rte_eth_allmulticast_enable(port) : rte_eth_allmulticast_disable(port);
}

int cdpdk_port_set_link(uint16_t port, int up)
{
    return up ? rte_eth_dev_set_link_up(port) : rte_eth_dev_set_link_down(port);
}

int cdpdk_port_link(uint16_t port, struct cdpdk_port_link *link)
{
    struct rte_eth_link l = {0};
    int error = rte_eth_link_get_nowait(port, &l);
    if (error)
        return error;
    *link = (struct cdpdk_port_link){
        .up = l.link_status == RTE_ETH_LINK_UP, .speed_megabits = l.link_speed,
        .full_duplex = l.link_duplex == RTE_ETH_LINK_FULL_DUPLEX, .autonegotiated = l.link_autoneg};
    return 0;
}

int cdpdk_port_statistics(uint16_t port, struct cdpdk_port_statistics *statistics)
{
    struct rte_eth_stats s;
    int error = rte_eth_stats_get(port, &s);
    if (error)
        return error;
    *statistics = (struct cdpdk_port_statistics){
        .rx_packets = s.ipackets, .tx_packets = s.opackets, .rx_bytes = s.ibytes, .tx_bytes = s.obytes,
        .rx_missed = s.imissed, .rx_errors = s.ierrors, .tx_errors = s.oerrors, .rx_no_buffer = s.rx_nombuf};
    return 0;
}

int cdpdk_port_xstats_count(uint16_t port)
{
    return rte_eth_xstats_get_names(port, NULL, 0);
}

int cdpdk_port_xstats_names(uint16_t port, char *names, uint32_t count)
{
    int found = rte_eth_xstats_get_names(port, (struct rte_eth_xstat_name *)(void *)names, count);
    return found > (int)count ? -ERANGE : found;
}

int cdpdk_port_xstats_values(uint16_t port, uint64_t *values, uint32_t count)
{
    struct rte_eth_xstat *found = calloc(count ? count : 1, sizeof *found);
    if (found == NULL)
        return -ENOMEM;
    int n = rte_eth_xstats_get(port, found, count);
    if (n > (int)count)
        n = -ERANGE;
    for (int i = 0; i < n; i++)
        if (found[i].id < count)
            values[found[i].id] = found[i].value;
    free(found);
    return n;
}
