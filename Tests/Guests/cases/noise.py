"""Garbage over the control socket: noise, lies, every request with any payload, descriptors of all kinds."""

import os
import socket
import time

import protocol
from channel import Closed
from hostile import REFUSED, connect, misdeeds, visit
from lab import eventually, expect


def noise(lab):
    """bytes at random"""
    for _ in range(100):
        channel = connect(lab)
        try:
            for _ in range(lab.random.randrange(1, 5)):
                channel.raw(lab.random.randbytes(lab.random.randrange(1, 2000)))
        except REFUSED:
            pass
        channel.close()


def lies(lab):
    """right headers with wrong sizes"""
    for request in range(protocol.LAST_REQUEST):
        for size in (0, 1, 7, 8, 9, 40, 264, 631, 632, 633, 65535, 0x7FFFFFFF, 0xFFFFFFFF):
            channel = connect(lab)
            try:
                channel.raw(protocol.HEADER.pack(request, protocol.VERSION, size)
                            + lab.random.randbytes(min(size, lab.random.choice([size, 8, 300]), 1000)))
            except REFUSED:
                pass
            channel.close()


def requests(lab):
    """every request with payloads at random, on a guest that is up"""
    for side in ("server", "client"):
        for request in range(protocol.LAST_REQUEST):
            for _ in range(3):
                with visit(lab, side) as guest:
                    guest.start()
                    for _ in range(4):
                        words = [lab.random.choice([0, 1, 2, 255, 256, 1 << 32, lab.random.getrandbits(64)])
                                 for _ in range(lab.random.randrange(10))]
                        guest.channel.send(request, b"".join(map(protocol.word, words)),
                                           flags=lab.random.choice([0, protocol.NEED_REPLY]))
        lab.check(f"all requests over {side}")


def attachments(lab):
    """every request with no, one, or too many descriptors of every kind"""
    pair, pipe = socket.socketpair(), os.pipe()
    kinds = [os.eventfd(0), os.memfd_create("x"), os.open("/dev/null", os.O_RDWR), os.open("/", os.O_RDONLY), *pipe,
             pair[0].fileno()]
    for request in range(protocol.LAST_REQUEST):
        # The library loses what comes with this one when its count of rings is wrong, before anybody can look at it.
        if request == protocol.SET_INFLIGHT_FD:
            continue
        for count in (0, 1, 2, 8, 9, 20):
            with visit(lab) as guest:
                guest.negotiate()
                guest.channel.send(request, protocol.word(lab.random.choice([0, 1, 5])) * 2,
                                   [lab.random.choice(kinds) for _ in range(count)])
                guest.channel.ask_word(protocol.GET_FEATURES)
    for end in kinds[:-1]:
        os.close(end)
    for end in pair:
        end.close()


def events(lab):
    """event descriptors that keep waiting whoever writes to them"""
    pipe, full = os.pipe(), os.eventfd(0)
    os.set_blocking(pipe[1], False)
    try:
        while os.write(pipe[1], bytes(65536)):
            pass
    except BlockingIOError:
        pass
    os.set_blocking(pipe[1], True)
    os.eventfd_write(full, (1 << 64) - 2)
    for event in (pipe[1], full, os.open("/dev/null", os.O_RDONLY)):
        with visit(lab) as guest:
            guest.negotiate()
            guest.share()
            guest.make_rings()
            for ring in guest.rings:
                os.close(ring.call)
                ring.call = os.dup(event)
                # The guest wants to be told of everything.
                ring.memory.put_half(ring.avail, 0)
                guest.start_ring(ring)
            for ring in guest.rings:
                guest.enable(ring)
            time.sleep(0.5)
            lab.check("events that nobody takes")
    for end in pipe:
        os.close(end)
    os.close(full)


def fill(event):
    """Brings an eventfd's count to its limit, whoever else writes to it."""
    while True:
        try:
            return os.eventfd_write(event, (1 << 64) - 2)
        except BlockingIOError:
            os.eventfd_read(event)


def blocking(lab):
    """event descriptors that are made to keep waiting whoever writes to them when they are in use"""
    with visit(lab) as guest:
        guest.start()
        for ring in guest.rings:
            ring.memory.put_half(ring.avail, 0)
            fill(ring.call)
            os.set_blocking(ring.call, True)
        time.sleep(1)
        lab.check("events that keep their writer")
        before = lab.witness.received.value
        eventually(10, lambda: lab.witness.received.value > before + 100, "a thread waits for a guest's eventfd")
        expect(guest.channel.is_closed(5), "a guest that keeps packet threads waiting is not cut off")


def silent(lab):
    """connections that say nothing, and such that stop in the middle of a message"""
    channels = []
    for _ in range(40):
        channels.append(connect(lab))
    whole = protocol.HEADER.pack(protocol.SET_FEATURES, protocol.VERSION, 8) + protocol.word(0)
    for length in range(1, len(whole)):
        channel = connect(lab)
        channel.raw(whole[:length])
        channels.append(channel)
    begin = time.monotonic()
    with visit(lab, "client") as guest:
        guest.start()
    took = time.monotonic() - begin
    expect(took < 8, f"while others stop in the middle of messages, a guest takes {took:.1f} s to come up")
    for channel in channels:
        channel.close()


def deaf(lab):
    """a guest that asks and reads no answers, under load"""
    for request, payload in ((protocol.GET_FEATURES, b""), (protocol.SET_VRING_ENABLE, protocol.state(0, 1))):
        with visit(lab) as guest:
            guest.start()
            guest.channel.connection.settimeout(0.5)
            for _ in range(3000):
                guest.channel.send(request, payload, flags=protocol.NEED_REPLY)
        lab.check("answers that nobody reads")


def middle(lab):
    """a disconnect after each step of a start, and in the middle of each message of it"""
    sent = []

    class Recorder:
        """Keeps what a good guest sends."""
        def __init__(self, channel):
            self.channel, self.inner = channel, channel.raw
            channel.raw = self

        def __call__(self, data, descriptors=()):
            sent.append(len(data))
            self.inner(data, descriptors)

    with visit(lab) as guest:
        Recorder(guest.channel)
        guest.start()
    for stop in range(len(sent)):
        for cut in (False, True):
            with visit(lab, lab.random.choice(["server", "client"])) as guest:
                inner, count = guest.channel.raw, [0]

                def raw(data, descriptors=()):
                    count[0] += 1
                    if count[0] == stop + 1:
                        if cut:
                            inner(data[:lab.random.randrange(1, len(data))], descriptors)
                        guest.channel.close()
                        raise Closed("on purpose")
                    inner(data, descriptors)
                guest.channel.raw = raw
                guest.start()


def run(lab):
    lab.begin()
    return misdeeds(lab, [noise, lies, requests, attachments, events, blocking, silent, deaf, middle])
