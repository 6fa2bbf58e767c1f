#!/bin/bash
# A guest of QEMU's whose network device is a port of the switch.
#
#     qemu.sh IMAGE SOCKET server|client MAC [QEMU OPTION...]
#
# IMAGE is a disk image (qcow2) or "none". SOCKET is the port's: for a port of type dpdkvhostuserclient, QEMU makes it
# ("server") and the switch connects; for one of type dpdkvhostuser it is the other way round ("client").
# From the environment come MEMORY in MiB (1024), HUGEPAGES (/dev/hugepages; "none": ordinary memory), QUEUES (2),
# VECTORS (two for each queue pair and two more) and QEMU.
set -euo pipefail
[ $# -ge 4 ] || { sed -n '2,9s/^# \{0,1\}//p' "$0" >&2; exit 2; }
image=$1 socket=$2 side=$3 mac=$4
shift 4
memory=${MEMORY:-1024} queues=${QUEUES:-2}
vectors=${VECTORS:-$((2 * queues + 2))} hugepages=${HUGEPAGES:-/dev/hugepages}

case $side in
    server) chardev="server=on" ;;
    client) chardev="reconnect=1" ;;
    *) echo "$0: the third word is server or client, not $side" >&2; exit 2 ;;
esac
# The switch reads and writes the guest's memory: it must be shared. Hugepages make it quick.
if [ "$hugepages" = none ]; then
    backend="memory-backend-memfd,id=mem,size=${memory}M,share=on"
else
    backend="memory-backend-file,id=mem,size=${memory}M,mem-path=$hugepages,share=on"
fi
disk=()
[ "$image" = none ] || disk=(-drive "file=$image,if=virtio")

exec "${QEMU:-qemu-system-x86_64}" -smp 2 -m "$memory" -display none -serial mon:stdio \
    "${disk[@]}" -net none \
    -chardev "socket,id=char1,path=$socket,$chardev" \
    -netdev "type=vhost-user,id=mynet1,chardev=char1,vhostforce=on,queues=$queues" \
    -device "virtio-net-pci,mac=$mac,netdev=mynet1,mq=on,vectors=$vectors" \
    -object "$backend" \
    -numa node,memdev=mem \
    "$@"
