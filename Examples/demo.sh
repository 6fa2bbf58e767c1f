#!/bin/bash
# A virtual switch at work, from nothing to counters, in half a minute.
#
#     make demo                                     builds vSwift first
#     VSWIFTD=/path/to/ovs-vswitchd Examples/demo.sh   the same scenes with another ovs-vswitchd
#     Examples/demo.sh --readme                     puts what is printed into README.md
#
#        namespace "left"          namespace "right"           DPDK                    DPDK
#           10.0.0.1                  10.0.0.2               net_pcap0               net_null0
#              |  internal port          |  veth pair      (replays a capture)     (swallows all)
#        ------+-------------------------+----------------------+-----------------------+------  bridge br0
#
# Needs root, and neither hugepages, nor a NIC, nor KVM. Everything happens in namespaces of its own (mount, pid,
# network) and in one temporary folder, so no other switch on this machine is touched, and when the first process of
# these namespaces ends, for whatever reason, the kernel ends the rest.
set -eEuo pipefail

self=$(readlink -f "$0")
root=$(dirname "$(dirname "$self")")
VSWIFTD=$(readlink -m "${VSWIFTD:-$root/.build/release/vswiftd}") || true
# The command line beside the daemon, which also works with another.
VSWIFT=$(readlink -m "${VSWIFT:-$root/.build/release/vswift}") || true

if [ "${1:-}" = --readme ]; then
    output=$(mktemp)
    "$self" | tee "$output"
    awk -v output="$output" '
        /<!-- demo -->/ { print; print "```console"; while ((getline line < output) > 0) if (line != "" || n++) print line
                          print "```"; skipped = 1 }
        /<!-- \/demo -->/ { skipped = 0 }
        !skipped { print }' "$root/README.md" > "$output.md"
    cat "$output.md" > "$root/README.md"
    rm "$output" "$output.md"
    exit
fi

if [ "${1:-}" != --inside ]; then
    [ "$(id -u)" -eq 0 ] || { echo "demo: root is needed, for namespaces and TAP devices" >&2; exit 1; }
    [ -x "$VSWIFTD" ] || { echo "demo: no switch at $VSWIFTD; run 'make build' or set VSWIFTD" >&2; exit 1; }
    [ -x "$VSWIFT" ] || { echo "demo: no vswift at $VSWIFT; run 'make build' or set VSWIFT" >&2; exit 1; }
    export VSWIFTD VSWIFT
    folder=$(mktemp -d /tmp/vswift-demo.XXXXXX)
    child=
    cleanup() {
        status=$?
        trap - EXIT
        [ -z "$child" ] || kill -9 "$child" 2>/dev/null || true
        { wait || true; } 2>/dev/null
        rm -rf "$folder"
        exit "$status"
    }
    trap cleanup EXIT
    trap 'exit 130' INT TERM HUP
    unshare --mount --net --ipc --pid --fork --kill-child --mount-proc "$self" --inside "$folder" &
    child=$!
    wait "$child" && status=0 || status=$?
    child=
    rm -rf "$folder"
    # Whatever ran there was told of the folder.
    if pgrep -f "$folder" > /dev/null || grep -q "$folder" /proc/mounts; then
        echo "demo: something stays behind: $(pgrep -af "$folder") $(grep "$folder" /proc/mounts)" >&2
        exit 1
    fi
    [ "$status" -ne 0 ] || echo "nothing stays behind"
    exit "$status"
fi

# ---------------------------------------------------------------------------------------------- inside the namespaces

folder=$2
export OVS_RUNDIR=$folder OVS_DBDIR=$folder OVS_LOGDIR=$folder OVS_SYSCONFDIR=$folder
log=$folder/ovs-vswitchd.log
mount --make-rprivate /
mount -t tmpfs tmpfs /run
mkdir -p /run/netns /run/dpdk
mount -t sysfs sysfs /sys
ip link set lo up

if [ -t 1 ]; then bold=$'\e[1;36m' dim=$'\e[2m' plain=$'\e[0m'; else bold= dim= plain=; fi
scene() { printf '\n%s== %s%s\n' "$bold" "$*" "$plain"; }
# run COMMAND...: shows the command as one would type it, then runs it.
run() {
    local word line=
    for word; do
        case $word in
        '' | *[!A-Za-z0-9_./:=,@%+-]*) line+=" '${word//\'/\'\\\'\'}'" ;;
        *) line+=" $word" ;;
        esac
    done
    printf '%s$%s%s\n' "$dim" "$line" "$plain"
    "$@"
}
failed() {
    echo "demo: failed at line $1" >&2
    if [ -e "$log" ]; then echo "--- end of the switch's log" >&2; tail -20 "$log" >&2; fi
}
trap 'failed $LINENO' ERR
# A switch that does not answer fails the demo and does not stop it.
ovs-appctl() { command ovs-appctl -T 20 "$@"; }
vswift() { OVS_CTL_TIMEOUT=30 "$VSWIFT" "$@"; }
left() { ip netns exec left "$@"; }
right() { ip netns exec right "$@"; }
# Run files are named after the program; exec -a lets any binary be called ovs-vswitchd.
switch() { (exec -a ovs-vswitchd "$VSWIFTD" "$@"); }

scene "One command: a switch with its database"
if [ "$VSWIFTD" = "$(dirname "$VSWIFT")/vswiftd" ]; then
    run vswift start
