"""The plan for a machine of two nodes with a card on the second: what DPDK takes there, node by node, and enough."""

from lab import expect
from nodes import Nodes, guarded
from planned import propose

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
    planned = propose(lab, PROPOSAL)
    nodes = Nodes(lab, card=1)
    for node in planned["nodes"]:
        nodes.machine.hugepages(node["node"], node["hugepages"]["2048"] + 8)
    begin(lab, nodes)
    nodes.compare(planned)
    nodes.stop()
    begin(lab, nodes, dpdk_socket_mem=planned["dpdk-socket-mem"], dpdk_socket_limit=planned["dpdk-socket-mem"])
    nodes.stop()


def begin(lab, nodes, **settings):
    """Starts the daemon; the card must get all that it asks for, on its node."""
    expect(nodes.start(per_port_memory="true", **settings) and nodes.eventually_up(), "DPDK does not come up")
    error = nodes.add_card()
    expect(error == "[]", f"the row of the card's port says '{error}'")
    nodes.expect_pool(1)
