"""Thousands of OpenFlow connections: silent, half said, hello only, and more than there are descriptors for."""

import resource
import time

from lab import eventually, expect
from openflow import HELLO, Peer, message

COUNT = 5000


def run(lab):
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit[1], limit[1]))
    expect(limit[1] > 2 * COUNT, f"this needs {2 * COUNT} descriptors, {limit[1]} may be had")
    lab.start(dpdk=False)
    lab.bridge()
    pair, path = lab.pair(), f"{lab.folder}/br0.mgmt"
    pid, before = lab.pid(), lab.resident()
    base = lab.descriptors()
    peers = connect(path, COUNT)
    expect(all(peer.answers() for peer in peers), "a connection does not answer")
    took, full = lab.latency(), lab.resident()
    lab.healthy(pair, pid)
    expect(full - before < 250, f"{COUNT} connections took {full - before:.0f} MiB")
    for peer in peers:
        peer.close()
    eventually(10, lambda: lab.descriptors() <= base + 2, f"descriptors are left: {base} before")
    half(lab, path, base)
    refused = crowd(lab, path, base)
    lab.healthy(pair, pid)
    expect(lab.ofctl("dump-flows br0").count("NORMAL") == 1, "the bridge does not serve ovs-ofctl")
    lab.leave()
    return f"{COUNT} connections: {full - before:.0f} MiB, ovs-appctl in {took:.2f} s; {refused} refused beyond the limit"


def connect(path, count, **options):
    peers = []
    for _ in range(count):
        peers.append(Peer(path, **options))
    return peers


def half(lab, path, base):
    """Who says nothing, or the half of a hello, goes after a while; nobody else is disturbed."""
    silent = connect(path, 500, hello=False)
    for peer in silent[::2]:
        peer.send(message(HELLO)[:5])
    good = Peer(path)
    expect(good.answers(), "a connection beside silent ones does not answer")
    eventually(30, lambda: lab.descriptors() <= base + 3, "silent connections stay for ever")
    expect(good.answers(), "the good connection went with the silent ones")
    for peer in silent + [good]:
        peer.close()


def crowd(lab, path, base):
    """Beyond what descriptors allow connections are closed at once, and the switch has enough left for itself."""
    pid = lab.pid()
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (1024, 1024))
    peers = connect(path, 1200, hello=False)
    time.sleep(0.5)
    open_now = lab.descriptors()
    expect(open_now < 1000, f"{open_now} descriptors of 1024 are in use")
    lab.vsctl("add-port br0 extra -- set Interface extra type=internal")
    expect(lab.vsctl("get Interface extra error") == "[]", "no port can be added any more")
    expect("refusing a connection" in lab.log, "the log does not tell of refused connections")
    for peer in peers:
        peer.close()
    eventually(10, lambda: lab.descriptors() <= base + 8, "descriptors are left")
    return 1200 - (open_now - base)
