"""Asks the daemon for its version again and again, as ovs-appctl does, and notes how long the answers take."""

import glob
import json
import socket
import threading
import time

PAUSE = 0.01


class Prober(threading.Thread):
    """From its start to end(). What another thread, which only sleeps, was late meanwhile is taken off: then it was the
    machine that stood still, and not the daemon."""

    def __init__(self, folder):
        super().__init__(daemon=True)
        self.folder, self.stopped = folder, threading.Event()
        self.longest, self.answers, self.answered = 0, 0, None
        self.late = []
        self.witness = threading.Thread(target=self.sleep, daemon=True)

    def run(self):
        self.witness.start()
        while not self.stopped.wait(PAUSE):
            begin = time.monotonic()
            # Before the first answer there is nobody yet to ask.
            while not self.ask():
                if self.stopped.wait(PAUSE) or self.answered is None:
                    break
            else:
                now = time.monotonic()
                self.answered = now
                self.answers += 1
                self.longest = max(self.longest, now - begin - self.lateness(begin, now))

    def ask(self):
        for path in glob.glob(f"{self.folder}/ovs-vswitchd.*.ctl"):
            try:
                with socket.socket(socket.AF_UNIX) as connection:
                    connection.settimeout(60)
                    connection.connect(path)
                    connection.sendall(b'{"method":"version","params":[],"id":0}')
                    answer = b""
                    while data := connection.recv(4096):
                        answer += data
                        try:
                            return json.loads(answer)["error"] is None
                        except ValueError:
                            continue
            except OSError:
                pass
        return False

    def sleep(self):
        before = time.monotonic()
        while not self.stopped.is_set():
            time.sleep(0.005)
            now = time.monotonic()
            if now - before > 0.02:
                self.late.append((before + 0.005, now))
            before = now

    def lateness(self, begin, end):
        return sum(max(0, min(end, until) - max(begin, since)) for since, until in self.late[-50:])

    def end(self):
        self.stopped.set()
        self.join()
        self.witness.join()
        return self.longest
