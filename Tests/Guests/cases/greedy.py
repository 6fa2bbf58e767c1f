"""Buffers of one byte and an index far ahead: more than the library has room to note, in one burst of frames."""

import time

from hostile import misdeeds, visit
from protocol import DESC_WRITE


def greedy(lab):
    """more offered than there is room for, in crumbs, while frames come in bursts"""
    for size in (64, 256):
        with visit(lab, size=size) as guest:
            guest.start()
            ring = guest.rings[0]
            for slot in range(ring.size):
                ring.describe(slot, ring.guest(ring.buffer(slot)), 1, DESC_WRITE)
                ring.memory.put_half(ring.avail + 4 + 2 * slot, slot)
            end = time.monotonic() + 3
            while time.monotonic() < end:
                ring.memory.put_half(ring.avail + 2, ring.memory.half(ring.used + 2) + 0x7000 & 0xFFFF)
                time.sleep(0.001)
            lab.check("more offered than there is room for")


def run(lab):
    lab.begin()
    return misdeeds(lab, [greedy])
