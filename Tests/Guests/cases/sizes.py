"""Rings of size 0, odd, huge or never told, and of another size than their memory has room for."""

import time

import protocol
from hostile import misdeeds, visit
from lab import expect


def begin(guest, ring, size=None):
    """Starts a ring; `size` is what is said of it, nothing when it is None."""
    channel = guest.channel
    if size is not None:
        channel.send(protocol.SET_VRING_NUM, protocol.state(ring.index, size), flags=protocol.NEED_REPLY)
    channel.send(protocol.SET_VRING_BASE, protocol.state(ring.index, ring.first_base))
    channel.send(protocol.SET_VRING_ADDR, protocol.addresses(
        ring.index, ring.user(ring.desc), ring.user(ring.avail), ring.user(ring.used)))
    channel.send(protocol.SET_VRING_CALL, protocol.word(ring.index), [ring.call])
    channel.send(protocol.SET_VRING_KICK, protocol.word(ring.index), [ring.kick])
    guest.enable(ring)


def busy(lab, guest):
    """Packets in all rings for a while."""
    for ring in guest.rings:
        for slot in range(ring.size):
            guest.memory.put("<QIHH", ring.desc + 16 * slot, ring.guest(ring.buffer(slot)), 256,
                             protocol.DESC_WRITE if ring.receives else 0, 0)
        for index in range(ring.size):
            guest.memory.put_half(ring.avail + 4 + 2 * index, index)
        guest.memory.put_half(ring.avail + 2, 0x4000)
    time.sleep(0.1)
    lab.check("rings at work")


def prepared(guest):
    guest.negotiate()
    guest.share()
    guest.make_rings()


def untold(lab):
    """rings whose size is never told"""
    for packed in (False, True):
        with visit(lab, packed=packed) as guest:
            prepared(guest)
            for ring in guest.rings:
                begin(guest, ring)
            busy(lab, guest)


def wrong(lab):
    """sizes of 0, no power of two, too large, refused and used all the same"""
    for size in (0, 1, 3, 255, 257, 32767, 32768, 32769, 65535, 65536, 0x80000000, 0xFFFFFFFF):
        for packed in (False, True):
            with visit(lab, packed=packed) as guest:
                prepared(guest)
                for ring in guest.rings:
                    begin(guest, ring, size)
                busy(lab, guest)


def swollen(lab):
    """a small ring is declared to be a large one by a message that is refused"""
    for size in (3, 32767, 32769, 65535):
        with visit(lab) as guest:
            prepared(guest)
            for ring in guest.rings:
                guest.channel.send(protocol.SET_VRING_NUM, protocol.state(ring.index, 1))
                begin(guest, ring, size)
            busy(lab, guest)


def grown(lab):
    """a running ring at the memory's end is told to be larger"""
    for size in (512, 32768):
        with visit(lab) as guest:
            prepared(guest)
            for ring in guest.rings:
                ring.base = guest.memory.size - 8192 * (ring.index + 1)
                guest.start_ring(ring)
                guest.enable(ring)
            for ring in guest.rings:
                guest.channel.send(protocol.SET_VRING_NUM, protocol.state(ring.index, size))
            for ring in guest.rings:
                for index in range(ring.size):
                    guest.memory.put_half(ring.avail + 4 + 2 * index, index)
                guest.memory.put_half(ring.avail + 2, 0x3000)
            time.sleep(0.1)
            lab.check("rings larger than they were")


def again(lab):
    """rings stopped and started without being told their size again"""
    for packed in (False, True):
        with visit(lab, packed=packed) as guest:
            guest.start()
            for ring in guest.rings:
                guest.stop_ring(ring)
            for ring in guest.rings:
                begin(guest, ring)
            busy(lab, guest)


def turned(lab):
    """split rings that become packed ones after their size was told, and back"""
    for first in (False, True):
        with visit(lab, packed=first) as guest:
            prepared(guest)
            for ring in guest.rings:
                guest.channel.send(protocol.SET_VRING_NUM, protocol.state(ring.index, ring.size))
            other = guest.features ^ (protocol.F_PACKED & guest.offered)
            guest.channel.send(protocol.SET_FEATURES, protocol.word(other))
            for ring in guest.rings:
                begin(guest, ring)
            busy(lab, guest)


def outside(lab):
    """rings that lie outside the memory, across its end, and upon each other"""
    for where in (0, -64, -1, -2, 1 << 40, -16 * 256 - 2, "each other"):
        with visit(lab) as guest:
            prepared(guest)
            user, size = guest.memory.user, guest.memory.size
            for ring in guest.rings:
                place = user if where == "each other" else user + size + where
                for combination in range(1, 8):
                    desc, avail, used = (place if combination & bit else user + 65536 * (ring.index + 1) + 8192 * bit
                                         for bit in (1, 2, 4))
                    guest.channel.send(protocol.SET_VRING_NUM, protocol.state(ring.index, 256))
                    guest.channel.send(protocol.SET_VRING_ADDR, protocol.addresses(ring.index, desc, avail, used))
                    guest.channel.send(protocol.SET_VRING_CALL, protocol.word(ring.index), [ring.call])
                    guest.channel.send(protocol.SET_VRING_KICK, protocol.word(ring.index), [ring.kick])
                    guest.enable(ring)
            time.sleep(0.1)


def crooked(lab):
    """rings at addresses where no word can be"""
    for packed in (False, True):
        for offsets in ((8, 0, 0), (0, 1, 0), (0, 0, 2)):
            with visit(lab, packed=packed) as guest:
                prepared(guest)
                ring = guest.rings[0]
                guest.channel.send(protocol.SET_VRING_NUM, protocol.state(0, ring.size))
                places = (ring.user(place) + offset for place, offset in zip((ring.desc, ring.avail, ring.used), offsets))
                guest.channel.send(protocol.SET_VRING_ADDR, protocol.addresses(0, *places))
                expect(guest.channel.is_closed(5), f"a ring's parts may be {offsets} bytes beside where they belong")


def many(lab):
    """every ring there can be, each as large as can be"""
    with visit(lab) as guest:
        guest.pairs = 2
        guest.negotiate()
        guest.share()
        for index in range(256):
            guest.channel.send(protocol.SET_VRING_NUM, protocol.state(index, 32768))
        guest.channel.ask_word(protocol.GET_FEATURES)
        # Somebody else must still find room.
        lab.vsctl("add-port br0 late -- set Interface late type=dpdkvhostuser mtu_request=3000")
        error = lab.vsctl("get Interface late error")
        lab.vsctl("del-port br0 late")
        expect(error == "[]", f"a guest's rings leave no memory for another port: {error}")


def run(lab):
    lab.begin()
    return misdeeds(lab, [wrong, untold, swollen, grown, again, turned, outside, crooked, many])
