"""Two well-behaved guests in a process of their own that send to each other at a steady pace and count."""

import multiprocessing
import os
import signal
import sys
import time
import traceback

from guest import Guest
from lab import address, udp

PACE = 2000
"""Frames that are sent at once when the process was late."""
MOST = 32


class Witness:
    """Frames a second from the first guest to the second, over two sockets of the switch's."""

    def __init__(self, first, second, packed=False, pairs=1):
        context = multiprocessing.get_context("fork")
        self.wanted, self.sent, self.received, self.broken = (context.Value("Q", 0, lock=False) for _ in range(4))
        self.process = context.Process(target=self.work, args=(first, second, packed, pairs), daemon=True)
        self.process.start()

    def work(self, first, second, packed, pairs):
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            a = Guest(first, pairs=pairs, packed=packed).start()
            b = Guest(second, pairs=pairs, packed=packed).start()
            frame = udp(address(2), address(1), size=128)
            last, parent = time.monotonic(), os.getppid()
            while os.getppid() == parent:
                # What this process itself was too late for is not asked of the switch.
                now = time.monotonic()
                due = min(int((now - last) * PACE), MOST)
                last = now if due == MOST else last + due / PACE
                self.wanted.value += due
                for _ in range(due):
                    if a.send(frame):
                        self.sent.value += 1
                for received in b.receive():
                    if received == frame:
                        self.received.value += 1
                    else:
                        self.broken.value += 1
                a.receive()
                time.sleep(0.002)
        except Exception:
            traceback.print_exc(file=sys.stderr)
            os._exit(1)

    @property
    def lives(self):
        return self.process.is_alive()

    def end(self):
        self.process.terminate()
        self.process.join(5)
