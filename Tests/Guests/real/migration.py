"""A guest that moves from one QEMU to another one, from one port of the switch to another, while it is talked to."""

import re
import time

from lab import Failure, eventually, expect
from qmp import QMP
from virtio import Image, VirtioGuest

PORTS = ("a", "b", "c")
PATIENCE = 240


class Migration:
    """Guest `a` at port va goes to `c` at port vc; `b` at vb talks to it all the time."""

    def __init__(self, lab, settings, queues=2):
        self.lab = lab
        image = Image(lab.folder)

        def guest(name, mac, address, *words):
            made = VirtioGuest(
                image, name, f"{lab.folder}/sock-{name}", "server", f"52:54:00:00:00:0{mac}", f"10.9.0.{address}",
                memory="/dev/shm", arguments=[*QMP.words(f"{lab.folder}/qmp-{name}"), *words], queues=queues)
            lab.guests.append(made)
            return made
        self.uri = f"unix:{lab.folder}/migration"
        self.a, self.b = guest("a", "a", 1), guest("b", "b", 2)
        self.c = guest("c", "a", 1, "-incoming", self.uri)
        lab.start(mask="0x1", **settings)
        lab.bridge()
        for name in PORTS:
            lab.vsctl(f"add-port br0 v{name} -- set Interface v{name} type=dpdkvhostuserclient "
                      f"options:vhost-server-path={lab.folder}/sock-{name} options:n_rxq=2")
        for guest in (self.a, self.b):
            guest.start()
        for guest in (self.a, self.b):
            guest.wait_ready(PATIENCE)
            guest.bring_up()
        eventually(60, lambda: self.a.ping(self.b.address, 1) == 1, "the guests do not reach each other")

    def talk(self):
        """A file goes to the guest that moves, bit by bit; pings, too."""
        self.a.run("(nc -l -p 5007 < /tmp/open > /tmp/came; touch /tmp/copied) & sleep 0.5")
        self.b.run(
            "(while [ ! -e /tmp/enough ]; do dd if=/dev/urandom bs=16k count=1 2> /dev/null; sleep 0.05; done "
            f"| tee /tmp/sent | nc -w 60 {self.a.address} 5007; touch /tmp/done) > /dev/null 2>&1 &")
        self.b.run(f"ping -i 0.1 {self.a.address} > /tmp/pings 2>&1 & echo $! > /tmp/pid")

    def check(self):
        """What was sent has come, all of it and nothing else; how many pings were lost."""
        b, c = self.b, self.c
        b.run("touch /tmp/enough")
        eventually(PATIENCE, lambda: "yes" in b.run("[ -e /tmp/done ] && echo yes", check=False), "the file's end")
        eventually(PATIENCE, lambda: "yes" in c.run("[ -e /tmp/copied ] && echo yes", check=False), "the file's end")
        sent, came = (guest.run(f"md5sum < /tmp/{name}; wc -c < /tmp/{name}").split()
                      for guest, name in ((b, "sent"), (c, "came")))
        expect(sent[0] == came[0], f"of {sent[-1]} bytes {came[-1]} came, or they came changed")
        b.run("kill -INT $(cat /tmp/pid); sleep 0.5")
        found = re.search(r"(\d+) packets transmitted, (\d+) packets received", b.run("cat /tmp/pings"))
        expect(found, "ping does not say what was lost")
        return int(sent[-1]), int(found.group(1)) - int(found.group(2))

    def move(self, capabilities=(), begin=lambda source: None):
        """Moves the guest; what QEMU says of it."""
        self.c.start()
        eventually(60, lambda: self.lab.vsctl("get Interface vc status:mode") and self.c.connect(), "no second QEMU")
        source, target = QMP(f"{self.lab.folder}/qmp-a"), QMP(f"{self.lab.folder}/qmp-c")
        for qemu in (source, target):
            if capabilities:
                qemu.run("migrate-set-capabilities",
                         capabilities=[{"capability": name, "state": True} for name in capabilities])
        # Slow enough for several rounds over the memory.
        source.run("migrate-set-parameters", **{"max-bandwidth": 40 << 20, "downtime-limit": 300})
        source.run("migrate", uri=self.uri)
        begin(source)
        end = time.monotonic() + PATIENCE
        while True:
            state = source.run("query-migrate")
            if state["status"] == "completed":
                break
            if state["status"] in ("failed", "cancelled") or time.monotonic() > end:
                raise Failure(f"the guest does not move: {state}; {self.a.messages[-500:]} {self.c.messages[-500:]}")
            time.sleep(0.2)
        source.close()
        target.close()
        self.a.kill()
        return state
