"""A guest whose memory is on the second NUMA node is served from there or, without hugepages there, from the first."""

import re
import time

from inside import Inside
from lab import Failure, eventually, expect
from machine import Machine

# Of 2 MiB, on a node: room for one of the smaller pools. To clear a large one takes its time here.
HUGEPAGES = 64
# A guest without a machine: DPDK's virtio_user, the server of its socket, that sends and swallows.
GUEST = (
    "numactl --membind=1 --physcpubind=3 dpdk-testpmd --lcores 2@3,3@3 --no-huge -m 128 --no-pci --file-prefix guest "
    "--no-telemetry --vdev net_virtio_user0,path=/run/ovs/guest.sock,server=1 -- --auto-start --forward-mode=txonly "
    "--total-num-mbufs=2048 --txpkts=64")


class Lab(Inside):
    """The switch in the machine, and its guest."""

    def attach(self):
        """A guest comes; everything of it that is done at leisure is done when this returns."""
        run = self.machine.run
        run(f"{{ sleep 1000 | {GUEST}; }} > guest.log 2>&1 &")
        eventually(120, lambda: self.vsctl("get Interface va link_state") == "up", "no guest came")
        eventually(60, lambda: self.received() > 0, "nothing came from the guest")

    def detach(self):
        # testpmd wants to make its socket itself.
        self.machine.run(
            "kill -9 $(pidof dpdk-testpmd); while pidof dpdk-testpmd; do sleep 0.2; done; rm -f guest.sock", check=False)

    def received(self):
        return int(self.vsctl("get Interface va statistics:rx_packets"))

    def goes_on(self):
        old = self.received()
        eventually(60, lambda: self.received() > old, "the guest's packets are not received any more")

    def node_of_polling(self):
        """The node of the thread that polls the guest."""
        text = self.machine.run("ovs-appctl -T 20 dpif-netdev/pmd-rxq-show")
        for part in text.split("pmd thread")[1:]:
            if re.search(r"port: va +queue-id: +0 \(enabled\)", part):
                return int(re.search(r"numa_id (\d+)", part).group(1))
        raise Failure(f"nobody polls the guest: {text}")

    def node_of_buffers(self):
        text = self.machine.run("ovs-appctl -T 20 netdev-dpdk/get-mempool-info va")
        found = re.search(r"socket_id=(\d+)", text)
        expect(found, f"get-mempool-info: {text}")
        return int(found.group(1))


def run(lab):
    machine = Machine(lab.folder)
    lab.guests.append(machine)
    machine.start()
    machine.wait_ready(180)
    try:
        check(lab, machine)
    except Failure as failure:
        raise Failure(f"{failure}; the log ends: {machine.run('tail -n 12 ovs-vswitchd.log', check=False)}")


def check(lab, machine):
    machine.hugepages(0, HUGEPAGES)
    machine.hugepages(1, HUGEPAGES)
    switch = Lab(machine, lab.binary)
    switch.configure(dpdk_init="true", pmd_cpu_mask="0x6", dpdk_extra="--no-pci --no-telemetry")

    def step(name, text=""):
        if lab.verbose:
            print(f"        {name} {time.monotonic() - begin:.0f} s {text}", flush=True)
    begin = time.monotonic()
    switch.start()
    switch.vsctl(
        "add-br br0 -- set Bridge br0 datapath_type=netdev -- add-port br0 va -- set Interface va "
        "type=dpdkvhostuserclient options:vhost-server-path=/run/ovs/guest.sock")
    machine.run("ovs-ofctl add-flow br0 in_port=va,actions=drop")
    expect(switch.node_of_buffers() == 0, "without a guest there are buffers on another node than the first")
    step("started")
    switch.attach()
    step("attached")
    node = switch.vsctl("get Interface va status:numa")
    expect(node == "1", f"status:numa is {node}, not 1")
    eventually(120, lambda: switch.node_of_buffers() == 1, "the guest's packets are not received into node 1's buffers")
    expect(switch.node_of_polling() == 1, "the guest is not polled on node 1")
    switch.goes_on()
    # Of the library's own warnings one is due: nobody was there when it tried first. Without KVM all is slow.
    bad = re.findall(r".*(?<!timeval)\|(?:WARN|ERR|EMER)\|(?!VHOST_CONFIG: .* failed to connect).*", switch.log())
    expect(not bad, "the log warns: " + " / ".join(bad[:3]))
    step("from its own node")

    # The same guest comes to a switch that has nothing on its node.
    switch.stop()
    switch.detach()
    machine.run("rm -f /dev/hugepages/rtemap_*")
    machine.hugepages(1, 0)
    switch.start()
    step("restarted without hugepages on node 1")
    switch.attach()
    step("attached")
    node = switch.vsctl("get Interface va status:numa")
    expect(node == "1", f"status:numa is {node}, not 1, without hugepages there")
    eventually(
        120, lambda: re.search(r"WARN\|va: the guest's memory is on NUMA node 1.*hugepages", switch.log()),
        "the log does not tell what is missing on node 1")
    expect(switch.node_of_buffers() == 0, "the guest's packets are not received into node 0's buffers")
    switch.goes_on()
    step("from the other node", re.search(r"WARN\|(va: the guest's memory.*)", switch.log()).group(1))
    switch.stop("--cleanup")
