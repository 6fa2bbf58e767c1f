"""A card of a real driver: each buffer of its pool has a holder, idle, under traffic, while control holds packets; and what
its port counts when there are none left."""

import json

from lab import eventually, expect
from nodes import Nodes, guarded

BURST = 32
DESCRIPTORS = 256
LOOKS = 5
# Room for the smallest pool.
HUGEPAGES = 32


@guarded
def run(lab):
    if not lab.is_ours:
        return lab.note("has no such account")
    # At the two ends of a wire.
    nodes = Nodes(lab, nodes=1, card=0, cards=2)
    nodes.machine.hugepages(0, HUGEPAGES)
    expect(nodes.start(pmd_cpu_mask="0x2") and nodes.eventually_up(), "DPDK is not there")
    for port, address in (("dpdk0", nodes.address), ("dpdk1", nodes.machine.give_card_to_dpdk())):
        expect(nodes.add_card(port, address) == "[]", f"the card's port: {nodes.error(port)}")
        nodes.switch.vsctl(f"set Interface {port} options:n_rxq_desc={DESCRIPTORS} options:n_txq_desc={DESCRIPTORS}")
    name = nodes.switch.vsctl("get Interface dpdk1 status:mempool")
    pool = adds_up(nodes)[name]
    rings = held(pool, "receive-ring")
    expect(2 * (DESCRIPTORS - BURST) <= rings <= 2 * DESCRIPTORS, f"the receive rings have {rings} of 2 * {DESCRIPTORS}")
    expect(abs(pool["in_use"] - rings) <= BURST, f"idle, but {pool['in_use']} are in use")
    lab.note(f"idle, the receive rings have {rings} of 2 * {DESCRIPTORS}")
    under_traffic(lab, nodes, name)
    exhausted(lab, nodes)
    nodes.stop()


def under_traffic(lab, nodes, name):
    """One card sends without end to the other, and then to control, too, as much as that takes."""
    nodes.send("dpdk0")
    nodes.grows("dpdk1", "rx_packets")
    sending = [held(adds_up(nodes)[name], "transmit-ring") for _ in range(LOOKS)]
    lab.note(f"under traffic, {LOOKS} times: {min(sending)} to {max(sending)} in transmit rings, each buffer has a holder")
    expect(0 < max(sending) <= 2 * DESCRIPTORS, f"the transmit rings had {sending} of 2 * {DESCRIPTORS}")
    nodes.send_to("dpdk0,controller")
    waiting = held(adds_up(nodes)[name], "control")
    expect(waiting > 0, "no packets wait for control")
    lab.note(f"{waiting} with control, each buffer has a holder")


def exhausted(lab, nodes):
    """Nothing is left for the card's receive ring: counted, told, and over by itself."""
    nodes.send_to("dpdk0")
    hoards = dict(lab.hoarders(least=64))
    for name, devargs in hoards.items():
        nodes.switch.vsctl(f"add-port br0 {name} -- set Interface {name} type=dpdk options:dpdk-devargs={devargs}", check=False)
    # What waits for control empties the thread's cache, too.
    nodes.send_to("dpdk0,controller")
    lab.note(f"without buffers, rx_mbuf_allocation_errors {nodes.grows('dpdk1', 'rx_mbuf_allocation_errors')}")
    eventually(120, lambda: "|dpdk1: Failed to allocate memory for mbuf: " in nodes.switch.log(), "the log does not tell")
    nodes.send_to("dpdk0")
    nodes.switch.vsctl(" ".join(f"-- --if-exists del-port {name}" for name in hoards))
    nodes.grows("dpdk1", "rx_packets")
    adds_up(nodes)


def report(nodes):
    # Without KVM, control is slow when packets for it come without end.
    text = nodes.machine.run("ovs-appctl -T 300 memory/report --json", 300)
    return {pool["name"]: pool for pool in json.loads(text)["pools"]}


def held(pool, kind):
    """Buffers of that kind of holder, all together."""
    return sum(holder["buffers"] for holder in pool["holders"] if holder["kind"] == kind and not holder["is_bound"])


def adds_up(nodes):
    """The pools, of which each buffer has a holder."""
    pools = report(nodes)
    for pool in pools.values():
        total = sum(holder["buffers"] for holder in pool["holders"] if not holder["is_bound"])
        expect(abs(total - pool["granted"]) <= BURST, f"{total} of {pool['granted']} are accounted for: {pool['holders']}")
        expect(held(pool, "unaccounted") <= BURST, f"some have no holder: {pool['holders']}")
    return pools
