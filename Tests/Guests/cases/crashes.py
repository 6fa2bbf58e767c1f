"""Either side killed at random moments under traffic, over and over (--rounds); nothing is left behind."""

import os
import signal
import time

from holdings import Holdings
from hugepages import Hugepages
from lab import eventually, expect
from testpmd import Testpmd

# Of 2 MiB; the switch takes no more, whatever the machine has: so its pools always have the same size.
HUGEPAGES = 192
PATIENCE = 60


class Crashes:
    """A guest at a port of each kind; each sends to the other as fast as it can, and swallows what comes."""

    def __init__(self, lab):
        self.lab = lab
        self.guests = {"server": None, "client": None}
        self.slowest, self.killed = 0, {"server": 0, "client": 0, "switch": 0}

    def fill(self):
        """Whoever is not there comes."""
        for port, guest in self.guests.items():
            if guest is None:
                path = self.lab.socket("server") if port == "server" else self.free_path()
                # Two pairs of queues now and then: rings of a guest before may be more than those of the next.
                self.guests[port] = Testpmd(
                    self.lab, path, "flowgen", server=port == "client", packed=self.lab.random.random() < 0.3,
                    queues=self.lab.random.choice([1, 1, 2]))

    def free_path(self):
        path = self.lab.listener.path
        if os.path.exists(path):
            os.unlink(path)
        return path

    def flows(self):
        for port, guest in self.guests.items():
            took = eventually(PATIENCE, lambda: guest.advances("RX-packets", 1), f"nothing flows to {port}")
            self.slowest = max(self.slowest, took)

    def kill_guests(self, *ports):
        for port in ports:
            if self.guests[port]:
                self.guests[port].kill()
                self.guests[port] = None
                self.killed[port] += 1

    def kill_switch(self):
        """A guest that has connected to the switch does not do so again: testpmd is of that kind."""
        lab = self.lab
        lab.wait_gone(lab.kill(signal.SIGKILL), PATIENCE)
        self.killed["switch"] += 1
        self.kill_guests("server")
        time.sleep(lab.random.random() / 4)
        lab.start_daemon("--overwrite-pidfile")

    def round(self, victims):
        lab = self.lab
        self.fill()
        self.flows()
        time.sleep(lab.random.random() / 2)
        victim = lab.random.choice(victims)
        if victim == "switch":
            self.kill_switch()
        else:
            self.kill_guests(*victim.split())
            if lab.random.random() < 0.5:
                # In the middle of what this end sets off.
                time.sleep(lab.random.random() / 50)

    def empty(self):
        """What the daemon holds when nobody is there any more."""
        lab = self.lab
        self.kill_guests("server", "client")
        self.free_path()
        for port in ("server", "client"):
            eventually(PATIENCE, lambda: lab.status(port) == "disconnected",
                       f"{port}: a guest that has gone is told to be there")
        lab.settled(lab.descriptors)
        return Holdings(lab)

    def same(self, before, when):
        """Nothing more than before, and nothing less; what there is now."""
        after, end = self.empty(), time.monotonic() + PATIENCE
        while before.differences(after) and time.monotonic() < end:
            time.sleep(0.5)
            after = Holdings(self.lab)
        expect(not before.differences(after), f"{when}: {before.differences(after)}")
        return after


def run(lab):
    hugepages = Hugepages(HUGEPAGES)
    try:
        taken = hugepages.taken()
        note = crash(lab)
        eventually(20, lambda: hugepages.taken() <= taken, "huge pages are in use after an orderly end")
        return note
    finally:
        pid = lab.pid()
        if pid and os.path.exists(f"/proc/{pid}"):
            lab.wait_gone(lab.kill(signal.SIGKILL))
        hugepages.close()


def crash(lab):
    lab.begin(**{"dpdk-extra": f"--no-telemetry --no-pci --socket-limit={2 * HUGEPAGES}"})
    lab.listener.close()
    lab.witness.end()
    crashes = Crashes(lab)
    # What is made once, for the first guests, is no leak.
    crashes.round(["server client"])
    before = crashes.empty()
    for _ in range(lab.rounds // 2):
        crashes.round(["server", "client", "server client", "switch"])
    # How many pieces another process has of its heap at the beginning is not for us to say.
    before = crashes.same(before.without("heap"), "after both sides' crashes")
    crashes.round(["server client"])
    before = crashes.same(before.without("heap"), "after one round more")
    for _ in range(lab.rounds - lab.rounds // 2):
        crashes.round(["server", "client", "server client"])
    crashes.same(before, "after guests' crashes")
    lab.leave()
    bad = [line for line in lab.log.splitlines() if "|EMER|" in line or "out of buffers" in line]
    expect(not bad, "the log tells of faults: " + " / ".join(bad[:3]))
    deaths = ", ".join(f"{name} {count}" for name, count in crashes.killed.items())
    return f"{lab.rounds} rounds, killed: {deaths}; packets after {crashes.slowest:.1f} s at the latest; {before}"
