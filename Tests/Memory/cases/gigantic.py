"""Pages of 1 GiB: reserved by the words that the plan has for the kernel; DPDK takes what was planned, and it suffices."""

from lab import expect
from nodes import Nodes, guarded
from planned import propose

# Its pool is larger than a page.
PROPOSAL = """
nodes=2
pmd-threads=2
dpdk name=dpdk0,node=1,mtu=4000,driver=net_e1000_em
"""


@guarded
def run(lab):
    if not lab.is_ours:
        return lab.note("has no plan")
    words = propose(lab, PROPOSAL)["kernel_arguments"]["1048576"]
    lab.note(words)
    nodes = Nodes(lab, card=1, megabytes=4096, append=words)
    files = "/sys/devices/system/node/node*/hugepages/hugepages-1048576kB/nr_hugepages"
    counts = nodes.machine.run(f"cat {files}").split()
    expect(words.endswith("hugepages=" + ",".join(f"{node}:{count}" for node, count in enumerate(counts))),
           f"the kernel made {counts} of '{words}'")
    planned = propose(lab, PROPOSAL, nodes.machine)
    memory = planned["dpdk-socket-mem"]
    expect(memory == ",".join(str(1024 * int(count)) for count in counts), f"with such pages it asks for {memory} MiB")
    expect(planned["kernel_arguments"]["1048576"] == words, f"and the kernel for {planned['kernel_arguments']}")
    came = nodes.start(dpdk_socket_mem=memory, dpdk_socket_limit=memory) and nodes.eventually_up()
    expect(came, "DPDK does not come up")
    nodes.switch.vsctl(
        "add-br br0 -- set Bridge br0 datapath_type=netdev -- add-port br0 dpdk0 -- set Interface dpdk0 type=dpdk "
        f"options:dpdk-devargs={nodes.address} mtu_request=4000")
    nodes.expect_pool(1)
    nodes.compare(planned)
    nodes.stop()
