"""Guests with a network device over vhost-user, as Examples/guests/qemu.sh makes them."""

import os

from guest import INIT, MODULES, Guest
from initramfs import Initramfs
from kernel import Kernel

EXAMPLE = os.path.abspath(f"{os.path.dirname(__file__)}/../../../Examples/guests/qemu.sh")
MEGABYTES = 192


class Image:
    """What such guests boot: a kernel of Debian's, virtio_net, busybox, iperf3."""

    def __init__(self, folder):
        self.folder = folder
        kernel = Kernel("linux-image-cloud-amd64")
        initramfs = Initramfs()
        initramfs.add_modules(kernel.modules(MODULES))
        initramfs.add_program("/usr/bin/iperf3")
        initramfs.add("init", INIT.encode(), 0o755)
        self.kernel, self.initramfs = kernel.image, f"{folder}/initramfs"
        initramfs.write(self.initramfs)


class VirtioGuest(Guest):
    """A guest with two processors, a network device, and memory that the switch may map.

    `side` is who makes the socket, in the example's words; `memory` a folder for the guest's memory, or "none": memfd;
    `device` what is to be added to the device, `arguments` to the command line, `append` to the kernel's. Debian 12's QEMU follows a null pointer when vhost meets MSI-X without
    KVM, hence no vectors."""

    def __init__(self, image, name, socket, side, mac, address, memory="none", device="", arguments=(), append="",
                 queues=2):
        self.address, self.vhost = address, socket
        super().__init__(
            name, image.kernel, image.initramfs, f"{image.folder}/shell-{name}", arguments, append=append,
            program=[EXAMPLE, "none", socket, side, mac + device],
            environment={"MEMORY": str(MEGABYTES), "HUGEPAGES": memory, "VECTORS": "0", "QUEUES": str(queues)})

    def bring_up(self, mtu=1500):
        self.run(f"ip address add {self.address}/16 dev eth0; ip link set eth0 mtu {mtu} up")

    def set_mtu(self, mtu):
        self.run(f"ip link set eth0 mtu {mtu}")

    def counter(self, name):
        return int(self.run(f"cat /sys/class/net/eth0/statistics/{name}"))
