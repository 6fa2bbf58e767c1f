"""Storms: rings switched on and off, stopped and started, guests coming and going, as fast as it goes."""

import time

import protocol
from hostile import REFUSED, connect, misdeeds, visit
from lab import eventually, expect


def switching(lab):
    """rings on and off in a loop"""
    with visit(lab, pairs=4) as guest:
        guest.start()
        end = time.monotonic() + 3
        while time.monotonic() < end:
            for ring in guest.rings:
                guest.enable(ring, lab.random.random() < 0.5)
            guest.channel.ask_word(protocol.GET_FEATURES)


def stopping(lab):
    """rings stopped and started in a loop"""
    for packed in (False, True):
        with visit(lab, "client", packed=packed) as guest:
            guest.start()
            end = time.monotonic() + 2
            while time.monotonic() < end:
                guest.restart()


def coming(lab):
    """guests that come and go in a loop, over both sockets"""
    end = time.monotonic() + 3
    while time.monotonic() < end:
        for side in ("server", "client"):
            with visit(lab, side) as guest:
                guest.start()


def hanging_up(lab):
    """a frontend that listens and hangs up at once"""
    end = time.monotonic() + 3
    while time.monotonic() < end:
        with visit(lab, "client"):
            pass


def crowd(lab):
    """many guests over one socket at once"""
    guests = []
    try:
        for _ in range(30):
            context = visit(lab)
            guest = context.__enter__()
            guests.append((context, guest))
            try:
                guest.start()
            except REFUSED:
                pass
    finally:
        for context, _ in guests:
            context.__exit__(None, None, None)


def flood(lab):
    """more connections over one socket than the library has room for; another guest is let in all the same"""
    channels, came = [], False
    for _ in range(1100):
        channels.append(connect(lab))
    try:
        with visit(lab, "client") as guest:
            guest.start()
            came = True
        expect(came, "a guest at another socket is not let in")
        # Of those that come later nobody stays.
        expect(channels[-1].is_closed(20), "1,100 frontends are let in at one socket")
    finally:
        for channel in channels:
            channel.close()
    eventually(20, lambda: lab.descriptors() < lab.marks["fds"] + 100, "connections that were closed stay")


def asking(lab):
    """questions without end"""
    with visit(lab) as guest:
        guest.start()
        end = time.monotonic() + 3
        while time.monotonic() < end:
            for _ in range(50):
                guest.channel.send(protocol.SET_STATUS, protocol.word(15))
                guest.channel.send(protocol.SEND_RARP, protocol.word(0x0102030405))
            guest.channel.ask_word(protocol.GET_STATUS)


def run(lab):
    lab.begin()
    return misdeeds(lab, [switching, stopping, coming, hanging_up, crowd, flood, asking])
