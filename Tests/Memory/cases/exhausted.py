"""A pool that others have emptied: each who finds no buffer is counted in its row and told in the log; then all goes on."""

import re

from lab import eventually, expect
from testpmd import Testpmd

SIZE = 16384


def run(lab):
    if not lab.is_ours:
        return lab.note("has no such counters")
    # For the kernel ports' pool and the smallest of devices'.
    if not lab.comes_up_short(64):
        return
    a, b = lab.hosts_ready()
    expect(lab.add_device("out", "net_null0,no-rx=1") == "[]", f"the device's port: {lab.interface('out', 'error')}")
    granted = lab.vsctl("get Interface out status:mempool_granted").strip('"')
    expect(granted == str(SIZE), f"the pool has {granted} buffers")
    path = f"{lab.folder}/g1"
    lab.vsctl("add-port br0 g1 -- set Interface g1 type=dpdkvhostuser")
    guest = Testpmd(lab, path, "flowgen")
    for flow in ("in_port=ta,actions=NORMAL", "in_port=tb,actions=NORMAL", "in_port=g1,actions=out"):
        lab.ofctl(f"add-flow br0 priority=9,{flow}")
    # What hoards let go must not reach the kernel ports' thread, which would keep it.
    lab.ofctl("add-flow br0 priority=1,actions=drop")
    ping = a.start("ping", "-q", "-i", "0.02", b.address)
    grows(lab, "g1", "rx_packets")
    hoards = dict(lab.hoarders())
    for name, devargs in hoards.items():
        lab.add_device(name, devargs)
    # What hosts send goes to the device, too. The PMD thread has a cache; what waits for control empties that as well.
    lab.ofctl("add-flow br0 priority=9,in_port=ta,actions=out,NORMAL")
    counters = [("out", "ovs_copy_mbuf_allocation_errors"), ("g1", "rx_mbuf_allocation_errors")]
    lab.note(f"{' '.join(counters[0])} {grows(lab, *counters[0])}")
    lab.ofctl(f"add-flow br0 priority=9,in_port={next(iter(hoards))},actions=controller")
    lab.note(f"{' '.join(counters[1])} {grows(lab, *counters[1])}")
    for port in ("g1", "out"):
        eventually(20, lambda: re.search(rf'ERR\|{port}: Failed to allocate memory for mbuf: .*"ovs_mp_2030_0_{SIZE}" has',
                                         lab.log), f"the log does not tell of {port}")
    # It is over by itself.
    lab.vsctl(" ".join(f"-- del-port {name}" for name in hoards))
    grows(lab, "g1", "rx_packets")
    grows(lab, "out", "tx_packets")
    guest.kill()
    before = {each: lab.statistic(*each) for each in counters}
    eventually(20, lambda: settled(lab, counters, before), "they go on finding no buffer")
    ping.send_signal(2)
    ping.wait(10)
    with open(ping.path) as file:
        text = file.read()
    found = re.search(r"(\d+) packets transmitted, (\d+) received", text)
    expect(found and found.group(1) == found.group(2), f"hosts lost packets among each other: {text}")
    lab.answers()
    lab.end_of_test()


def grows(lab, port, name):
    """Waits until a counter has grown; its value."""
    before = lab.statistic(port, name)
    eventually(30, lambda: lab.statistic(port, name) > before, f"{name} of {port} stays {before}")
    return lab.statistic(port, name)


def settled(lab, counters, values):
    """Whether counters are what they were when this was last asked."""
    now = {each: lab.statistic(*each) for each in counters}
    same = now == values
    values.update(now)
    return same
