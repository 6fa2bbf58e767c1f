"""Memory that is not what was said: withheld, too short, of the wrong kind, replaced while packets flow."""

import fcntl
import os
import socket
import time

import protocol
from hostile import REFUSED, misdeeds, visit
from lab import address, eventually, expect, udp
from memory import GUARD, Memory


def tell(guest, table, descriptors):
    """A table of memory; whether it was taken. No frontend goes on after one that was not."""
    try:
        return guest.channel.tell(protocol.SET_MEM_TABLE, protocol.regions(table), descriptors)
    except REFUSED:
        return False


def withheld(lab):
    """regions without files"""
    with visit(lab) as guest:
        guest.negotiate()
        memory = Memory()
        expect(not tell(guest, [memory.region], []), "memory without a file is taken")
        memory.close()
    eventually(5, lambda: "share=on" in lab.log and "<access mode='shared'/>" in lab.log,
               "the log does not say which setting shares the memory")
    eventually(5, lambda: "share=on" in lab.status("server", "refused"), "the row does not say why")


def counts(lab):
    """more and fewer files than regions"""
    memory = Memory()
    for regions, files in ((1, 0), (1, 2), (2, 1), (0, 1), (8, 8), (8, 7), (9, 8), (0xFFFFFFFF, 0)):
        with visit(lab) as guest:
            guest.negotiate()
            table = [(index << 24, 1 << 20, (1 << 40) + (index << 24), 0) for index in range(min(regions, 8))]
            payload = protocol.regions(table)
            guest.channel.send(protocol.SET_MEM_TABLE, regions.to_bytes(4, "little") + payload[4:],
                               [memory.descriptor] * files, protocol.NEED_REPLY)
            guest.channel.receive()
    memory.close()


def kinds(lab):
    """descriptors that are no files of memory"""
    pipe, pair = os.pipe(), socket.socketpair()
    ends = [os.open("/dev/null", os.O_RDWR), os.open("/dev/zero", os.O_RDWR), os.open("/", os.O_RDONLY),
            os.open("/bin/true", os.O_RDONLY), os.eventfd(0), pipe[0], pipe[1], pair[0].fileno()]
    for end in ends:
        with visit(lab) as guest:
            guest.negotiate()
            expect(not tell(guest, [(0, 4096, 1 << 40, 0)], [end]), f"{os.readlink(f'/proc/self/fd/{end}')} is taken")
    for end in ends[:-1]:
        os.close(end)
    for end in pair:
        end.close()


def sealed(lab):
    """memory that cannot be written to"""
    descriptor = os.memfd_create("sealed", os.MFD_ALLOW_SEALING)
    os.ftruncate(descriptor, 1 << 20)
    fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, fcntl.F_SEAL_WRITE)
    with visit(lab) as guest:
        guest.negotiate()
        expect(not tell(guest, [(0, 1 << 20, 1 << 40, 0)], [descriptor]), "sealed memory is taken")
    os.close(descriptor)


def shapes(lab):
    """regions that overlap, wrap round, are empty or larger than any file"""
    memory = Memory(size=1 << 20)
    top = (1 << 64) - 4096
    for table in (
            [(0, 1 << 20, 1 << 40, 0), (4096, 1 << 20, 1 << 41, 0)],
            [(0, 1 << 20, 1 << 40, 0), (1 << 30, 1 << 20, 1 << 40, 0)], [(0, 0, 1 << 40, 0)],
            [(top, 1 << 20, 1 << 40, 0)], [(0, 1 << 20, top, 0)], [(0, 1 << 20, 1 << 40, top)],
            [(0, top, 1 << 40, 8192)], [(0, 1 << 46, 1 << 40, 0)], [(0, (1 << 20) + 3 * GUARD, 1 << 40, 0)],
            [(0, 1 << 20, 1 << 40, 0)] * 8, [(0, 1 << 20, 1 << 40, 1 << 62)]):
        with visit(lab) as guest:
            guest.negotiate()
            expect(not tell(guest, table, [memory.descriptor] * len(table)), f"{table} is taken")
    memory.close()


def short(lab):
    """files shorter than said, rings and buffers in the missing part"""
    for missing in (GUARD + 1, GUARD + 4096, GUARD + (1 << 20), 1 << 22):
        memory = Memory(file_size=max(0, (4 << 20) + 2 * GUARD - missing))
        with visit(lab) as guest:
            guest.negotiate()
            expect(not tell(guest, [memory.region], [memory.descriptor]), "a file that is too short is taken")
        memory.close()


