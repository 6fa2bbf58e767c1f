"""The guest's side of virtio's rings: split (virtio 1.2, 2.7) and packed (2.8)."""

import os

from protocol import DESC_AVAIL, DESC_USED, DESC_WRITE, NET_HEADER

SLOT = 2048


class Ring:
    """Descriptors, one to a buffer; `base` is where the ring begins in the memory, its buffers come behind it."""

    def __init__(self, memory, index, size, base):
        self.memory, self.index, self.size, self.base = memory, index, size, base
        self.kick, self.call = os.eventfd(0, os.EFD_CLOEXEC), os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
        self.buffers = base + self.overhead
        self.start()

    @property
    def overhead(self):
        """Bytes before the buffers."""
        return (16 * self.size + 6 + 2 * self.size + 2 + 6 + 8 * self.size + 2 + 4095) & ~4095

    @property
    def end(self):
        return self.buffers + self.size * SLOT

    @property
    def receives(self):
        """Even rings bring packets to the guest."""
        return self.index % 2 == 0

    @property
    def desc(self):
        return self.base

    def buffer(self, slot):
        return self.buffers + slot * SLOT

    def guest(self, offset):
        return self.memory.guest + offset

    def user(self, offset):
        return self.memory.user + offset

    def frame(self, slot, length):
        return bytes(self.memory.read(self.buffer(slot) + NET_HEADER, max(0, length - NET_HEADER)))

    def store(self, slot, frame):
        self.memory.write(self.buffer(slot), bytes(NET_HEADER) + frame)
        return NET_HEADER + len(frame)

    def close(self):
        os.close(self.kick)
        os.close(self.call)


class SplitRing(Ring):
    first_base = 0

    @property
    def avail(self):
        return self.base + 16 * self.size

    @property
    def used(self):
        return (self.avail + 6 + 2 * self.size + 2 + 3) & ~3

    def start(self):
        self.next, self.seen = 0, 0
        self.memory.write(self.base, bytes(self.overhead))
        self.memory.put_half(self.avail, 1)
        if self.receives:
            for slot in range(self.size):
                self.describe(slot, self.guest(self.buffer(slot)), SLOT, DESC_WRITE)
                self.offer(slot)

    def describe(self, slot, address, length, flags=0, following=0):
        self.memory.put("<QIHH", self.desc + 16 * slot, address, length, flags, following)

    def offer(self, slot):
        self.memory.put_half(self.avail + 4 + 2 * (self.next % self.size), slot)
        self.next = (self.next + 1) & 0xFFFF
        self.memory.put_half(self.avail + 2, self.next)

    @property
    def done(self):
        """How far the switch has come."""
        return self.memory.half(self.used + 2)

    def send(self, frame):
        """Whether there was room."""
        if (self.next - self.done) & 0xFFFF >= self.size:
            return False
        slot = self.next % self.size
        self.describe(slot, self.guest(self.buffer(slot)), self.store(slot, frame))
        self.offer(slot)
        return True

    def receive(self):
        """The frames that have come; their buffers are offered anew."""
        frames, done = [], self.done
        while self.seen != done:
            slot, length = self.memory.get("<II", self.used + 4 + 8 * (self.seen % self.size))
            if slot < self.size:
                frames.append(self.frame(slot, length))
                self.offer(slot)
            self.seen = (self.seen + 1) & 0xFFFF
        return frames


class PackedRing(Ring):
    first_base = 0x8000

    @property
    def avail(self):
        return self.base + 16 * self.size

    @property
    def used(self):
        return self.avail + 8

    def start(self):
        self.next, self.wrap, self.seen, self.seen_wrap = 0, 1, 0, 1
        self.memory.write(self.base, bytes(self.overhead))
        self.memory.put("<HH", self.avail, 0, 1)
        self.free = list(range(self.size))
        if self.receives:
            for slot in range(self.size):
                self.offer(slot, SLOT, DESC_WRITE)

    def offer(self, slot, length, flags=0):
        position = self.desc + 16 * self.next
        self.memory.put("<QIH", position, self.guest(self.buffer(slot)), length, slot)
        self.memory.put_half(position + 14, flags | (DESC_AVAIL if self.wrap else DESC_USED))
        self.next += 1
        if self.next == self.size:
            self.next, self.wrap = 0, self.wrap ^ 1

    def take(self):
        """The slot and length of the next descriptor that the switch has used; None when there is none."""
        flags = self.memory.half(self.desc + 16 * self.seen + 14)
        if bool(flags & DESC_AVAIL) != bool(self.seen_wrap) or bool(flags & DESC_USED) != bool(self.seen_wrap):
            return None
        _, length, slot = self.memory.get("<QIH", self.desc + 16 * self.seen)
        return slot, length

    def advance(self):
        self.seen += 1
        if self.seen == self.size:
            self.seen, self.seen_wrap = 0, self.seen_wrap ^ 1

    def send(self, frame):
        while found := self.take():
            self.free.append(found[0])
            self.advance()
        if not self.free:
            return False
        slot = self.free.pop(0)
        self.offer(slot, self.store(slot, frame))
        return True

    def receive(self):
        frames = []
        while True:
            found = self.take()
            if not found:
                return frames
            slot, length = found
            self.advance()
            if slot < self.size:
                frames.append(self.frame(slot, length))
                self.offer(slot, SLOT, DESC_WRITE)
