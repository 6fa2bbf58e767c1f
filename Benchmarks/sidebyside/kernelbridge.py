"""Guest to guest against the kernel's bridge: dpdk-testpmd sends frames round and round between two devices of its own."""

from . import guests, report
from .forwarding import rate
from .machine import CONTROL_CORE, FORWARDING_CORE, Neighbours, run

LENGTH = 256
TAPS = ("guest1", "guest2")
PEERS = ("02:00:00:00:01:01", "02:00:00:00:01:02")


class TapGuest(guests.Guest):
    """A testpmd whose two devices are kernel TAPs: it reads and writes each frame by a system call of its own."""

    def __init__(self, length, cores):
        devices = [f"net_tap{place},iface={name}" for place, name in enumerate(TAPS)]
        self.count = len(devices)
        self.words = [
            "stdbuf", "-oL", "dpdk-testpmd", "--in-memory", "--no-pci", "--no-telemetry", "-m", "256",
            "--lcores", f"0@{CONTROL_CORE},1@({','.join(map(str, cores))})",
            *(word for device in devices for word in ("--vdev", device)),
            "--", "--interactive", "--forward-mode=io", "--nb-cores=1", "--total-num-mbufs=16384", f"--txpkts={length}",
            # Who is addressed is at the other end of the bridge.
            f"--eth-peer=0,{PEERS[1]}", f"--eth-peer=1,{PEERS[0]}",
        ]


def bridge_once(options):
    """Packets per second that both devices receive, with a bridge of the kernel's between them."""
    with TapGuest(LENGTH, [CONTROL_CORE, FORWARDING_CORE]) as guest:
        # The TAPs are there when it answers.
        guest.received()
        run("ip", "link", "add", "bench-bridge", "type", "bridge", "ageing_time", "0", "mcast_snooping", "0")
        try:
            for name, peer in zip(TAPS, PEERS):
                run("ip", "link", "set", name, "master", "bench-bridge", "up")
                run("bridge", "fdb", "replace", peer, "dev", name, "master", "static")
            run("ip", "link", "set", "bench-bridge", "up")
            guest.command("start tx_first 16")
            return rate(guest.received, options)
        finally:
            run("ip", "link", "del", "bench-bridge")


def measure(contenders, options):
    values = {"Linux bridge": [], **{name: [] for name in contenders.switches()}}
    cores = Neighbours(options.inside)
    for turn in range(options.rounds):
        for name in values:
            once = (bridge_once(options) if name == "Linux bridge"
                    else cores.measured(lambda: guests.pair_once(contenders, cores, name, LENGTH, options)))
            values[name].append(once / 1e6)
            report.progress(f"round {turn + 1}, {name}: {values[name][-1]:.2f} Mpps")
    middle = {name: report.median(value) for name, value in values.items()}
    row = [f"guest to guest, {LENGTH} B", *(report.spread(values.get(name)) for name in ("Linux bridge", "OVS-DPDK", "vSwift")),
           report.ratio(middle, "OVS-DPDK", "Linux bridge"), report.ratio(middle, "vSwift", "Linux bridge")]
    return ("### Guests against kernel switching: Mpps received, median (lowest–highest)\n\n"
            "dpdk-testpmd sends on what it receives, between two devices of its own. With the switches these are virtio-user "
            "devices, testpmd on core 0 and one PMD thread on core 1. With the bridge they are TAPs (`net_tap`): testpmd makes "
            "a system call for each frame, and the bridge works inside it; testpmd may use both cores. This is not what a "
            "virtual machine with vhost-net has, which takes that work into a kernel thread; a kernel without vhost-net, as "
            "the one here, offers no more.\n\n"
            + report.table(["", "Linux bridge", "OVS-DPDK", "vSwift", "OVS : bridge", "vSwift : bridge"], [row]))
