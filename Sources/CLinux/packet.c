#include "CLinux.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

enum { VNET_BYTES = 10 };

static int turn_on(int socket, int option)
{
    int one = 1;
    return setsockopt(socket, SOL_PACKET, option, &one, sizeof one) < 0 ? -errno : 0;
}

int cl_packet_open(int interface_index, int vnet_header)
{
    int fd = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -errno;
    int error = turn_on(fd, PACKET_AUXDATA);
    if (!error)
        error = turn_on(fd, PACKET_IGNORE_OUTGOING);
    if (!error && vnet_header)
        error = turn_on(fd, PACKET_VNET_HDR);
    struct sockaddr_ll device = {
        .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL), .sll_ifindex = interface_index};
    if (!error && bind(fd, (struct sockaddr *)&device, sizeof device) < 0)
        error = -errno;
    if (error) {
        close(fd);
        return error;
    }
    return fd;
}

int cl_packet_set_promiscuous(int socket, int interface_index)
{
    struct packet_mreq request = {.mr_ifindex = interface_index, .mr_type = PACKET_MR_PROMISC};
    return setsockopt(socket, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &request, sizeof request) < 0 ? -errno : 0;
}

int cl_packet_set_buffers(int socket, int receive_bytes, int send_bytes)
{
    if (receive_bytes > 0 && setsockopt(socket, SOL_SOCKET, SO_RCVBUFFORCE, &receive_bytes, sizeof receive_bytes) < 0)
        return -errno;
    if (send_bytes > 0 && setsockopt(socket, SOL_SOCKET, SO_SNDBUFFORCE, &send_bytes, sizeof send_bytes) < 0)
        return -errno;
    return 0;
}

static void take_auxdata(struct msghdr *header, struct cl_frame *frame)
{
    for (struct cmsghdr *c = CMSG_FIRSTHDR(header); c != NULL; c = CMSG_NXTHDR(header, c)) {
        if (c->cmsg_level != SOL_PACKET || c->cmsg_type != PACKET_AUXDATA)
            continue;
        struct tpacket_auxdata aux;
        memcpy(&aux, CMSG_DATA(c), sizeof aux);
        if (aux.tp_status & TP_STATUS_CSUMNOTREADY)
            frame->flags |= CL_FRAME_CHECKSUM_PARTIAL;
        if (aux.tp_status & TP_STATUS_CSUM_VALID)
            frame->flags |= CL_FRAME_CHECKSUM_VALID;
        if (aux.tp_status & TP_STATUS_VLAN_VALID) {
            frame->flags |= CL_FRAME_VLAN;
            frame->vlan_tci = aux.tp_vlan_tci;
            frame->vlan_tpid = aux.tp_status & TP_STATUS_VLAN_TPID_VALID ? aux.tp_vlan_tpid : ETH_P_8021Q;
        }
    }
}

int cl_packet_receive(int socket, struct cl_frame *frames, int count, int vnet_header)
{
    struct mmsghdr headers[CL_BURST];
    struct iovec parts[CL_BURST][2];
    union {
        struct cmsghdr head;
        char space[CMSG_SPACE(sizeof(struct tpacket_auxdata))];
    } control[CL_BURST];
    if (count > CL_BURST)
        count = CL_BURST;
    for (int i = 0; i < count; i++) {
        parts[i][0] = (struct iovec){frames[i].vnet, VNET_BYTES};
        parts[i][1] = (struct iovec){frames[i].data, frames[i].capacity};
        headers[i] = (struct mmsghdr){.msg_hdr = {
            .msg_iov = vnet_header ? &parts[i][0] : &parts[i][1],
            .msg_iovlen = vnet_header ? 2 : 1,
            .msg_control = &control[i],
            .msg_controllen = sizeof control[i],
        }};
    }
    int received = recvmmsg(socket, headers, (unsigned)count, MSG_DONTWAIT, NULL);
    if (received < 0)
        return errno == EAGAIN || errno == EINTR ? 0 : -errno;
    for (int i = 0; i < received; i++) {
        uint32_t length = headers[i].msg_len;
        frames[i].length = vnet_header ? (length > VNET_BYTES ? length - VNET_BYTES : 0) : length;
        frames[i].flags = headers[i].msg_hdr.msg_flags & MSG_TRUNC ? CL_FRAME_TRUNCATED : 0;
        take_auxdata(&headers[i].msg_hdr, &frames[i]);
    }
    return received;
}

int cl_packet_send(int socket, struct cl_frame *frames, int count, int vnet_header)
{
    struct mmsghdr headers[CL_BURST];
    struct iovec parts[CL_BURST][2];
    if (count > CL_BURST)
        count = CL_BURST;
    for (int i = 0; i < count; i++) {
        parts[i][0] = (struct iovec){frames[i].vnet, VNET_BYTES};
        parts[i][1] = (struct iovec){frames[i].data, frames[i].length};
        headers[i] = (struct mmsghdr){.msg_hdr = {
            .msg_iov = vnet_header ? &parts[i][0] : &parts[i][1], .msg_iovlen = vnet_header ? 2 : 1}};
    }
    int sent = sendmmsg(socket, headers, (unsigned)count, MSG_DONTWAIT);
    return sent < 0 ? -errno : sent;
}

int cl_packet_statistics(int socket, uint32_t *frames, uint32_t *dropped)
{
    struct tpacket_stats statistics = {0};
    socklen_t length = sizeof statistics;
    if (getsockopt(socket, SOL_PACKET, PACKET_STATISTICS, &statistics, &length) < 0)
        return -errno;
    *frames = statistics.tp_packets;
    *dropped = statistics.tp_drops;
    return 0;
}

int cl_tap_receive(int tap, struct cl_frame *frames, int count, int vnet_header)
{
    int received = 0;
    while (received < count) {
        struct cl_frame *frame = &frames[received];
        /* A TAP cuts a longer frame without a word: one byte more than there is room for tells. */
        char more;
        struct iovec parts[3] = {{frame->vnet, VNET_BYTES}, {frame->data, frame->capacity}, {&more, 1}};
        ssize_t length = readv(tap, vnet_header ? parts : parts + 1, vnet_header ? 3 : 2);
        if (length < 0) {
            if (errno == EINTR)
                continue;
            return received > 0 || errno == EAGAIN ? received : -errno;
        }
        if (vnet_header)
            length = length > VNET_BYTES ? length - VNET_BYTES : 0;
        frame->flags = (uint64_t)length > frame->capacity ? CL_FRAME_TRUNCATED : 0;
        frame->length = frame->flags ? frame->capacity : (uint32_t)length;
        received++;
    }
    return received;
}

int cl_tap_send(int tap, struct cl_frame *frames, int count, int vnet_header)
{
    int sent = 0;
    while (sent < count) {
        struct cl_frame *frame = &frames[sent];
        struct iovec parts[2] = {{frame->vnet, VNET_BYTES}, {frame->data, frame->length}};
        if (writev(tap, vnet_header ? parts : parts + 1, vnet_header ? 2 : 1) < 0) {
            if (errno == EINTR)
                continue;
            return sent > 0 ? sent : -errno;
        }
        sent++;
    }
    return sent;
}

int cl_packet_send_messages(int socket, const struct msghdr *messages, int count)
{
    struct mmsghdr list[CL_BURST];
    if (count > CL_BURST)
        count = CL_BURST;
    for (int i = 0; i < count; i++) {
        list[i].msg_hdr = messages[i];
        list[i].msg_len = 0;
    }
    int taken = sendmmsg(socket, list, count, MSG_DONTWAIT);
    return taken < 0 ? -errno : taken;
}
