"""Either side killed at random moments under traffic, over and over (--rounds); nothing is left behind."""

import os
import signal
import time

from lab import eventually, expect
from testpmd import Testpmd


def used(lab):
    """Descriptors and sockets of the daemon, and huge pages of the machine."""
    with open("/proc/meminfo") as file:
        free = next(int(line.split()[1]) for line in file if line.startswith("HugePages_Free"))
    sockets = sorted(name for name in os.listdir(lab.folder) if name in ("good1", "good2", "server", "guest.sock"))
    return lab.settled(lab.descriptors), sockets, free


def run(lab):
    lab.begin()
    lab.listener.close()
    lab.witness.end()
    for port in ("good1", "good2"):
        eventually(10, lambda: lab.status(port) == "disconnected", f"{port}: a guest that has gone is told to be there")
    before = used(lab)
    sender = sink = None
    slowest, killed = 0, 0
    for _ in range(lab.rounds):
        if sink is None:
            if os.path.exists(lab.listener.path):
                os.unlink(lab.listener.path)
            sink = Testpmd(lab, lab.listener.path, "rxonly", server=True)
        if sender is None:
            sender = Testpmd(lab, lab.socket("server"), "txonly")
        slowest = max(slowest, eventually(20, lambda: sink.advances("RX-packets", 1), "nothing flows"))
        time.sleep(lab.random.random() / 2)
        victim = lab.random.choice(["sender", "sink", "switch", "both guests"])
        if victim in ("sender", "both guests"):
            sender.kill()
            sender = None
        if victim in ("sink", "both guests"):
            sink.kill()
            sink = None
        if victim == "switch":
            killed += 1
            lab.wait_gone(lab.kill(signal.SIGKILL))
            sender.kill()
            sender = None
            time.sleep(lab.random.random() / 4)
            lab.start_daemon("--overwrite-pidfile")
        elif lab.random.random() < 0.5:
            # In the middle of what the other side's end sets off.
            time.sleep(lab.random.random() / 50)
    for guest in (sender, sink):
        if guest:
            guest.kill()
    if os.path.exists(lab.listener.path):
        os.unlink(lab.listener.path)
    for port in ("server", "client"):
        eventually(10, lambda: lab.status(port) == "disconnected", f"{port}: a guest that has gone is told to be there")
    eventually(10, lambda: used(lab) == before, f"before: {before}, after: {used(lab)}")
    bad = [line for line in lab.log.splitlines() if "|EMER|" in line or "out of buffers" in line]
    expect(not bad, "the log tells of faults: " + " / ".join(bad[:3]))
    return f"{lab.rounds} rounds, {killed} with the switch killed, packets at the latest after {slowest:.1f} s"
