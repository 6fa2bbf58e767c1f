"""The switch with ports for guests: two good ones, two kernel hosts, and a pair of ports for whoever comes."""

import os
import re
import sys
import time

# Behind our own folder: the cases there have names of ours.
sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Stress"))

import lab as stress  # noqa: E402
from channel import Listener  # noqa: E402
from lab import eventually, expect  # noqa: E402
from witness import Witness  # noqa: E402


class Switch(stress.Lab):
    """Ports `good1`, `good2` (dpdkvhostuser), `ta`, `tb` (kernel), `server` (dpdkvhostuser: guests connect) and
    `client` (dpdkvhostuserclient: the switch connects). What good1 sends goes to the two open ports as well."""

    def begin(self, **settings):
        self.start(**settings)
        self.bridge()
        self.hosts_pair = self.pair()
        path = f"{self.folder}/guest.sock"
        for port in ("good1", "good2", "server"):
            self.vsctl(f"add-port br0 {port} -- set Interface {port} type=dpdkvhostuser")
        self.vsctl(f"add-port br0 client -- set Interface client type=dpdkvhostuserclient "
                   f"options:vhost-server-path={path}")
        for port, actions in (("good1", "good2,server,client"), ("good2", "good1"), ("server", "client"),
                              ("client", "server")):
            self.ofctl(f"add-flow br0 priority=9,in_port={port},actions={actions}")
        self.witness = Witness(self.socket("good1"), self.socket("good2"))
        # After the witness, which would keep it open.
        self.listener = Listener(path)
        eventually(20, lambda: self.witness.received.value > 100, "the good guests do not reach each other")
        self.ping = None

    def copy_to_all(self, on):
        """Whether what good1 sends goes to the open ports, too."""
        self.ofctl("mod-flows br0 in_port=good1,actions=good2" + (",server,client" if on else ""))

    def socket(self, port):
        return f"{self.folder}/{port}"

    def status(self, port, key="status"):
        return self.vsctl(["--if-exists", "get", "Interface", port, f"status:{key}"], check=False).strip('"')

    def mempools(self):
        """Free and used buffers as the switch tells them, one line a pool."""
        return self.appctl("netdev-dpdk/get-mempool-info good1")

    @property
    def log_size(self):
        try:
            return os.stat(f"{self.folder}/ovs-vswitchd.log").st_size
        except OSError:
            return 0

    # What must hold while somebody misbehaves

    def watch(self):
        """Begins to watch."""
        self.marks = dict(
            time=time.monotonic(), log=self.log_size, pid=self.pid(), fds=self.settled(self.descriptors),
            resident=self.resident(), received=self.witness.received.value, wanted=self.witness.wanted.value)
        a, b = self.hosts_pair
        self.ping = a.start("ping", "-q", "-i", "0.02", "-W", "1", b.address)

    def check(self, label=""):
        """In the middle: the daemon lives and answers."""
        expect(os.path.exists(f"/proc/{self.marks['pid']}") and self.pid() == self.marks["pid"],
               f"{label}: the daemon is gone")
        took = self.latency()
        expect(took < 5, f"{label}: ovs-appctl version took {took:.1f} s")
        expect(self.witness.lives, f"{label}: a good guest was thrown out")

    def verdict(self, label=""):
        """At the end: good guests and hosts forwarded all the time, nothing leaked, the log is short."""
        self.check(label)
        elapsed = time.monotonic() - self.marks["time"]
        received = self.witness.received.value - self.marks["received"]
        wanted = self.witness.wanted.value - self.marks["wanted"]
        expect(wanted > 100 and received * 2 > wanted, f"{label}: the good guests got {received} of {wanted} frames")
        broken = self.witness.broken.value
        expect(broken == 0, f"{label}: {broken} frames of good guests were changed")
        self.ping.send_signal(2)
        self.ping.wait(10)
        with open(self.ping.path) as file:
            text = file.read()
        found = re.search(r"(\d+) packets transmitted, (\d+) received", text)
        expect(found and int(found.group(2)) * 2 >= int(found.group(1)), f"{label}: the hosts lost packets: {text}")
        written = self.log_size - self.marks["log"]
        expect(written < 300_000 + 4096 * elapsed, f"{label}: {written} bytes of log in {elapsed:.0f} s")
        eventually(10, lambda: self.descriptors() <= self.marks["fds"], f"{label}: descriptors: {self.marks['fds']} "
                   f"before, {self.descriptors()} after")
        grown = self.resident() - self.marks["resident"]
        expect(grown < 64, f"{label}: {grown:.0f} MiB more memory than before")
        bad = [line for line in self.log.splitlines() if re.search(r"\|(EMER|ERR)\|", line) and "|dpdk" not in line
               and "netdev_dpdk" not in line]
        expect(not bad, f"{label}: the log tells of errors: " + " / ".join(bad[:3]))
        return f"{received} of {wanted} frames, {written / max(elapsed, 1) / 1024:.1f} KiB/s of log"

    def settled(self, figure):
        """A figure when it has not changed for some time."""
        value, since = figure(), time.monotonic()
        while time.monotonic() - since < 0.5:
            time.sleep(0.05)
            if figure() != value:
                value, since = figure(), time.monotonic()
        return value

    def close(self):
        if getattr(self, "witness", None):
            self.witness.end()
        if getattr(self, "listener", None):
            self.listener.close()
        super().close()
