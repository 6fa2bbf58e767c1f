"""Live migration: what is written to a guest's memory is noted, rings stop where they say, the new place is told of."""

import os

import protocol
from cases.good import exchange, reach
from guest import Guest
from lab import address, eventually, expect

PAGE = 4096
RARP = b"\x80\x35"
VRING_LOG = 1


class Log:
    """A bit for each page that the switch has written."""

    def __init__(self, guest):
        self.guest = guest
        pages = (guest.memory.guest + guest.memory.size) // PAGE
        self.size = (pages // 8 + PAGE) // PAGE * PAGE
        self.file = os.memfd_create("log", os.MFD_CLOEXEC)
        os.ftruncate(self.file, self.size)
        guest.channel.ask(protocol.SET_LOG_BASE, protocol.word(self.size) + protocol.word(0), [self.file])
        guest.channel.send(protocol.SET_FEATURES, protocol.word(guest.features | protocol.F_LOG_ALL))
        for ring in guest.rings:
            guest.channel.send(protocol.SET_VRING_ADDR, protocol.addresses(
                ring.index, ring.user(ring.desc), ring.user(ring.avail), ring.user(ring.used), VRING_LOG,
                ring.guest(ring.used)))
        guest.channel.ask_word(protocol.GET_FEATURES)

    def pages(self):
        """Numbers of pages from the beginning of the guest's memory."""
        bits = os.pread(self.file, self.size, 0)
        first = self.guest.memory.guest // PAGE
        return {8 * place + bit - first for place, byte in enumerate(bits) if byte for bit in range(8) if byte >> bit & 1}


def contents(guest):
    return bytes(guest.memory.read(0, guest.memory.size))


def written(guest, before):
    """Pages of receive buffers and of used entries that are not as they were: the switch alone writes there."""
    after = contents(guest)
    areas = []
    for ring in guest.rings:
        areas.append((ring.desc, 16 * ring.size) if guest.packed else (ring.used, 4 + 8 * ring.size))
        if ring.receives:
            areas.append((ring.buffers, ring.end - ring.buffers))
    return {page for begin, count in areas for page in range(begin // PAGE, (begin + count + PAGE - 1) // PAGE)
            if after[page * PAGE:(page + 1) * PAGE] != before[page * PAGE:(page + 1) * PAGE]}


def move(lab, packed):
    a = Guest(lab.socket("server"), packed=packed).start()
    b = Guest(listener=lab.listener, packed=packed).start()
    reach(a, b)
    log = Log(b)
    reach(a, b)
    before, noted = contents(b), log.pages()
    exchange(a, b, 150)
    changed = written(b, before)
    expect(len(changed) > 20, f"only {len(changed)} pages have changed")
    missing = changed - log.pages()
    expect(not missing, f"pages {sorted(missing)[:10]} were written and not noted, packed: {packed}")
    outside = {page for page in log.pages() if not 0 <= page < b.memory.size // PAGE}
    expect(not outside, f"pages {sorted(outside)[:10]} outside the memory were noted")
    # At the new place: the frame comes as if from the guest.
    b.channel.send(protocol.SEND_RARP, address(9) + bytes(2))
    b.channel.ask_word(protocol.GET_FEATURES)
    frames = []

    def announced():
        frames.extend(a.receive())
        return any(frame[:6] == b"\xff" * 6 and frame[6:12] == address(9) and frame[12:14] == RARP for frame in frames)
    eventually(5, announced, "nobody is told where the guest is")
    b.receive()
    for ring in b.rings:
        stopped = b.stop_ring(ring)
        if packed:
            while ring.take():
                ring.advance()
            wanted = ring.seen | ring.seen_wrap << 15
        else:
            wanted = ring.memory.half(ring.used + 2)
        expect(stopped == wanted, f"ring {ring.index} stopped at {stopped}, not at {wanted}, packed: {packed}")
    a.close(), b.close()
    return f"{len(changed)} pages written, {len(log.pages() - noted)} more noted"


def run(lab):
    lab.begin()
    lab.copy_to_all(False)
    lab.watch()
    notes = []
    for packed in (False, True):
        notes.append(move(lab, packed))
        for port in ("server", "client"):
            eventually(5, lambda: lab.status(port) == "disconnected", f"{port} is not told to be disconnected")
    return f"{lab.verdict('migration')}; {'; '.join(notes)}"
