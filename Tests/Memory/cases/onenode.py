"""Two nodes, the network card on node 1: no hugepages anywhere, then on node 0 alone, then on both; a card there works."""

import re

from lab import eventually, expect
from nodes import Nodes, guarded

# Room for one of the smaller pools; to clear a large one takes its time without KVM.
HUGEPAGES = 64


@guarded
def run(lab):
    nodes = Nodes(lab, card=1)
    machine = nodes.machine
    came = nodes.start(dpdk_socket_mem="64,0")
    if lab.is_ours:
        expect(came, "the daemon does not live without hugepages")
        told = nodes.root("statistics:dpdk_error")
        expect("no hugepages are reserved" in told and "nr_hugepages" in told, f"the row says {told}")
        lab.note(f"without any: {told}")
    else:
        lab.note("without any: " + (" / ".join(nodes.errors()) if came else "dies"))
    # That it is mended is seen; another switch is started once more.
    machine.hugepages(0, HUGEPAGES)
    if not came:
        nodes.start(dpdk_socket_mem="64,0")
    if not nodes.eventually_up():
        return
    error = nodes.add_card()
    lab.note(f"card on node 1: {error}")
    lab.judge(re.search(r"on socket 1: Cannot allocate memory.*needs \d+ MiB.* on NUMA node 1.*node1/hugepages", error),
              f"the row of the card's port says '{error}'")
    if not nodes.lives:
        return
    machine.hugepages(1, HUGEPAGES)
    # The cure that the row names is enough: DPDK takes what it needs of the new pages.
    if not lab.is_ours:
        nodes.add_card()
    error = nodes.error_over()
    lab.judge(error == "[]", f"with pages on node 1 the row of the card's port says '{error}'")
    node, size, name = nodes.pool()
    lab.judge(node == 1 and size >= 16384, f"the card's pool is {name} of {size} on node {node}")
    lab.note(f"with pages there: {name}")
    if lab.is_ours:
        eventually(60, lambda: nodes.switch.vsctl("get Interface dpdk0 admin_state") == "up", "the card is not up")
    nodes.stop()
