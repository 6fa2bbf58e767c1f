"""Descriptors that mean no good: out of range, in circles, of absurd lengths, in nested and endless tables."""

import time

from hostile import misdeeds, visit
from lab import address, udp
from memory import Memory
from protocol import DESC_AVAIL, DESC_INDIRECT, DESC_NEXT, DESC_USED, DESC_WRITE, F_INDIRECT


def evil_address(lab, ring):
    memory = ring.memory
    return lab.random.choice([
        0, 1, memory.guest - 1, memory.guest + memory.size - 1, memory.guest + memory.size, memory.user,
        (1 << 64) - 1, (1 << 63), lab.random.getrandbits(64), memory.guest + lab.random.randrange(memory.size),
        ring.guest(ring.desc), ring.guest(ring.avail), ring.guest(ring.used)])


def evil_length(lab):
    return lab.random.choice([0, 1, 11, 12, 13, 2048, 65535, 65536, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0xFFFFFFF4,
                              lab.random.getrandbits(32)])


def evil_flags(lab):
    return lab.random.choice([0, DESC_NEXT, DESC_WRITE, DESC_INDIRECT, DESC_NEXT | DESC_INDIRECT, 7, 0xFFFF,
                              lab.random.getrandbits(16)])


def split(lab):
    """descriptors at random in split rings"""
    for side in ("server", "client"):
        with visit(lab, side) as guest:
            guest.start()
            for _ in range(60):
                for ring in guest.rings:
                    for _ in range(32):
                        slot = lab.random.randrange(ring.size)
                        ring.describe(slot, evil_address(lab, ring), evil_length(lab), evil_flags(lab),
                                      lab.random.choice([slot, 0, 65535, lab.random.randrange(ring.size)]))
                        ring.offer(lab.random.choice([slot, slot, slot, 65535, ring.size]))
                time.sleep(0.005)


def packed(lab):
    """descriptors at random in packed rings"""
    for side in ("server", "client"):
        with visit(lab, side, packed=True) as guest:
            guest.start()
            for _ in range(60):
                for ring in guest.rings:
                    for _ in range(32):
                        slot = lab.random.randrange(ring.size)
                        guest.memory.put("<QIHH", ring.desc + 16 * slot, evil_address(lab, ring), evil_length(lab),
                                         lab.random.choice([slot, 65535, ring.size]),
                                         evil_flags(lab) ^ lab.random.choice([0, DESC_AVAIL, DESC_USED]))
                time.sleep(0.005)


def circles(lab):
    """chains that lead back to themselves"""
    with visit(lab) as guest:
        guest.start()
        for ring in guest.rings:
            flags = DESC_NEXT | (DESC_WRITE if ring.receives else 0)
            for slot in range(ring.size):
                ring.describe(slot, ring.guest(ring.buffer(slot)), 64, flags, (slot + 1) % ring.size)
            for slot in range(ring.size):
                ring.offer(slot)
        time.sleep(0.3)


def packed_circles(lab):
    """packed chains without end"""
    with visit(lab, packed=True) as guest:
        guest.start()
        for ring in guest.rings:
            for slot in range(ring.size):
                guest.memory.put("<QIHH", ring.desc + 16 * slot, ring.guest(ring.buffer(slot)), 64, slot,
                                 DESC_NEXT | DESC_AVAIL | (DESC_WRITE if ring.receives else 0))
        time.sleep(0.3)


def endless(lab):
    """chains of all the memory, over and over, up to more than 4 GiB a packet"""
    for length in (64 << 10, 1 << 20, (1 << 32) // 255 + 4096):
        with visit(lab) as guest:
            guest.negotiate()
            guest.share(Memory(size=20 << 20))
            guest.make_rings()
            for ring in guest.rings:
                guest.start_ring(ring)
            for ring in guest.rings:
                guest.enable(ring)
            ring = guest.rings[1]
            for slot in range(ring.size):
                last = slot == ring.size - 1
                ring.describe(slot, guest.memory.guest, min(length, guest.memory.size), 0 if last else DESC_NEXT,
                              slot + 1)
            for _ in range(ring.size):
                ring.offer(0)
            time.sleep(1)
            lab.check("in the middle of endless chains")


def indirect(lab):
    """tables of descriptors: too long, nested, of themselves, across the end of the memory"""
    with visit(lab) as guest:
        guest.negotiate(extra=F_INDIRECT)
        guest.share()
        guest.make_rings()
        for ring in guest.rings:
            guest.start_ring(ring)
        for ring in guest.rings:
            guest.enable(ring)
        memory = guest.memory
        for ring in guest.rings:
            write = DESC_WRITE if ring.receives else 0
            table = ring.guest(ring.desc)
            for length in (0, 1, 15, 16, 17, 16 * ring.size, 16 * ring.size + 16, 0xFFFFFFFF, 0xFFFFFFF0, 1 << 20):
                for where in (table, memory.guest + memory.size - 8, memory.guest, ring.guest(ring.buffer(0)), 0):
                    slot = lab.random.randrange(ring.size)
                    ring.describe(slot, where, length, DESC_INDIRECT | write)
                    ring.offer(slot)
            time.sleep(0.1)


def runaway(lab):
    """indices that run away"""
    for packed_ring in (False, True):
        with visit(lab, packed=packed_ring) as guest:
            guest.start()
            for _ in range(200):
                for ring in guest.rings:
                    guest.memory.put_half(ring.avail + 2, lab.random.getrandbits(16))
                    guest.memory.put_half(ring.used + 2, lab.random.getrandbits(16))
                    guest.memory.put_half(ring.avail, lab.random.getrandbits(16))
                time.sleep(0.002)


def everything(lab):
    """the rings' memory full of noise"""
    for packed_ring in (False, True):
        with visit(lab, "client", packed=packed_ring) as guest:
            guest.start()
            for _ in range(40):
                for ring in guest.rings:
                    guest.memory.write(ring.base, lab.random.randbytes(ring.overhead))
                time.sleep(0.005)


def headers(lab):
    """frames of odd lengths behind headers of noise"""
    with visit(lab) as guest:
        guest.start()
        ring = guest.rings[1]
        frame = udp(address(7), address(6), size=1500)
        for length in [0, 1, 2, 10, 11, 12, 13, 14, 20, 25, 26, 27, 1511, 1512, 1513, 2048]:
            for _ in range(8):
                slot = ring.next % ring.size
                guest.memory.write(ring.buffer(slot), lab.random.randbytes(12) + frame)
                ring.describe(slot, ring.guest(ring.buffer(slot)), length)
                ring.offer(slot)
        time.sleep(0.2)


def run(lab):
    lab.begin()
    return misdeeds(lab, [split, packed, circles, packed_circles, endless, indirect, runaway, everything, headers])
