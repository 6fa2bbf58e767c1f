#include "CLinux.h"

#include <errno.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if_arp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int cl_route_socket(void)
{
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    if (fd < 0)
        return -errno;
    struct sockaddr_nl self = {.nl_family = AF_NETLINK};
    if (bind(fd, (struct sockaddr *)&self, sizeof self) < 0) {
        int error = -errno;
        close(fd);
        return error;
    }
    return fd;
}

static void take_statistics(const struct rtattr *attribute, struct cl_device_info *info)
{
    struct rtnl_link_stats64 s = {0};
    size_t length = RTA_PAYLOAD(attribute);
    memcpy(&s, RTA_DATA(attribute), length < sizeof s ? length : sizeof s);
    info->rx_packets = s.rx_packets, info->tx_packets = s.tx_packets;
    info->rx_bytes = s.rx_bytes, info->tx_bytes = s.tx_bytes;
    info->rx_errors = s.rx_errors, info->tx_errors = s.tx_errors;
    info->rx_dropped = s.rx_dropped, info->tx_dropped = s.tx_dropped;
    info->multicast = s.multicast, info->collisions = s.collisions;
    info->rx_length_errors = s.rx_length_errors, info->rx_over_errors = s.rx_over_errors;
    info->rx_crc_errors = s.rx_crc_errors, info->rx_frame_errors = s.rx_frame_errors;
    info->rx_fifo_errors = s.rx_fifo_errors, info->rx_missed_errors = s.rx_missed_errors;
    info->tx_aborted_errors = s.tx_aborted_errors, info->tx_carrier_errors = s.tx_carrier_errors;
    info->tx_fifo_errors = s.tx_fifo_errors, info->tx_heartbeat_errors = s.tx_heartbeat_errors;
    info->tx_window_errors = s.tx_window_errors;
}

static void take_kind(struct rtattr *nest, struct cl_device_info *info)
{
    int left = (int)RTA_PAYLOAD(nest);
    for (struct rtattr *a = RTA_DATA(nest); RTA_OK(a, left); a = RTA_NEXT(a, left))
        if (a->rta_type == IFLA_INFO_KIND)
            strncpy(info->kind, RTA_DATA(a), sizeof info->kind - 1);
}

static uint32_t number(const struct rtattr *attribute)
{
    uint32_t value = 0;
    size_t length = RTA_PAYLOAD(attribute);
    memcpy(&value, RTA_DATA(attribute), length < sizeof value ? length : sizeof value);
    return value;
}

static void take_link(struct nlmsghdr *message, struct cl_device_info *info)
{
    struct ifinfomsg *link = NLMSG_DATA(message);
    int left = (int)IFLA_PAYLOAD(message);
    info->index = link->ifi_index;
    info->flags = link->ifi_flags;
    info->is_ethernet = link->ifi_type == ARPHRD_ETHER;
    for (struct rtattr *a = IFLA_RTA(link); RTA_OK(a, left); a = RTA_NEXT(a, left)) {
        switch (a->rta_type) {
        case IFLA_MTU: info->mtu = (int)number(a); break;
        case IFLA_MIN_MTU: info->min_mtu = (int)number(a); break;
        case IFLA_MAX_MTU: info->max_mtu = (int)number(a); break;
        case IFLA_OPERSTATE: info->operstate = (uint8_t)number(a); break;
        case IFLA_CARRIER: info->carrier = (uint8_t)number(a); break;
        case IFLA_CARRIER_CHANGES: info->carrier_changes = number(a); break;
        case IFLA_ADDRESS:
            if (RTA_PAYLOAD(a) == 6)
                memcpy(info->mac, RTA_DATA(a), 6);
            break;
        case IFLA_LINKINFO: take_kind(a, info); break;
        case IFLA_STATS64: take_statistics(a, info); break;
        }
    }
}

/* The answer to the request of this number; those to earlier requests that were given up are left behind. */
static ssize_t answer_to(int route, uint32_t sequence, void *answer, size_t size)
{
    for (;;) {
        ssize_t received = recv(route, answer, size, 0);
        if (received < 0 && errno == EINTR)
            continue;
        if (received < 0)
            return -errno;
        struct nlmsghdr *message = answer;
        if (!NLMSG_OK(message, (uint32_t)received))
            return -EIO;
        if (message->nlmsg_seq == sequence)
            return received;
    }
}

/* Sends a request and takes its answer, which is of this type: 0 or -errno. */
static int ask(int route, struct nlmsghdr *request, uint16_t type, void *answer, size_t size)
{
    if (send(route, request, request->nlmsg_len, 0) < 0)
        return -errno;
    ssize_t received = answer_to(route, request->nlmsg_seq, answer, size);
    if (received < 0)
        return (int)received;
    struct nlmsghdr *message = answer;
    if (message->nlmsg_type == NLMSG_ERROR) {
        int code = ((struct nlmsgerr *)NLMSG_DATA(message))->error;
        return code < 0 ? code : -EIO;
    }
    return message->nlmsg_type == type ? 0 : -EIO;
}

