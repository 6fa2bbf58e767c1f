"""Well-behaved guests: both kinds of socket, split and packed rings, several pairs of queues, stops and starts."""

import os
import time

from guest import Guest
from lab import address, eventually, expect, udp

PROBE = udp(address(9), address(8))


def reach(a, b):
    """Waits until the switch forwards from each to the other: it takes up a guest a moment after the guest is ready."""
    for sender, receiver in ((a, b), (b, a)):
        for pair in range(sender.pairs):
            eventually(5, lambda: sender.send(PROBE, pair) and PROBE in receiver.wait(1, 0.1), "nothing is forwarded")


def exchange(a, b, frames=200):
    """All that one sends comes to the other as it was, in both directions and over each pair of queues."""
    reach(a, b)
    for sender, receiver, number in ((a, b, 1), (b, a, 2)):
        for pair in range(sender.pairs):
            wanted = [udp(address(9), address(number), flow=index, size=60 + index * 7 % 1400)
                      for index in range(frames)]
            receiver.receive()
            seen, sent, end = [], 0, time.monotonic() + 10
            while len(seen) < frames and time.monotonic() < end:
                # Never more under way than the other's ring has room for.
                while sent < min(frames, len(seen) + 64) and sender.send(wanted[sent], pair):
                    sent += 1
                seen += [frame for frame in receiver.receive() if frame[:6] == address(9) and frame != PROBE]
            expect(sorted(seen) == sorted(wanted), f"{len(seen)} of {frames} frames arrived, or not as they were sent")


def called(lab):
    """A guest that asks to be called for what comes is called."""
    guest = Guest(lab.socket("server")).start()
    ring = guest.rings[0]
    ring.memory.put_half(ring.avail, 0)
    before = lab.witness.received.value

    def calls():
        guest.receive()
        try:
            return os.eventfd_read(ring.call)
        except BlockingIOError:
            return 0
    heard, end = 0, time.monotonic() + 20
    while heard < 50 and time.monotonic() < end:
        heard += calls()
        time.sleep(0.01)
    guest.close()
    expect(heard >= 50, f"called {heard} times for {lab.witness.received.value - before} frames")


def run(lab):
    lab.begin()
    called(lab)
    lab.copy_to_all(False)
    lab.watch()
    for packed in (False, True):
        for pairs in (1, 4):
            a = Guest(lab.socket("server"), pairs=pairs, packed=packed).start()
            b = Guest(listener=lab.listener, pairs=pairs, packed=packed).start()
            for port in ("server", "client"):
                eventually(5, lambda: lab.status(port) == "connected", f"{port} is not told to be connected")
                eventually(5, lambda: lab.status(port, "num_of_vrings") == str(2 * pairs), f"{port}: number of rings")
            exchange(a, b)
            a.restart(), b.restart()
            exchange(a, b)
            expect(a.memory.intact() and b.memory.intact(), "the switch wrote beyond a guest's memory")
            a.close(), b.close()
            for port in ("server", "client"):
                eventually(5, lambda: lab.status(port) == "disconnected", f"{port} is not told to be disconnected")
    return lab.verdict("good")
