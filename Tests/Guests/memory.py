"""A guest's memory: a memory file with pages of a pattern before and behind what is shared."""

import mmap
import os
import struct

GUARD = 64 * 1024
PATTERN = 0xA5


class Memory:
    """`size` bytes that are shared; at `guest` for descriptors, at `user` for the addresses of rings."""

    def __init__(self, size=4 << 20, guest=0x100000, user=0x7F1200000000, file_size=None):
        self.size, self.guest, self.user = size, guest, user
        self.descriptor = os.memfd_create("guest", os.MFD_CLOEXEC)
        os.ftruncate(self.descriptor, size + 2 * GUARD)
        self.map = mmap.mmap(self.descriptor, size + 2 * GUARD)
        self.map[:GUARD] = bytes([PATTERN]) * GUARD
        self.map[GUARD + size:] = bytes([PATTERN]) * GUARD
        self.halves = memoryview(self.map).cast("H")
        if file_size is not None:
            os.ftruncate(self.descriptor, file_size)

    @property
    def region(self):
        return (self.guest, self.size, self.user, GUARD)

    def intact(self):
        """Whether nobody has written beyond what is shared."""
        guard = bytes([PATTERN]) * GUARD
        return self.map[:GUARD] == guard and self.map[GUARD + self.size:] == guard

    def write(self, offset, data):
        self.map[GUARD + offset:GUARD + offset + len(data)] = data

    def read(self, offset, size):
        return self.map[GUARD + offset:GUARD + offset + size]

    # Indices are moved two bytes at once: pack_into would clear them first, and the switch would see that.

    def half(self, offset):
        return self.halves[(GUARD + offset) // 2]

    def put_half(self, offset, value):
        self.halves[(GUARD + offset) // 2] = value

    def put(self, layout, offset, *values):
        struct.pack_into(layout, self.map, GUARD + offset, *values)

    def get(self, layout, offset):
        return struct.unpack_from(layout, self.map, GUARD + offset)

    def close(self):
        self.halves.release()
        self.map.close()
        os.close(self.descriptor)
