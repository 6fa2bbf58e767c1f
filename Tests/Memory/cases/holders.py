"""A card of a real driver: its rings' buffers are accounted for, within a burst, idle and after packets were sent."""

import json

from lab import eventually, expect
from nodes import Nodes, guarded

BURST = 32
DESCRIPTORS = 256


def report(nodes):
    text = nodes.machine.run("ovs-appctl -T 20 memory/report --json", 60)
    return {pool["name"]: pool for pool in json.loads(text)["pools"]}


def held(pool, kind):
    """Buffers of that kind of holder, by its name."""
    return {holder["name"]: holder["buffers"] for holder in pool["holders"]
            if holder["kind"] == kind and not holder["is_bound"]}


def adds_up(nodes):
    for pool in report(nodes).values():
        total = sum(holder["buffers"] for holder in pool["holders"] if not holder["is_bound"])
        expect(abs(total - pool["granted"]) <= BURST, f"{total} of {pool['granted']} are accounted for: {pool['holders']}")
        expect(sum(held(pool, "unaccounted").values()) <= BURST, f"some have no holder: {pool['holders']}")


@guarded
def run(lab):
    if not lab.is_ours:
        return lab.note("has no such account")
    nodes = Nodes(lab, nodes=1, card=0)
    nodes.machine.hugepages(0, 64)
    expect(nodes.start(pmd_cpu_mask="0x2") and nodes.eventually_up(), "DPDK is not there")
    expect(nodes.add_card() == "[]", f"the card's port: {nodes.error()}")
    nodes.switch.vsctl(f"set Interface dpdk0 options:n_rxq_desc={DESCRIPTORS} options:n_txq_desc={DESCRIPTORS}")
    name = nodes.switch.vsctl("get Interface dpdk0 status:mempool")
    pool = report(nodes)[name]
    ring = held(pool, "receive-ring").get("dpdk0 queue 0", 0)
    expect(DESCRIPTORS - BURST <= ring <= DESCRIPTORS, f"the receive ring has {ring} of {DESCRIPTORS}")
    expect(abs(pool["in_use"] - ring) <= BURST, f"idle, but {pool['in_use']} are in use")
    adds_up(nodes)
    lab.note(f"receive ring {ring} of {DESCRIPTORS}")
    # What was sent stays in the transmit ring until its place is needed; packets of control are from the small pool.
    nodes.machine.run(
        "for i in $(seq 200); do echo packet-out in_port=controller packet=$(printf '%0120d' 1) actions=output:dpdk0; "
        "done > packets; ovs-ofctl -t 100 -O OpenFlow14 bundle br0 packets", 120, check=False)
    sent = lambda: int(nodes.switch.vsctl("get Interface dpdk0 statistics:tx_packets"))  # noqa: E731
    eventually(60, lambda: sent() >= 200, "the packets are not sent")
    small = next(pool for name, pool in report(nodes).items() if name.startswith("kernel_mp"))
    ring = sum(held(small, "transmit-ring").values())
    lab.note(f"after 200 packets the transmit ring has {ring}")
    expect(ring <= DESCRIPTORS, f"the transmit ring has {ring} of {DESCRIPTORS}")
    adds_up(nodes)
    nodes.stop()
