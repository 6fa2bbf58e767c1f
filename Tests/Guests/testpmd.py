"""Guests that are DPDK's own testpmd with net_virtio_user, in ordinary memory."""

import os
import re
import time


class Testpmd:
    """One guest that sends (`mode` txonly), swallows (rxonly), or sends back (macswap, io) what comes."""

    def __init__(self, lab, path, mode, server=False, packed=False, queues=1):
        self.lab, self.path = lab, path
        device = (f"net_virtio_user0,path={path},queues={queues},queue_size=256"
                  + (",server=1" if server else "") + (",packed_vq=1" if packed else ""))
        last = os.cpu_count() - 1
        # It asks for a core of its own to forward on; on a small machine both are spread over all.
        self.child = lab.background(
            "stdbuf", "-oL", "dpdk-testpmd", "--no-huge", "-m", "128", "--no-pci", "--no-telemetry",
            "--no-shconf", "--lcores", f"(0-1)@(0-{last})", f"--vdev={device}", "--",
            "--total-num-mbufs=4096", f"--forward-mode={mode}", f"--rxq={queues}", f"--txq={queues}",
            "--stats-period=1", "--auto-start", "--eth-peer=0,02:00:00:00:00:01")

    @property
    def text(self):
        with open(self.child.path, errors="replace") as file:
            return file.read()

    def figure(self, name):
        """The newest of its own counters: RX-packets, TX-packets."""
        found = re.findall(rf"{name}:\s+(\d+)", self.text)
        return int(found[-1]) if found else 0

    def advances(self, name, seconds=10):
        """Whether its counter goes on growing."""
        before, end = self.figure(name), time.monotonic() + seconds
        while time.monotonic() < end:
            if self.figure(name) > before:
                return True
            time.sleep(0.1)
        return False

    def kill(self):
        self.child.kill()
        self.child.wait()
