"""The switch in a machine of several NUMA nodes with a network card, and what the cases there have in common."""

import contextlib
import re

from inside import Inside
from lab import Failure, eventually, expect
from machine import Machine

EXTRA = "--no-telemetry"


class Nodes:
    """A machine with a card on node `card`, of which nothing is reserved yet; the kernel keeps it without a `driver`."""

    def __init__(self, lab, driver="uio_pci_generic", **shape):
        self.lab = lab
        self.machine = Machine(lab.folder, **shape)
        lab.guests.append(self.machine)
        self.machine.start()
        self.machine.wait_ready(300)
        self.switch = Inside(self.machine, lab.binary)
        self.address = self.machine.give_card_to_dpdk(driver) if driver else self.machine.cards()[0]

    def start(self, **settings):
        """Starts the daemon with these settings; whether it came through that."""
        self.switch.configure(**({"dpdk_init": "true", "dpdk_extra": EXTRA} | settings))
        try:
            self.switch.start()
        except Failure as failure:
            self.lab.judge(False, f"the daemon does not start: {failure}")
        return self.lives

    @property
    def lives(self):
        return "yes" in self.machine.run("kill -0 $(cat ovs-vswitchd.pid 2> /dev/null || echo x) 2> /dev/null && echo yes",
                                         check=False)

    def root(self, column):
        return self.machine.run(f"ovs-vsctl --no-wait get Open_vSwitch . {column}", 30, check=False).strip()

    def add_card(self, name="dpdk0", address=None):
        """The port of the first card, or another one, added anew; returns the error of its row."""
        self.switch.vsctl(f"--may-exist add-br br0 -- set Bridge br0 datapath_type=netdev -- --if-exists del-port {name}",
                          check=False)
        self.switch.vsctl(
            f"add-port br0 {name} -- set Interface {name} type=dpdk options:dpdk-devargs={address or self.address}",
            check=False)
        self.judge_alive("a port was added")
        return self.error(name)

    def send(self, port):
        """Has a device without end send by a port; what comes in by another one ends there. All is done by the PMD thread:
        the card has but one queue, whatever its driver says."""
        self.machine.run("ovs-ofctl -t 60 add-flow br0 priority=1,actions=drop", 60)
        self.switch.vsctl("add-port br0 src -- set Interface src type=dpdk options:dpdk-devargs=net_null0")
        self.send_to(port)

    def send_to(self, actions):
        self.machine.run(f"ovs-ofctl -t 100 add-flow br0 priority=9,in_port=src,actions={actions}", 120)

    def grows(self, port, name, seconds=180):
        """Waits until a counter of a port has grown; its value."""
        def value():
            return int(self.switch.vsctl(f"get Interface {port} statistics:{name}"))
        before = value()
        eventually(seconds, lambda: value() > before, f"{name} of {port} stays {before}")
        return value()

    def error(self, name="dpdk0"):
        return self.machine.run(f"ovs-vsctl --no-wait get Interface {name} error", 30, check=False).strip().strip('"')

    def error_over(self, seconds=40):
        """Waits until the card's row tells of no error; what it tells."""
        with contextlib.suppress(Failure):
            eventually(seconds, lambda: self.error() == "[]", "an error")
        return self.error()

    def judge_alive(self, when):
        self.lab.judge(self.lives, f"the daemon is gone after {when}")
        if not self.lives:
            self.lab.note(f"dies when {when}: " + " / ".join(self.errors()))

    def errors(self):
        """The last words of module dpdk's and the ports'."""
        return re.findall(r"\|(?:EMER|ERR)\|(.*)", self.switch.log())[-2:]

    def eventually_up(self, seconds=120):
        try:
            eventually(seconds, lambda: self.root("dpdk_initialized") == "true", "DPDK does not come up")
            return True
        except Failure as failure:
            self.lab.judge(False, f"{failure}: {self.errors()}")
            return False

    def pool(self, name="dpdk0"):
        """Node and size of the pool that a port receives into."""
        text = self.machine.run(f"ovs-appctl -T 20 netdev-dpdk/get-mempool-info {name}", 60, check=False)
        found = re.search(r"<([^>]*)>.*?socket_id=(-?\d+).*?size=(\d+)", text, re.S)
        return (int(found.group(2)), int(found.group(3)), found.group(1)) if found else (None, 0, text[:80])

    def expect_pool(self, node, name="dpdk0"):
        """The port's pool is on that node and has all that was asked for."""
        status = self.switch.vsctl(f"--no-wait get Interface {name} status")
        got = dict(re.findall(r'mempool_(requested|granted)="?(\d+)', status))
        expect(len(got) == 2 and got["requested"] == got["granted"] and self.pool(name)[0] == node,
               f"{name} has {status}")

    def compare(self, planned):
        """What DPDK took of each node's heap is what was planned, or at most 5 % less."""
        for node in planned["nodes"]:
            taken, said = self.heap(node["node"]), node["bytes"]
            expect(taken <= said <= 1.05 * taken, f"node {node['node']}: {said} bytes planned, {taken} taken")
            self.lab.note(f"node {node['node']}: {said / 1e6:.1f} MB planned, {taken / 1e6:.1f} taken")

    def heap(self, node):
        """Bytes that are taken of a node's heap."""
        text = self.machine.run("ovs-appctl -T 20 dpdk/get-malloc-stats", 60)
        return int(re.search(rf"Heap name:socket_{node}\b.*?Alloc_size:(\d+)", text, re.S).group(1))

    def stop(self):
        if self.lives:
            self.switch.stop("--cleanup")


def guarded(check):
    """A case that adds the end of the daemon's log to what failed."""
    def run(lab):
        try:
            check(lab)
        except Failure as failure:
            if not lab.guests or not lab.guests[0].lives:
                raise
            raise Failure(f"{failure}; the log ends: {lab.guests[0].run('tail -n 12 ovs-vswitchd.log', check=False)}")
    return run
