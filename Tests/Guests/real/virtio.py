"""Guests with a network device over vhost-user, with QEMU's options in the form that people write them."""

from guest import INIT, MODULES, Guest
from initramfs import Initramfs
from kernel import Kernel

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
    """A guest with two processors, a network device with two pairs of queues, and memory that the switch may map.

    Debian 12's QEMU follows a null pointer when vhost meets MSI-X without KVM, hence vectors=0.
    `chardev` is what follows the socket's path in `-chardev socket`; `memory` an object of QEMU's without its size."""

    def __init__(self, image, name, socket, chardev, mac, address, memory="memory-backend-memfd", device=""):
        self.address, self.mac = address, mac
        super().__init__(name, image.kernel, image.initramfs, f"{image.folder}/shell-{name}", [
            "-smp", "2", "-m", str(MEGABYTES),
            "-chardev", f"socket,id=char1,path={socket},{chardev}",
            "-netdev", "type=vhost-user,id=mynet1,chardev=char1,vhostforce=on,queues=2",
            "-device", f"virtio-net-pci,mac={mac},netdev=mynet1,mq=on,vectors=0{device}",
            "-object", f"{memory},id=mem,size={MEGABYTES}M,share=on",
            "-numa", "node,memdev=mem"])

    def bring_up(self, mtu=1500):
        self.run(f"ip address add {self.address}/16 dev eth0; ip link set eth0 mtu {mtu} up")

    def set_mtu(self, mtu):
        self.run(f"ip link set eth0 mtu {mtu}")

    def counter(self, name):
        return int(self.run(f"cat /sys/class/net/eth0/statistics/{name}"))