def failing(lab):
    """a running guest's memory is replaced by such as cannot be mapped, and used on"""
    for fault in ("descriptor", "size", "count"):
        with visit(lab) as guest:
            guest.start()
            null = os.open("/dev/null", os.O_RDWR)
            table = [(1 << 30, 1 << 20, 1 << 41, 0)]
            try:
                if fault == "size":
                    table = [(1 << 30, 1 << 62, 1 << 41, 0)]
                guest.channel.send(
                    protocol.SET_MEM_TABLE, protocol.regions(table),
                    [] if fault == "count" else [null] if fault == "descriptor" else [guest.memory.descriptor],
                    protocol.NEED_REPLY)
                for _ in range(200):
                    guest.send(udp(address(7), address(6)))
                guest.receive()
                time.sleep(0.1)
            finally:
                os.close(null)


def replaced(lab):
    """the memory is replaced again and again while packets flow"""
    with visit(lab, "client") as good, visit(lab, "server") as guest:
        good.start()
        guest.start()
        frame, sent, seen = udp(address(9), address(8)), 0, 0
        for round_number in range(100):
            for _ in range(8):
                sent += guest.send(frame)
            # Another table that holds the old region.
            extra = Memory(size=1 << 20, guest=1 << 32, user=(1 << 44) + (round_number << 24))
            guest.channel.send(protocol.SET_MEM_TABLE, protocol.regions([guest.memory.region, extra.region]),
                               [guest.memory.descriptor, extra.descriptor])
            guest.channel.ask_word(protocol.GET_FEATURES)
            extra.close()
            seen += sum(1 for each in good.receive() if each == frame)
            guest.receive()
        end = time.monotonic() + 10
        while seen < sent and time.monotonic() < end:
            seen += sum(1 for each in good.receive() if each == frame)
            guest.receive()
        expect(sent > 400 and seen * 2 > sent, f"{seen} of {sent} frames arrived while memory was replaced")


def moved(lab):
    """a new table without the memory of the rings"""
    with visit(lab) as guest:
        guest.start()
        other = Memory(size=1 << 20, guest=1 << 32, user=1 << 44)
        try:
            tell(guest, [other.region], [other.descriptor])
            for _ in range(100):
                guest.send(udp(address(7), address(6)))
            time.sleep(0.1)
        finally:
            other.close()


def truncated(lab):
    """files that become shorter while packets flow"""
    for packed in (False, True):
        for left in (0, 4096, GUARD, GUARD + 4096, GUARD + (1 << 20)):
            with visit(lab, packed=packed) as guest:
                memory = Memory(size=4 << 20)
                guest.negotiate()
                guest.share(memory)
                guest.make_rings()
                for ring in guest.rings:
                    guest.start_ring(ring)
                for ring in guest.rings:
                    guest.enable(ring)
                guest.channel.ask_word(protocol.GET_FEATURES)
                for _ in range(100):
                    guest.send(udp(address(7), address(6)))
                # Ours must not be touched any more, neither by the rings' words nor by the check of its edges.
                os.ftruncate(memory.descriptor, left)
                guest.memory = None
                guest.rings, rings = [], guest.rings
                time.sleep(0.3)
                lab.check("a file of memory has become shorter")
                for ring in rings:
                    ring.close()
                memory.close()


def descriptors(lab):
    """tables that fail, over and over, on one connection and on many"""
    memory = Memory(size=1 << 20)
    for _ in range(50):
        with visit(lab) as guest:
            guest.negotiate()
            for size in (1 << 62, 1 << 46, 1 << 30):
                tell(guest, [(0, size, 1 << 40, 0)], [memory.descriptor])
    memory.close()


def log(lab):
    """logs of written pages that are shorter than said, empty, of no file, told over and over"""
    for size, length, offset in ((1 << 20, 4096, 0), (0, 4096, 0), (1 << 63, 4096, 0), (4096, 1 << 20, 1 << 19),
                                 (4096, 1 << 20, (1 << 64) - 4096), (4096, 4096, 0)):
        file = os.memfd_create("log")
        os.ftruncate(file, length)
        with visit(lab) as guest:
            guest.start()
            logged = guest.features | protocol.F_LOG_ALL & guest.offered
            guest.channel.send(protocol.SET_FEATURES, protocol.word(logged))
            for _ in range(100):
                guest.channel.send(protocol.SET_LOG_BASE, protocol.word(size) + protocol.word(offset), [file])
                guest.channel.receive()
                guest.send(udp(address(7), address(6)))
            if size == 4096 == length:
                os.ftruncate(file, 0)
                time.sleep(0.2)
                guest.receive()
                lab.check("a log of written pages has become shorter")
        os.close(file)


def run(lab):
    lab.begin()
    return misdeeds(lab, [withheld, counts, kinds, sealed, shapes, short, failing, replaced, moved, descriptors, log,
                          truncated])