else
    vswift db create "$folder/conf.db"
    vswift db serve "$folder/conf.db" --remote="punix:$folder/db.sock" &
    until [ -e "$folder/db.sock" ]; do sleep 0.05; done
    vswift vsctl --no-wait init
    printf '%s$ %s --pidfile --detach --no-chdir --log-file%s\n' "$dim" "${VSWIFTD##*/}" "$plain"
    switch --pidfile --detach --no-chdir --log-file="$log" -vconsole:off 2> "$folder/stderr" ||
        { cat "$folder/stderr" >&2; false; }
fi
# No hugepages: DPDK takes ordinary memory. One core for its ports.
run vswift vsctl set Open_vSwitch . other_config:dpdk-init=true \
    other_config:dpdk-extra="--no-huge --legacy-mem -m 1024 --no-shconf --no-telemetry --no-pci" other_config:pmd-cpu-mask=0x1
run vswift status

scene "A bridge with two hosts: one on an internal port, one on a veth pair"
ip netns add left
ip netns add right
# The kernel's own IPv6 greetings would be most of what is to be seen.
for at in "" left right; do
    ${at:+ip netns exec $at} sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
done
ip link add veth0 type veth peer name veth0-right
ip link set veth0 up
ip link set veth0-right netns right
# The switch reads the veth's frames from a packet socket: have the kernel finish their checksums and segments.
right ethtool -K veth0-right tx off > /dev/null
run vswift vsctl add-br br0 -- set Bridge br0 datapath_type=netdev \
    -- add-port br0 int0 -- set Interface int0 type=internal \
    -- add-port br0 veth0
ip link set int0 netns left
left ip address add 10.0.0.1/24 dev int0
left ip link set int0 up
right ip address add 10.0.0.2/24 dev veth0-right
right ip link set veth0-right up
run vswift vsctl show

scene "Ping across"
printf '%s$ ping 10.0.0.2   (in left)%s\n' "$dim" "$plain"
left ping -c 5 -i 0.2 -W 2 10.0.0.2

scene "TCP across"
right iperf3 --server --one-off --daemon > /dev/null
sleep 0.5
printf '%s$ iperf3 --client 10.0.0.2 --time 3   (in left)%s\n' "$dim" "$plain"
left iperf3 --client 10.0.0.2 --time 3 | grep -E 'sender|receiver'

scene "What the switch has learnt and does"
run ovs-appctl fdb/show br0
run ovs-appctl dpctl/dump-flows

scene "Two DPDK devices: one replays a capture of 64 frames without end, one swallows them"
/usr/bin/python3 - "$folder/frames.pcap" <<'PYTHON'
import struct, sys
# 64 UDP frames of 60 bytes (64 with the checksum on the wire), each a flow of its own, to 02:00:00:00:00:02.
with open(sys.argv[1], "wb") as capture:
    capture.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
    for flow in range(64):
        address = struct.pack("!BBBBBBBB", 10, 1, 0, flow, 10, 2, 0, flow)
        header = struct.pack("!BBHHHBBH", 0x45, 0, 46, 0, 0, 64, 17, 0) + address
        total = sum(struct.unpack("!10H", header))
        total = (total & 0xFFFF) + (total >> 16)
        header = header[:10] + struct.pack("!H", ~(total + (total >> 16)) & 0xFFFF) + header[12:]
        frame = bytes.fromhex("020000000002" "020000000001" "0800") + header
        frame += struct.pack("!HHHH", 1000 + flow, 2000, 26, 0) + bytes(18)
        capture.write(struct.pack("<IIII", 0, 0, len(frame), len(frame)) + frame)
PYTHON
run vswift vsctl add-port br0 sink -- set Interface sink type=dpdk options:dpdk-devargs=net_null0,no-rx=1
run ovs-appctl fdb/add br0 sink 0 02:00:00:00:00:02
run vswift vsctl add-port br0 source \
    -- set Interface source type=dpdk options:dpdk-devargs="net_pcap0,rx_pcap=$folder/frames.pcap,infinite_rx=1"
sleep 1
before=$(ovs-ofctl dump-ports br0 sink | grep -Po 'tx pkts=\K\d+')
sleep 2
after=$(ovs-ofctl dump-ports br0 sink | grep -Po 'tx pkts=\K\d+')
awk -v n=$((after - before)) 'BEGIN { printf "%.1f million frames a second from source to sink, on one core\n", n / 2e6 }'
[ "$after" -gt "$before" ]

scene "And the hosts still talk"
printf '%s$ ping 10.0.0.1   (in right)%s\n' "$dim" "$plain"
right ping -c 3 -i 0.2 -W 2 10.0.0.1 | tail -2

scene "Ports, addresses, threads, counters"
run ovs-appctl dpif/show
run ovs-appctl fdb/show br0
run ovs-appctl dpif-netdev/pmd-rxq-show
printf '%s$ ovs-appctl dpif-netdev/pmd-stats-show%s\n' "$dim" "$plain"
ovs-appctl dpif-netdev/pmd-stats-show | sed '/^main thread/,$d'
run ovs-ofctl dump-ports br0

scene "Taken down again"
run vswift vsctl del-br br0
run vswift stop --cleanup
if grep -E '\|(WARN|ERR|EMER)\|' "$log"; then echo "(the log's warnings, above)"; else echo "no warning in the log"; fi
