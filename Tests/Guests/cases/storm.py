"""Storms: rings switched on and off, stopped and started, guests coming and going, as fast as it goes."""

import time

import protocol
from hostile import REFUSED, misdeeds, visit


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
    return misdeeds(lab, [switching, stopping, coming, hanging_up, crowd, asking])
