#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/ethtool.h>
#include <linux/if_tun.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

int cl_control_socket(void)
{
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    return fd < 0 ? -errno : fd;
}

static int named(struct ifreq *request, const char *name)
{
    memset(request, 0, sizeof *request);
    if (strlen(name) >= sizeof request->ifr_name)
        return -ENAMETOOLONG;
    strcpy(request->ifr_name, name);
    return 0;
}

static int ask(int control, unsigned long command, const char *name, struct ifreq *request)
{
    int error = named(request, name);
    if (error)
        return error;
    return ioctl(control, command, request) < 0 ? -errno : 0;
}

int cl_tap_open(const char *name, int vnet_header)
{
    struct ifreq request;
    int error = named(&request, name);
    if (error)
        return error;
    int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    request.ifr_flags = (short)(IFF_TAP | IFF_NO_PI | (vnet_header ? IFF_VNET_HDR : 0));
    if (ioctl(fd, TUNSETIFF, &request) < 0) {
        error = -errno;
        close(fd);
        return error;
    }
    return fd;
}

int cl_tap_is_attached(int tap)
{
    struct ifreq request;
    memset(&request, 0, sizeof request);
    return ioctl(tap, TUNGETIFF, &request) == 0 || errno != EBADFD;
}

int cl_tap_set_persistent(int tap, int persistent)
{
    return ioctl(tap, TUNSETPERSIST, (unsigned long)!!persistent) < 0 ? -errno : 0;
}

int cl_tap_set_offloads(int tap, unsigned flags)
{
    return ioctl(tap, TUNSETOFFLOAD, (unsigned long)flags) < 0 ? -errno : 0;
}

int cl_device_index(int control, const char *name)
{
    struct ifreq request;
    int error = ask(control, SIOCGIFINDEX, name, &request);
    return error ? error : request.ifr_ifindex;
}

int cl_device_flags(int control, const char *name)
{
    struct ifreq request;
    int error = ask(control, SIOCGIFFLAGS, name, &request);
    return error ? error : (unsigned short)request.ifr_flags;
}

int cl_device_change_flags(int control, const char *name, unsigned on, unsigned off)
{
    struct ifreq request;
    int error = ask(control, SIOCGIFFLAGS, name, &request);
    if (error)
        return error;
    short wanted = (short)(((unsigned short)request.ifr_flags & ~off) | on);
    if (wanted == request.ifr_flags)
        return 0;
    request.ifr_flags = wanted;
    return ioctl(control, SIOCSIFFLAGS, &request) < 0 ? -errno : 0;
}

int cl_device_mtu(int control, const char *name)
{
    struct ifreq request;
    int error = ask(control, SIOCGIFMTU, name, &request);
    return error ? error : request.ifr_mtu;
}

int cl_device_set_mtu(int control, const char *name, int mtu)
{
    struct ifreq request;
    int error = named(&request, name);
    if (error)
        return error;
    request.ifr_mtu = mtu;
    return ioctl(control, SIOCSIFMTU, &request) < 0 ? -errno : 0;
}

int cl_device_mac(int control, const char *name, uint8_t mac[6])
{
    struct ifreq request;
    int error = ask(control, SIOCGIFHWADDR, name, &request);
    if (error)
        return error;
    if (request.ifr_hwaddr.sa_family != ARPHRD_ETHER && request.ifr_hwaddr.sa_family != ARPHRD_LOOPBACK)
        return -EINVAL;
    memcpy(mac, request.ifr_hwaddr.sa_data, 6);
    return 0;
}

int cl_device_set_mac(int control, const char *name, const uint8_t mac[6])
{
    struct ifreq request;
    int error = named(&request, name);
    if (error)
        return error;
    request.ifr_hwaddr.sa_family = ARPHRD_ETHER;
    memcpy(request.ifr_hwaddr.sa_data, mac, 6);
    return ioctl(control, SIOCSIFHWADDR, &request) < 0 ? -errno : 0;
}

static int ethtool(int control, const char *name, void *command)
{
    struct ifreq request;
    int error = named(&request, name);
    if (error)
        return error;
    request.ifr_data = command;
    return ioctl(control, SIOCETHTOOL, &request) < 0 ? -errno : 0;
}

int cl_device_link_settings(int control, const char *name, struct cl_link_settings *settings)
{
    /* The kernel first says, negated, how many words each of the three link mode masks has. */
    union {
        struct ethtool_link_settings head;
        uint8_t space[sizeof(struct ethtool_link_settings) + 3 * 127 * sizeof(uint32_t)];
    } request = {.head = {.cmd = ETHTOOL_GLINKSETTINGS}};
    int error = ethtool(control, name, &request);
    if (error)
        return error;
    if (request.head.link_mode_masks_nwords >= 0)
        return -EOPNOTSUPP;
    request.head.link_mode_masks_nwords = (int8_t)-request.head.link_mode_masks_nwords;
    request.head.cmd = ETHTOOL_GLINKSETTINGS;
    error = ethtool(control, name, &request);
    if (error)
        return error;
    settings->speed_megabits = request.head.speed == (uint32_t)SPEED_UNKNOWN ? 0 : request.head.speed;
    settings->full_duplex = request.head.duplex == DUPLEX_FULL ? 1 : request.head.duplex == DUPLEX_HALF ? 0 : -1;
    settings->autonegotiates = request.head.autoneg == AUTONEG_ENABLE;
    return 0;
}

int cl_device_driver(int control, const char *name, struct cl_driver *driver)
{
    struct ethtool_drvinfo request = {.cmd = ETHTOOL_GDRVINFO};
    int error = ethtool(control, name, &request);
    if (error)
        return error;
    memset(driver, 0, sizeof *driver);
    memcpy(driver->driver, request.driver, 32);
    memcpy(driver->version, request.version, 32);
    memcpy(driver->firmware, request.fw_version, 32);
    memcpy(driver->bus, request.bus_info, 32);
    return 0;
}

int cl_device_carrier(int control, const char *name)
{
    struct ethtool_value request = {.cmd = ETHTOOL_GLINK};
    int error = ethtool(control, name, &request);
    return error ? error : request.data != 0;
}
