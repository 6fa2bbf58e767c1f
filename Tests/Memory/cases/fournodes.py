"""Four nodes of 64 MiB each, the card on node 2: every node is told of, and the card gets the pool that fits."""

import re

from nodes import Nodes, guarded

HUGEPAGES = 40


@guarded
def run(lab):
    nodes = Nodes(lab, nodes=4, megabytes=640, card=2)
    for node in range(4):
        nodes.machine.hugepages(node, HUGEPAGES)
    if not nodes.start(dpdk_socket_mem="64,64,64,64") or not nodes.eventually_up():
        return
    log = nodes.switch.log()
    for node in range(4):
        lab.judge(f"ovs_numa|INFO|Discovered 2 CPU cores on NUMA node {node}" in log, f"node {node} is not told of")
    lab.judge("ovs_numa|INFO|Discovered 4 NUMA nodes and 8 CPU cores" in log, "the nodes are not counted")
    lab.judge(re.search(r"EAL ARGS: ovs-vswitchd .*--socket-mem 64,64,64,64", log), "the arguments are not told")
    error = nodes.add_card()
    lab.judge(error == "[]", f"the row of the card's port says '{error}'")
    node, size, name = nodes.pool()
    lab.note(f"card on node 2: {error if error != '[]' else name}")
    lab.judge(node == 2 and size >= 16384, f"the card's pool is {name} of {size} on node {node}")
    nodes.stop()
