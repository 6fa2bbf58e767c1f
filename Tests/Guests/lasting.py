"""Two guests that outlive the switch: they wait for it at their own sockets, keep their rings, and count what is lost."""

import multiprocessing
import os
import select
import signal
import socket
import struct
import time

from channel import Closed, Listener
from guest import Guest
from lab import address, udp

# Frames a second, and at once when the process was late.
PACE = 2000
MOST = 64


class End:
    """A guest at a socket of its own, with or without a switch."""

    def __init__(self, path):
        self.listener = Listener(path)
        self.listener.socket.setblocking(False)
        self.guest, self.is_connected = None, False

    def look(self):
        """Notices that the switch has gone or come."""
        try:
            if self.is_connected:
                connection = self.guest.channel.connection
                if select.select([connection], [], [], 0)[0] and not connection.recv(1, socket.MSG_PEEK):
                    raise Closed("end of file")
            else:
                self.connect()
        except BlockingIOError:
            pass
        except (Closed, ConnectionError, TimeoutError):
            self.is_connected = False
            if self.guest:
                self.guest.channel.close()

    def connect(self):
        if self.guest is None:
            self.guest = Guest(listener=self.listener, seconds=0).start()
        else:
            self.guest.resume(self.listener.accept(0))
        self.is_connected = True


class Lasting:
    """Numbered frames from the first guest to the second, at a steady pace, in a process of its own."""

    def __init__(self, first, second):
        context = multiprocessing.get_context("fork")
        self.offered, self.received, self.twice, self.stops = (context.Value("Q", 0, lock=False) for _ in range(4))
        # Seconds between two frames that have come, at most, since anybody has set it to 0.
        self.gap = context.Value("d", 0, lock=False)
        self.process = context.Process(target=self.work, args=(first, second), daemon=True)
        self.process.start()

    def work(self, first, second):
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        a, b = End(first), End(second)
        seen, number, parent = bytearray(1 << 20), 0, os.getppid()
        last = came = time.monotonic()
        while os.getppid() == parent:
            a.look()
            b.look()
            now = time.monotonic()
            due = min(int((now - last) * PACE), MOST)
            last = now if due == MOST else last + due / PACE
            # Both must have been there once; what is offered in vain later is lost.
            if a.guest and b.guest and not self.stops.value:
                for _ in range(due):
                    number = (number + 1) % len(seen)
                    seen[number] = 0
                    a.guest.send(udp(address(2), address(1), size=124) + struct.pack("!I", number))
                    self.offered.value += 1
            for frame in b.guest.receive() if b.guest else []:
                place = struct.unpack("!I", frame[-4:])[0] % len(seen)
                self.twice.value += seen[place]
                self.received.value += 1 - seen[place]
                seen[place] = 1
                self.gap.value = max(self.gap.value, now - came)
                came = now
            if a.guest:
                a.guest.receive()
            time.sleep(0.001)

    def wait(self, seconds=20):
        """Until frames come; whether they do."""
        before, end = self.received.value, time.monotonic() + seconds
        while self.received.value <= before + 10:
            if time.monotonic() > end or not self.process.is_alive():
                return False
            time.sleep(0.01)
        return True

    def finish(self):
        """No more frames; frames lost, frames that came twice, the longest time without any."""
        gap = self.gap.value
        self.stops.value = 1
        time.sleep(1)
        return self.offered.value - self.received.value, self.twice.value, gap

    def end(self):
        self.process.terminate()
        self.process.join(5)
