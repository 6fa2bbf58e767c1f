#include "CDPDK.h"

#include <errno.h>
#include <limits.h>
#include <linux/mempolicy.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <rte_mbuf.h>
#include <rte_vhost.h>

_Static_assert(CDPDK_VHOST_CLIENT == RTE_VHOST_USER_CLIENT && CDPDK_VHOST_IOMMU == RTE_VHOST_USER_IOMMU_SUPPORT, "flags");
_Static_assert(CDPDK_VHOST_NO_RECONNECT == RTE_VHOST_USER_NO_RECONNECT, "flags");
_Static_assert(CDPDK_VHOST_POSTCOPY == RTE_VHOST_USER_POSTCOPY_SUPPORT, "flags");
_Static_assert(CDPDK_VHOST_LINEAR == RTE_VHOST_USER_LINEARBUF_SUPPORT, "flags");
_Static_assert(CDPDK_VIRTIO_NET_CSUM == 1ULL << VIRTIO_NET_F_CSUM, "features");
_Static_assert(CDPDK_VIRTIO_NET_HOST_TSO4 == 1ULL << VIRTIO_NET_F_HOST_TSO4, "features");
_Static_assert(CDPDK_VIRTIO_NET_HOST_TSO6 == 1ULL << VIRTIO_NET_F_HOST_TSO6, "features");
_Static_assert(CDPDK_VIRTIO_NET_HOST_ECN == 1ULL << VIRTIO_NET_F_HOST_ECN, "features");
_Static_assert(CDPDK_VIRTIO_NET_HOST_UFO == 1ULL << VIRTIO_NET_F_HOST_UFO, "features");

/* The library's callbacks carry no context: one set of events for the process, set before the first socket is opened. */
static struct cdpdk_vhost_events told;
static uint64_t notifications;

static int on_ready(int device)
{
    char path[PATH_MAX];
    if (rte_vhost_get_ifname(device, path, sizeof path) != 0)
        return -1;
    told.ready(path, device);
    return 0;
}

static void on_gone(int device)
{
    char path[PATH_MAX];
    if (rte_vhost_get_ifname(device, path, sizeof path) == 0)
        told.gone(path, device);
}

static int on_ring(int device, uint16_t ring, int enabled)
{
    char path[PATH_MAX];
    if (rte_vhost_get_ifname(device, path, sizeof path) == 0)
        told.ring(path, device, ring, enabled);
    return 0;
}

_Static_assert(sizeof(struct cdpdk_vhost_message) == 12 + CDPDK_VHOST_PAYLOAD + 4 * (CDPDK_VHOST_DESCRIPTORS + 1), "no gaps");

static enum rte_vhost_msg_result on_message(int device, void *message)
{
    char path[PATH_MAX];
    struct cdpdk_vhost_message *view = message;
    if (rte_vhost_get_ifname(device, path, sizeof path) != 0)
        return RTE_VHOST_MSG_RESULT_ERR;
    switch (told.message(path, device, view)) {
    case CDPDK_VHOST_PASS:
        return RTE_VHOST_MSG_RESULT_NOT_HANDLED;
    case CDPDK_VHOST_IGNORE:
        return RTE_VHOST_MSG_RESULT_OK;
    default:
        /* The library keeps a connection to which it owes an answer. */
        view->flags = 0;
        return RTE_VHOST_MSG_RESULT_ERR;
    }
}

static enum rte_vhost_msg_result on_done(int device, void *message)
{
    char path[PATH_MAX];
    if (rte_vhost_get_ifname(device, path, sizeof path) == 0)
        told.done(path, device, message);
    return RTE_VHOST_MSG_RESULT_NOT_HANDLED;
}

static const struct rte_vhost_user_extern_ops handlers = {.pre_msg_handle = on_message, .post_msg_handle = on_done};

static int on_connected(int device)
{
    char path[PATH_MAX];
    if (rte_vhost_get_ifname(device, path, sizeof path) != 0 ||
        rte_vhost_extern_callback_register(device, &handlers, NULL) != 0)
        return -1;
    return told.connection(path, device, 1) ? 0 : -1;
}

static void on_disconnected(int device)
{
    char path[PATH_MAX];
    if (rte_vhost_get_ifname(device, path, sizeof path) == 0)
        told.connection(path, device, 0);
}

static void on_notified(int device)
{
    (void)device;
    __atomic_fetch_add(&notifications, 1, __ATOMIC_RELAXED);
}

static const struct rte_vhost_device_ops operations = {
    .new_device = on_ready,
    .destroy_device = on_gone,
    .vring_state_changed = on_ring,
    .new_connection = on_connected,
    .destroy_connection = on_disconnected,
    .guest_notified = on_notified,
};

int cdpdk_vhost_open(const char *path, uint64_t flags, uint64_t without_features, const struct cdpdk_vhost_events *events)
{
    int result = -1;
    told = *events;
    cdpdk_vhost_call_open();
    if (rte_vhost_driver_register(path, flags) != 0)
        return -1;
    if (rte_vhost_driver_disable_features(path, without_features) == 0 &&
        rte_vhost_driver_callback_register(path, &operations) == 0) {
        if (rte_vhost_driver_start(path) == 0)
            return 0;
        if (flags & RTE_VHOST_USER_CLIENT)
            result = -ECONNREFUSED;
    }
    rte_vhost_driver_unregister(path);
    return result;
}

int cdpdk_vhost_close(const char *path)
{
    return rte_vhost_driver_unregister(path);
}

uint16_t cdpdk_vhost_send(int device, uint16_t pair, struct cdpdk_mbuf **mbufs, uint16_t count)
{
    return rte_vhost_enqueue_burst(device, (uint16_t)(pair * 2), (struct rte_mbuf **)mbufs, count);
}

uint16_t cdpdk_vhost_receive(int device, uint16_t pair, void *pool, struct cdpdk_mbuf **mbufs, uint16_t count)
{
    return rte_vhost_dequeue_burst(device, (uint16_t)(pair * 2 + 1), pool, (struct rte_mbuf **)mbufs, count);
}

uint16_t cdpdk_vhost_rings(int device)
{
    return rte_vhost_get_vring_num(device);
}

int cdpdk_vhost_ring_size(int device, uint16_t ring)
{
    struct rte_vhost_vring vring;
    return rte_vhost_get_vhost_vring(device, ring, &vring) == 0 ? vring.size : -1;
}

int cdpdk_vhost_node(int device)
{
    struct rte_vhost_vring vring;
    int node;
    /* The library's own answer is the node of its structures, which stay elsewhere when the guest's node has no memory for
     * them. Where the first ring lies, most of the guest is. A page that is not there is an error here, no signal. */
    if (rte_vhost_get_vhost_vring(device, 0, &vring) == 0 && vring.desc != NULL &&
        syscall(SYS_get_mempolicy, &node, NULL, 0, vring.desc, MPOL_F_NODE | MPOL_F_ADDR) == 0)
        return node;
    return rte_vhost_get_numa_node(device);
}

int cdpdk_vhost_features(int device, uint64_t *features)
{
    return rte_vhost_get_negotiated_features(device, features);
}

int cdpdk_vhost_mtu(int device, uint16_t *mtu)
{
    return rte_vhost_get_mtu(device, mtu);
}

void cdpdk_vhost_no_kicks(int device, uint16_t ring)
{
    (void)rte_vhost_enable_guest_notification(device, ring, 0);
}

uint64_t cdpdk_vhost_notifications(void)
{
    return __atomic_load_n(&notifications, __ATOMIC_RELAXED) + cdpdk_vhost_calls();
}
