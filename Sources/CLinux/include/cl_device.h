#ifndef VSWIFT_CL_DEVICE_H
#define VSWIFT_CL_DEVICE_H

#include <stdint.h>

/* Names of kernel devices have at most 15 bytes: a longer one is answered with -ENAMETOOLONG.
 * `control` is any socket, for instance cl_control_socket(); it decides the network namespace. */

/* An AF_INET datagram socket for the ioctls below. */
int cl_control_socket(void);

/* Opens a TAP device (IFF_TAP | IFF_NO_PI), made if it is not there: the descriptor (not blocking, closed on exec).
 * vnet_header: IFF_VNET_HDR with a header of 10 bytes in front of each frame. -EBUSY: another process has it open. */
int cl_tap_open(const char *name, int vnet_header);
/* TUNGETIFF: 0 when the TAP of this descriptor has been deleted, 1 otherwise. */
int cl_tap_is_attached(int tap);
/* TUNSETPERSIST: whether the device outlives its descriptor. */
int cl_tap_set_persistent(int tap, int persistent);
/* TUNSETOFFLOAD: 0 makes the kernel finish checksums and segmentation before a frame reaches us. */
int cl_tap_set_offloads(int tap, unsigned flags);

/* Interface index, or -ENODEV. */
int cl_device_index(int control, const char *name);
/* IFF_ flags, at least 0. */
int cl_device_flags(int control, const char *name);
/* Sets the flags in `on` and clears those in `off`, leaves the others. */
int cl_device_change_flags(int control, const char *name, unsigned on, unsigned off);
int cl_device_mtu(int control, const char *name);
int cl_device_set_mtu(int control, const char *name, int mtu);
/* Six bytes; -EINVAL when the device is not an Ethernet one. */
int cl_device_mac(int control, const char *name, uint8_t mac[6]);
int cl_device_set_mac(int control, const char *name, const uint8_t mac[6]);

/* ETHTOOL_GLINKSETTINGS. speed in Mbit/s, 0 when unknown; full_duplex -1 when unknown. */
struct cl_link_settings {
    uint32_t speed_megabits;
    int full_duplex;
    int autonegotiates;
};
int cl_device_link_settings(int control, const char *name, struct cl_link_settings *settings);
/* ETHTOOL_GDRVINFO; all strings end in 0. */
struct cl_driver {
    char driver[33];
    char version[33];
    char firmware[33];
    char bus[33];
};
int cl_device_driver(int control, const char *name, struct cl_driver *driver);
/* ETHTOOL_GLINK: 1 carrier, 0 none. */
int cl_device_carrier(int control, const char *name);

/* An rtnetlink socket for cl_device_read_info, for one thread; it decides the network namespace. */
int cl_route_socket(void);
/* What one RTM_GETLINK tells. `sequence`: another number for each request of a socket. Counters as IFLA_STATS64 gives
 * them. */
struct cl_device_info {
    int index;
    unsigned flags; /* IFF_ flags with IFF_LOWER_UP (1 << 16) */
    int mtu;
    int min_mtu; /* 0: not told */
    int max_mtu; /* 0: no limit told */
    int is_ethernet;
    uint8_t mac[6];
    uint8_t operstate; /* IF_OPER_*: 6 up */
    uint8_t carrier;
    uint32_t carrier_changes;
    char kind[16]; /* "veth", "tun", "bridge", … or empty */
    uint64_t rx_packets, tx_packets, rx_bytes, tx_bytes, rx_errors, tx_errors, rx_dropped, tx_dropped;
    uint64_t multicast, collisions, rx_length_errors, rx_over_errors, rx_crc_errors, rx_frame_errors;
    uint64_t rx_fifo_errors, rx_missed_errors, tx_aborted_errors, tx_carrier_errors, tx_fifo_errors;
    uint64_t tx_heartbeat_errors, tx_window_errors;
};
int cl_device_read_info(int route, uint32_t sequence, const char *name, struct cl_device_info *info);

/* Through which device, and there to which IPv4 address (network byte order), the kernel would send. */
struct cl_next_hop {
    int index;
    uint32_t address;
    uint8_t mac[6];
};
/* RTM_GETROUTE for one destination (network byte order) over a socket of cl_route_socket: fills in index and address.
 * -ENETUNREACH and the like: there is no route. */
int cl_route_read_next_hop(int route, uint32_t sequence, uint32_t destination, struct cl_next_hop *hop);
/* RTM_GETNEIGH for the index and address of a hop: fills in mac. -ENOENT: the address is not known now. */
int cl_route_read_neighbor(int route, uint32_t sequence, struct cl_next_hop *hop);

#endif