int cl_device_read_info(int route, uint32_t sequence, const char *name, struct cl_device_info *info)
{
    struct {
        struct nlmsghdr head;
        struct ifinfomsg link;
        struct rtattr attribute;
        char name[16];
    } request = {.head = {.nlmsg_type = RTM_GETLINK, .nlmsg_flags = NLM_F_REQUEST, .nlmsg_seq = sequence},
                 .attribute = {.rta_type = IFLA_IFNAME}};
    size_t length = strlen(name);
    if (length >= sizeof request.name)
        return -ENAMETOOLONG;
    memcpy(request.name, name, length);
    request.attribute.rta_len = (unsigned short)RTA_LENGTH(length + 1);
    request.head.nlmsg_len = (uint32_t)(NLMSG_LENGTH(sizeof request.link) + RTA_ALIGN(request.attribute.rta_len));

    memset(info, 0, sizeof *info);
    char answer[32768] __attribute__((aligned(8)));
    int error = ask(route, &request.head, RTM_NEWLINK, answer, sizeof answer);
    if (error < 0)
        return error;
    take_link((struct nlmsghdr *)(void *)answer, info);
    return 0;
}

int cl_route_read_next_hop(int route, uint32_t sequence, uint32_t destination, struct cl_next_hop *hop)
{
    struct {
        struct nlmsghdr head;
        struct rtmsg route;
        struct rtattr attribute;
        uint32_t destination;
    } request = {.head = {.nlmsg_type = RTM_GETROUTE, .nlmsg_flags = NLM_F_REQUEST, .nlmsg_seq = sequence},
                 .route = {.rtm_family = AF_INET, .rtm_dst_len = 32},
                 .attribute = {.rta_type = RTA_DST, .rta_len = RTA_LENGTH(4)},
                 .destination = destination};
    request.head.nlmsg_len = sizeof request;
    memset(hop, 0, sizeof *hop);
    hop->address = destination;
    char answer[4096] __attribute__((aligned(8)));
    int error = ask(route, &request.head, RTM_NEWROUTE, answer, sizeof answer);
    if (error < 0)
        return error;
    struct nlmsghdr *message = (struct nlmsghdr *)(void *)answer;
    int left = (int)RTM_PAYLOAD(message);
    for (struct rtattr *a = RTM_RTA(NLMSG_DATA(message)); RTA_OK(a, left); a = RTA_NEXT(a, left)) {
        if (a->rta_type == RTA_OIF)
            hop->index = (int)number(a);
        else if (a->rta_type == RTA_GATEWAY && RTA_PAYLOAD(a) == 4)
            memcpy(&hop->address, RTA_DATA(a), 4);
    }
    return 0;
}

int cl_route_read_neighbor(int route, uint32_t sequence, struct cl_next_hop *hop)
{
    struct {
        struct nlmsghdr head;
        struct ndmsg neighbor;
        struct rtattr attribute;
        uint32_t address;
    } request = {.head = {.nlmsg_type = RTM_GETNEIGH, .nlmsg_flags = NLM_F_REQUEST, .nlmsg_seq = sequence},
                 .neighbor = {.ndm_family = AF_INET, .ndm_ifindex = hop->index},
                 .attribute = {.rta_type = NDA_DST, .rta_len = RTA_LENGTH(4)},
                 .address = hop->address};
    request.head.nlmsg_len = sizeof request;
    char answer[4096] __attribute__((aligned(8)));
    int error = ask(route, &request.head, RTM_NEWNEIGH, answer, sizeof answer);
    if (error < 0)
        return error;
    struct nlmsghdr *message = (struct nlmsghdr *)(void *)answer;
    struct ndmsg *neighbor = NLMSG_DATA(message);
    if (neighbor->ndm_state & (NUD_INCOMPLETE | NUD_FAILED))
        return -ENOENT;
    int left = (int)NLMSG_PAYLOAD(message, sizeof *neighbor);
    struct rtattr *first = (struct rtattr *)(void *)((char *)neighbor + NLMSG_ALIGN(sizeof *neighbor));
    for (struct rtattr *a = first; RTA_OK(a, left); a = RTA_NEXT(a, left)) {
        if (a->rta_type == NDA_LLADDR && RTA_PAYLOAD(a) == 6) {
            memcpy(hop->mac, RTA_DATA(a), 6);
            return 0;
        }
    }
    return -ENOENT;
}
