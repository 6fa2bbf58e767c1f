"""Peers that do not read: dumps of many flows, floods of what is told unasked and of echoes; memory stays bounded."""

import struct
import threading
import time

from lab import BROADCAST, address, eventually, expect, udp
from openflow import (ECHO_REQUEST, FLOW_MOD, MULTIPART_REQUEST, Peer, apply_actions, flow_mod, flow_statistics,
                      in_port, message, output)

FLOWS = 100_000
# OFPFF_SEND_FLOW_REM.
REPORTED = 1


def run(lab):
    lab.start(dpdk=False)
    lab.bridge()
    pair, path = lab.pair(), f"{lab.folder}/br0.mgmt"
    pid = lab.pid()
    fill(path, FLOWS)
    notes = [dumps(lab, path, lab.resident()), removals(lab, path, lab.resident()),
             monitors(lab, path, lab.resident()), echoes(lab, path, lab.resident()),
             packet_ins(lab, pair, path, lab.resident())]
    notes.append(f"all in all {lab.resident():.0f}")
    for line in lab.log.splitlines():
        expect("|EMER|" not in line and "|ERR|" not in line, line)
    lab.ofctl("del-flows br0")
    lab.ofctl("add-flow br0 priority=0,actions=normal")
    lab.healthy(pair, pid)
    lab.leave()
    return "MiB more: " + ", ".join(notes)


def flow(number, flags=REPORTED, command=0):
    """A rule of its own for each number: IPv4 from an address."""
    fields = struct.pack("!HBBH", 0x8000, 5 << 1, 2, 0x0800) + struct.pack("!HBBI", 0x8000, 11 << 1, 4, number)
    return message(FLOW_MOD, flow_mod(apply_actions(output(0xFFFFFFFB)), fields, command, priority=7, flags=flags))


def fill(path, count):
    peer = Peer(path)
    for first in range(0, count, 1000):
        peer.send(b"".join(flow(number) for number in range(first, first + 1000)))
    expect(peer.barrier() == [], "a flow was refused")
    peer.close()


def grown(lab, before, limit, what):
    grown = lab.resident() - before
    expect(grown < limit, f"{what}: {grown:.0f} MiB more than before")
    return f"{what} {grown:.0f}"


def dumps(lab, path, before):
    """Clients that ask for all flows, again and again, and never read."""
    peers = [Peer(path) for _ in range(50)]
    for peer in peers:
        peer.send(message(MULTIPART_REQUEST, flow_statistics()) * 20)
    time.sleep(2)
    expect(Peer(path).answers(), "another connection is not served meanwhile")
    note = grown(lab, before, 150, "50 stuck dumps")
    for peer in peers:
        peer.close()
    count = lab.ofctl("dump-aggregate br0")
    expect(f"flow_count={FLOWS + 1}" in count, count)
    return note


def removals(lab, path, before):
    """Flow-removed messages for clients that never read, until they are given up."""
    dead = [listener(path) for _ in range(20)]
    reader = listener(path)
    received = []

    def read():
        while (reply := reader.receive()) is not None:
            if reply[0] == 11:
                received.append(1)
    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    peer, rounds, worst = Peer(path), 4, 0
    for _ in range(rounds):
        peer.send(message(FLOW_MOD, flow_mod(b"", command=3, table=0xFF)))
        peer.barrier()
        worst = max(worst, lab.resident() - before)
        fill(path, FLOWS)
    expect(worst < 500, f"flow-removed to dead readers: {worst:.0f} MiB more than before")
    wanted = rounds * FLOWS
    eventually(60, lambda: len(received) >= wanted, "the client that reads does not get every flow-removed")
    reader.socket.shutdown(2)
    for peer in dead:
        peer.close()
    expect("bytes wait to be read" in lab.log, "the log does not tell of readers that were given up")
    return f"{rounds * FLOWS} flow-removed to dead readers {worst:.0f}"


def listener(path):
    """A connection that is told what happens: it has set a length for packet-ins."""
    peer = Peer(path)
    peer.send(message(9, struct.pack("!HH", 0, 128)))
    peer.barrier()
    return peer


def monitors(lab, path, before):
    """Flow monitors whose clients never read."""
    peers = [Peer(path, version=1) for _ in range(20)]
    for peer in peers:
        # NXST_FLOW_MONITOR: everything but the flows that are there.
        body = struct.pack("!HHI", 0xFFFF, 0, 0x2320) + struct.pack("!I4x", 2)
        body += struct.pack("!IHHHB5x", 5, 0x2 | 0x4 | 0x8 | 0x10, 0xFFFF, 0, 0xFF)
        peer.send(message(16, body, version=1))
        peer.barrier()
    changer, worst = Peer(path), 0
    for round in range(4):
        for first in range(0, FLOWS // 5, 1000):
            changer.send(b"".join(flow(number, command=3 if round % 2 == 0 else 0)
                                  for number in range(first, first + 1000)))
        expect(changer.barrier() == [], "a flow was refused")
        worst = max(worst, lab.resident() - before)
    expect(worst < 500, f"flow monitors of dead readers: {worst:.0f} MiB more than before")
    for peer in peers:
        peer.close()
    return f"flow monitors {worst:.0f}"


def echoes(lab, path, before):
    """As many requests as the switch takes, from peers that never read an answer."""
    peers = [Peer(path, timeout=2) for _ in range(50)]
    large = message(ECHO_REQUEST, bytes(60_000))
    for peer in peers:
        try:
            for _ in range(200):
                peer.send(large)
        except TimeoutError:
            continue
        expect(False, "a peer that reads no answer is still read from")
    note = grown(lab, before, 150, "50 floods of echoes")
    expect(Peer(path).answers(), "another connection is not served meanwhile")
    for peer in peers:
        peer.close()
    return note


def packet_ins(lab, pair, path, before):
    """Every packet of a flood goes to controllers that do not read."""
    peers = [listener(path) for _ in range(50)]
    lab.ofctl("del-flows br0")
    lab.ofctl("add-flow br0 actions=controller")
    frames = [udp(BROADCAST, address(n), n, 1000).hex() for n in range(200)]
    program = ("import socket,sys\ns=socket.socket(socket.AF_PACKET,socket.SOCK_RAW)\ns.bind((sys.argv[1],0))\n"
               "for _ in range(100):\n    for f in sys.argv[2:]:\n        s.send(bytes.fromhex(f))\n")
    pair[0].run("/usr/bin/python3", "-c", program, pair[0].interface, *frames, timeout=120)
    note = grown(lab, before, 150, "20000 packet-ins to 50 dead readers")
    expect(Peer(path).answers(), "another connection is not served meanwhile")
    for peer in peers:
        peer.close()
    return note
