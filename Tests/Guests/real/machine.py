"""A machine in a guest: some NUMA nodes, and this machine's own files, read-only under a layer of memory."""

from guest import BEGIN, Guest
from initramfs import Initramfs
from kernel import Kernel
from lab import Failure

MODULES = ["virtio_pci", "virtio_console", "9pnet_virtio", "9p", "overlay", "tun", "veth", "e1000", "uio_pci_generic",
           "vfio_iommu_type1", "vfio_pci"]

INIT = BEGIN + """
mkdir -p /host /upper /new
mount -t 9p -o trans=virtio,version=9p2000.L,ro,cache=loose,msize=512000 host /host
mount -t tmpfs none /upper
mkdir -p /upper/files /upper/work
mount -t overlay -o lowerdir=/host,upperdir=/upper/files,workdir=/upper/work none /new
mount -t proc none /new/proc
mount -t sysfs none /new/sys
mount -t devtmpfs none /new/dev
mkdir -p /new/dev/hugepages /new/dev/shm
mount -t hugetlbfs none /new/dev/hugepages
mount -t tmpfs none /new/dev/shm
mount -t tmpfs none /new/run
serve chroot /new /bin/bash
"""


class Machine(Guest):
    """Two processors (0 and 1, 2 and 3, …) and `megabytes` on each node; a shell as root among our files.

    /run is its own, and so is all that it writes. `card` is the node of a network card of type e1000, if there is to be
    one, or of `cards` on one wire, which are in the same group behind an IOMMU, if there is to be one."""

    def __init__(self, folder, nodes=2, megabytes=1536, card=None, cards=1, iommu=False, append="",
                 processor="max"):
        kernel = Kernel("linux-image-amd64")
        initramfs = Initramfs()
        initramfs.add_modules(kernel.modules(MODULES))
        initramfs.add("init", INIT.encode(), 0o755)
        initramfs.write(f"{folder}/initramfs")
        # Behind it is what comes later.
        words = ["-M", "q35", *(["-device", "intel-iommu"] if iommu else [])]
        words += ["-smp", str(2 * nodes), "-m", str(nodes * megabytes)]
        for node in range(nodes):
            words += ["-object", f"memory-backend-ram,id=m{node},size={megabytes}M",
                      "-numa", f"node,nodeid={node},cpus={node * 2}-{node * 2 + 1},memdev=m{node}"]
        words += ["-fsdev", "local,id=host,path=/,security_model=none,readonly=on,multidevs=remap",
                  "-device", "virtio-9p-pci,fsdev=host,mount_tag=host"]
        # Behind all others, which would be put on its bridges.
        if card is not None:
            # Devices of a further root are not behind the IOMMU.
            root = "pcie.0" if iommu else "px"
            words += [] if iommu else ["-device", f"pxb-pcie,id=px,bus_nr=128,numa_node={card},bus=pcie.0"]
            words += ["-device", f"pcie-root-port,id=rp,bus={root}", "-device", "pcie-pci-bridge,id=pb,bus=rp"]
            for number in range(1, cards + 1):
                words += ["-netdev", f"hubport,id=wire{number},hubid=1",
                          "-device", f"e1000,netdev=wire{number},bus=pb,addr={number}"]
        super().__init__("machine", kernel.image, f"{folder}/initramfs", f"{folder}/shell", words,
                         append=append + (" intel_iommu=on" if iommu else ""), processor=processor)

    def hugepages(self, node, count):
        """Reserves pages of 2 MiB on a node, or gives them back; how many there are then."""
        path = f"/sys/devices/system/node/node{node}/hugepages/hugepages-2048kB/nr_hugepages"
        have = int(self.run(f"echo {count} > {path}; cat {path}"))
        if have != count:
            raise Failure(f"node {node} has {have} hugepages instead of {count}")

    def cards(self):
        """Addresses of the network cards, ascending."""
        return self.run("basename -a $(dirname $(grep -l 0x100e /sys/bus/pci/devices/*/device))").split()

    def driver(self, address):
        """The driver that a device is bound to, or an empty string."""
        return self.run(f"readlink /sys/bus/pci/devices/{address}/driver", check=False).strip().rsplit("/", 1)[-1]

    def give_card_to_dpdk(self, driver="uio_pci_generic"):
        """Binds the first network card that is not yet bound to it to a driver for programs; its address."""
        address = next(card for card in self.cards() if self.driver(card) != driver)
        path = f"/sys/bus/pci/devices/{address}"
        self.run(f"[ ! -e {path}/driver ] || echo {address} > {path}/driver/unbind; "
                 f"echo {driver} > {path}/driver_override; echo {address} > /sys/bus/pci/drivers_probe")
        return address
