"""The plan for a machine of two nodes with a card on the second: what DPDK takes there, node by node, and enough."""

import re

from lab import expect
from nodes import Nodes, guarded
from planned import plan

PROPOSAL = """
nodes=2
pmd-threads=2
per-port-memory=true
dpdk name=dpdk0,node=1,driver=net_e1000_em
"""


@guarded
def run(lab):
    if not lab.is_ours:
        return lab.note("has no plan")
    with open(f"{lab.folder}/proposal", "w") as file:
        file.write(PROPOSAL)
    planned = plan(lab, "--proposal", f"{lab.folder}/proposal")
    nodes = Nodes(lab, card=1)
    for node in planned["nodes"]:
        nodes.machine.hugepages(node["node"], node["hugepages"]["2048"] + 8)
    begin(lab, nodes)
    for node in planned["nodes"]:
        taken, said = heap(nodes, node["node"]), node["bytes"]
        expect(taken <= said <= 1.05 * taken, f"node {node['node']}: {said} bytes planned, {taken} taken")
        lab.note(f"node {node['node']}: {said / 1e6:.1f} MB planned, {taken / 1e6:.1f} taken")
    nodes.stop()
    begin(lab, nodes, dpdk_socket_mem=planned["dpdk-socket-mem"], dpdk_socket_limit=planned["dpdk-socket-mem"])
    nodes.stop()


def begin(lab, nodes, **settings):
    """Starts the daemon; the card must get all that it asks for, on its node."""
    expect(nodes.start(per_port_memory="true", **settings) and nodes.eventually_up(), "DPDK does not come up")
    error = nodes.add_card()
    expect(error == "[]", f"the row of the card's port says '{error}'")
    status = nodes.machine.run("ovs-vsctl --no-wait get Interface dpdk0 status", 30)
    got = dict(re.findall(r'mempool_(requested|granted)="?(\d+)', status))
    expect(len(got) == 2 and got["requested"] == got["granted"] and nodes.pool()[0] == 1, f"the card has {status}")


def heap(nodes, node):
    """Bytes that are taken of a node's heap."""
    text = nodes.machine.run("ovs-appctl -T 20 dpdk/get-malloc-stats", 60)
    return int(re.search(rf"Heap name:socket_{node}\b.*?Alloc_size:(\d+)", text, re.S).group(1))
