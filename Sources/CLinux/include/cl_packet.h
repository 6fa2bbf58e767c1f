#ifndef VSWIFT_CL_PACKET_H
#define VSWIFT_CL_PACKET_H

#include <stdint.h>

/* One frame of a burst. data and capacity are the caller's; length and the rest are results of receiving. */
struct cl_frame {
    void *data;
    uint32_t capacity;
    uint32_t length; /* bytes received, or to send */
    uint32_t flags;  /* CL_FRAME_* */
    uint16_t vlan_tci;  /* the tag that the kernel took out of the frame, if CL_FRAME_VLAN */
    uint16_t vlan_tpid; /* host byte order */
    uint8_t vnet[12];   /* struct virtio_net_hdr (10 bytes), when the descriptor carries one */
};
enum {
    CL_FRAME_TRUNCATED = 1,      /* longer than capacity; the rest is lost */
    CL_FRAME_VLAN = 2,           /* vlan_tci and vlan_tpid are valid */
    CL_FRAME_CHECKSUM_PARTIAL = 4, /* the sender left the L4 checksum to us */
    CL_FRAME_CHECKSUM_VALID = 8,
};
enum { CL_BURST = 32 };

/* An AF_PACKET raw socket bound to the device (not blocking, closed on exec) with PACKET_AUXDATA and
 * PACKET_IGNORE_OUTGOING; deaf until bound, so that no other device's frame comes in. vnet_header: PACKET_VNET_HDR. */
int cl_packet_open(int interface_index, int vnet_header);
/* PACKET_ADD_MEMBERSHIP of PACKET_MR_PROMISC: undone when the socket is closed. */
int cl_packet_set_promiscuous(int socket, int interface_index);
/* SO_RCVBUFFORCE and SO_SNDBUFFORCE in bytes; 0 leaves one as it is. */
int cl_packet_set_buffers(int socket, int receive_bytes, int send_bytes);
/* recvmmsg(2) of at most CL_BURST frames: how many, 0 when there is none, or -errno (-ENETDOWN: device is down). */
int cl_packet_receive(int socket, struct cl_frame *frames, int count, int vnet_header);
/* sendmmsg(2) of at most CL_BURST frames: how many were taken; -errno only if the first failed (-EAGAIN, -ENOBUFS:
 * full; -EMSGSIZE: the first is too long). */
int cl_packet_send(int socket, struct cl_frame *frames, int count, int vnet_header);
struct msghdr;
/* sendmmsg(2), not blocking, of at most CL_BURST messages that the caller has gathered: how many were taken, or -errno
 * when the first was refused. */
int cl_packet_send_messages(int socket, const struct msghdr *messages, int count);
/* PACKET_STATISTICS: frames seen and frames dropped for want of room since the last call. */
int cl_packet_statistics(int socket, uint32_t *frames, uint32_t *dropped);

/* The same over a TAP descriptor, a read(2) or write(2) a frame. 0 or -errno as above (-EIO: device is down). */
int cl_tap_receive(int tap, struct cl_frame *frames, int count, int vnet_header);
int cl_tap_send(int tap, struct cl_frame *frames, int count, int vnet_header);

#endif
