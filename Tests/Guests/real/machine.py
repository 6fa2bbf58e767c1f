"""A machine in a guest: two NUMA nodes, and this machine's own files, read-only under a layer of memory."""

from guest import BEGIN, Guest
from initramfs import Initramfs
from kernel import Kernel
from lab import Failure

MODULES = ["virtio_pci", "virtio_console", "9pnet_virtio", "9p", "overlay", "tun"]
NODE_MEGABYTES = 1536

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
    """Two processors and NODE_MEGABYTES on each of two nodes (0 and 1, 2 and 3); a shell as root among our files.

    /run is its own, and so is all that it writes."""

    def __init__(self, folder):
        kernel = Kernel("linux-image-amd64")
        initramfs = Initramfs()
        initramfs.add_modules(kernel.modules(MODULES))
        initramfs.add("init", INIT.encode(), 0o755)
        initramfs.write(f"{folder}/initramfs")
        words = ["-M", "q35", "-smp", "4", "-m", str(2 * NODE_MEGABYTES)]
        for node in (0, 1):
            words += ["-object", f"memory-backend-ram,id=m{node},size={NODE_MEGABYTES}M",
                      "-numa", f"node,nodeid={node},cpus={node * 2}-{node * 2 + 1},memdev=m{node}"]
        words += ["-fsdev", "local,id=host,path=/,security_model=none,readonly=on,multidevs=remap",
                  "-device", "virtio-9p-pci,fsdev=host,mount_tag=host"]
        super().__init__("machine", kernel.image, f"{folder}/initramfs", f"{folder}/shell", words)

    def hugepages(self, node, count):
        """Reserves pages of 2 MiB on a node, or gives them back; how many there are then."""
        path = f"/sys/devices/system/node/node{node}/hugepages/hugepages-2048kB/nr_hugepages"
        have = int(self.run(f"echo {count} > {path}; cat {path}"))
        if have != count:
            raise Failure(f"node {node} has {have} hugepages instead of {count}")
