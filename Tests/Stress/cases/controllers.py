"""Controllers of every kind: connected to, listened for, over TLS; roles, fail modes, back-off, silence, floods."""

import os
import re
import socket
import struct
import threading
import time

from lab import eventually, expect
from openflow import (ECHO_REPLY, ECHO_REQUEST, ERROR, FLOW_MOD, HELLO, Peer, apply_actions, flow_mod, message, output)

CONTROLLER = "/usr/bin/ovs-testcontroller"
PRIMARY, SECONDARY = 2, 3


def run(lab):
    expect(os.access(CONTROLLER, os.X_OK), "openvswitch-testcontroller is not installed")
    lab.start(dpdk=False)
    lab.bridge()
    pair, pid = lab.pair(), lab.pid()
    certificates(lab)
    for target, listener in kinds(lab):
        active(lab, pair, target, listener)
    for target, address in [("ptcp:16641:127.0.0.1", "tcp:127.0.0.1:16641"),
                            (f"punix:{lab.folder}/br0.listen", f"unix:{lab.folder}/br0.listen"),
                            ("pssl:16642:127.0.0.1", "ssl:127.0.0.1:16642")]:
        passive(lab, target, address)
    fail_modes(lab, pair)
    roles(lab)
    silence(lab)
    backoff(lab)
    flood(lab, pair)
    lab.vsctl("del-controller br0 -- del-fail-mode br0")
    eventually(5, lambda: pair[0].ping(pair[1].address, 1) == 1, "no forwarding without controllers")
    expect(lab.pid() == pid, "the daemon is another process than before")
    lab.leave()
    return "6 kinds of targets, roles, fail modes, back-off, silence, floods"


def kinds(lab):
    return [("tcp:127.0.0.1:16631", ["ptcp:16631"]), (f"unix:{lab.folder}/c.sock", [f"punix:{lab.folder}/c.sock"]),
            ("ssl:127.0.0.1:16632", ["pssl:16632", *tls(lab, "controller")])]


def certificates(lab):
    """An authority, and keys and certificates of switch and controller that it signed."""
    folder = lab.folder
    lab.command("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{folder}/ca-key.pem", "-out",
                f"{folder}/ca.pem", "-days", "2", "-subj", "/CN=authority")
    for name in ("switch", "controller"):
        lab.command("openssl", "req", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{folder}/{name}-key.pem", "-out",
                    f"{folder}/{name}-req.pem", "-subj", f"/CN={name}")
        lab.command("openssl", "x509", "-req", "-in", f"{folder}/{name}-req.pem", "-CA", f"{folder}/ca.pem", "-CAkey",
                    f"{folder}/ca-key.pem", "-CAcreateserial", "-days", "2", "-out", f"{folder}/{name}-cert.pem")
    lab.vsctl(f"set-ssl {folder}/switch-key.pem {folder}/switch-cert.pem {folder}/ca.pem")


def tls(lab, name):
    return ["-p", f"{lab.folder}/{name}-key.pem", "-c", f"{lab.folder}/{name}-cert.pem", "-C", f"{lab.folder}/ca.pem"]


def row(lab, column):
    return lab.vsctl(f"get Controller br0 {column}", check=False).strip('"')


def is_connected(lab):
    return row(lab, "is_connected") == "true"


def start_controller(lab, words):
    return lab.background("ip", "netns", "exec", lab.namespace, CONTROLLER, *words)


def active(lab, pair, target, listener):
    """The switch connects; the controller makes it a learning switch, without which a secure bridge forwards nothing."""
    lab.vsctl(["set-fail-mode", "br0", "secure", "--", "set-controller", "br0", target, "--", "set", "Controller", "br0",
               "max_backoff=1000", "inactivity_probe=5000"])
    eventually(5, lambda: pair[0].ping(pair[1].address, 1) == 0, "a secure bridge without controller forwards")
    # Debian's controller dies of the first packet that it is asked about over TLS, whatever the switch: there are none.
    is_asked = not target.startswith("ssl")
    if not is_asked:
        links(pair, "down")
    child = start_controller(lab, listener)
    eventually(10, lambda: is_connected(lab), f"{target}: not connected")
    eventually(5, lambda: "CONTROLLER" in lab.ofctl("dump-flows br0"), f"{target}: no flow from the controller")
    if is_asked:
        eventually(15, lambda: pair[0].ping(pair[1].address, 1) == 1, f"{target}: the controller does not make it forward")
    eventually(5, lambda: "state=ACTIVE" in row(lab, "status").replace('"', "") or "IDLE" in row(lab, "status"),
               f"{target}: status {row(lab, 'status')}")
    expect(row(lab, "role") == "other", f"{target}: role {row(lab, 'role')}")
    lab.end(child)
    eventually(10, lambda: not is_connected(lab), f"{target}: still connected to a controller that is gone")
    expect("last_error" in row(lab, "status"), f"{target}: status without last_error")
    child = start_controller(lab, listener)
    eventually(10, lambda: is_connected(lab), f"{target}: not connected again")
    lab.end(child)
    lab.vsctl("del-controller br0")
    lab.ofctl("del-flows br0")
    links(pair, "up")


def links(pair, state):
    for host in pair:
        host.run("ip", "link", "set", host.interface, state)


def passive(lab, target, address):
    """Clients connect to the switch."""
    lab.vsctl(f"set-controller br0 {target}")
    options = tls(lab, "controller") if address.startswith("ssl") else []
    words = ["ovs-ofctl", "-t", "10", *options]
    eventually(5, lambda: "dpid" in lab.inside([*words, "show", address], check=False), f"{target}: no answer")
    path = f"{lab.folder}/monitor"
    monitor = lab.background("ip", "netns", "exec", lab.namespace, *words[:1], *options, "monitor", address, "128",
                             f"--unixctl={path}")
    eventually(5, lambda: os.path.exists(path), "ovs-ofctl monitor does not run")
    time.sleep(0.3)
    lab.ofctl("add-flow br0 table=9,send_flow_rem,cookie=5,actions=drop")
    lab.ofctl("del-flows br0 table=9")
    eventually(5, lambda: "cookie:0x5" in open(monitor.path).read(), f"{target}: the monitor is told nothing")
    lab.end(monitor)
    if address.startswith("ssl"):
        # Whom nobody signed is refused.
        lab.command("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{lab.folder}/x-key.pem",
                    "-out", f"{lab.folder}/x-cert.pem", "-days", "2", "-subj", "/CN=stranger")
        text = lab.inside(["ovs-ofctl", "-t", "5", *tls(lab, "x"), "show", address], check=False)
        expect("dpid" not in text, "a stranger is served over TLS")
    lab.vsctl("del-controller br0")
    eventually(5, lambda: "dpid" not in lab.inside([*words, "show", address], check=False), f"{target}: still served")


def fail_modes(lab, pair):
    """Without its controller a secure bridge stays as it is; a standalone one becomes an ordinary switch."""
    lab.ofctl("del-flows br0")
    lab.vsctl("set-fail-mode br0 secure -- set-controller br0 tcp:127.0.0.1:16633 -- "
              "set Controller br0 max_backoff=1000 inactivity_probe=1000")
    time.sleep(4)
    expect(pair[0].ping(pair[1].address, 2) == 0, "a secure bridge forwards without its controller")
    lab.vsctl("set-fail-mode br0 standalone")
    eventually(15, lambda: pair[0].ping(pair[1].address, 1) == 1, "a standalone bridge does not fail open")
    expect("failing open" in lab.log, "the log does not tell of failing open")
    child = start_controller(lab, ["ptcp:16633"])
    eventually(15, lambda: "No longer in fail-open mode" in lab.log, "fail-open does not end with the controller's return")
    lab.end(child)
    lab.vsctl("del-controller br0 -- set-fail-mode br0 secure")


class Listener:
    """A controller of our own, to which the switch connects."""

    def __init__(self, path):
        self.path = path
        self.socket = socket.socket(socket.AF_UNIX)
        if os.path.exists(path):
            os.unlink(path)
        self.socket.bind(path)
        self.socket.listen(8)
        self.socket.settimeout(20)

    def accept(self):
        """The switch's connection, hellos exchanged."""
        peer = Peer.__new__(Peer)
        peer.version, peer.buffer = 4, b""
        peer.socket, _ = self.socket.accept()
        peer.socket.settimeout(20)
        peer.send(message(HELLO))
        peer.receive()
        return peer

    def close(self):
        self.socket.close()
        os.unlink(self.path)


def answer(peer, kind, transaction):
    """The body of the answer of that type; probes are answered, other messages passed over."""
    while True:
        reply = peer.receive()
        if reply is None:
            raise OSError("the connection ended")
        if reply[0] == ECHO_REQUEST:
            peer.send(message(ECHO_REPLY, reply[2], transaction=reply[1]))
        elif reply[0] in (kind, ERROR) and reply[1] == transaction:
            return reply[0], reply[2]


def ask_role(peer, role, generation):
    peer.send(message(24, struct.pack("!I4xQ", role, generation), transaction=9))
    kind, body = answer(peer, 25, 9)
    return struct.unpack("!HH", body[:4]) if kind == ERROR else struct.unpack("!I", body[:4])[0]


def roles(lab):
    """Of two controllers one is primary; the other may only look until it is."""
    paths = [f"{lab.folder}/role{n}" for n in range(2)]
    listeners = [Listener(path) for path in paths]
    lab.vsctl(["set-controller", "br0", *[f"unix:{path}" for path in paths]])
    one, two = (listener.accept() for listener in listeners)
    expect(ask_role(one, PRIMARY, 1) == PRIMARY, "no primary role")
    expect(ask_role(two, SECONDARY, 1) == SECONDARY, "no secondary role")
    rule = message(FLOW_MOD, flow_mod(apply_actions(output(1)), table=30), transaction=10)
    two.send(rule)
    expect(answer(two, ERROR, 10)[1][:4] == struct.pack("!HH", 1, 10), "a secondary's rule was not refused")
    one.send(rule)
    one.barrier()
    expect("table=30" in lab.ofctl("dump-flows br0 table=30"), "a primary's rule is not there")
    eventually(10, lambda: sorted(re.findall(r"master|slave", lab.vsctl("--columns=role list Controller")))
               == ["master", "slave"], "the rows do not tell roles")
    expect(ask_role(two, PRIMARY, 0) == (11, 0), "an old election was not refused")
    expect(ask_role(two, PRIMARY, 2) == PRIMARY, "the other cannot become primary")
    one.send(rule)
    expect(answer(one, ERROR, 10)[1][:4] == struct.pack("!HH", 1, 10), "the primary before still writes")
    lab.vsctl("del-controller br0")
    for part in (one, two, *listeners):
        part.close()


def silence(lab):
    """A peer that answers no probe is given up after two intervals; one that does stays. Unix sockets are probed only
    where peers come to the switch, as on Open vSwitch."""
    path = f"{lab.folder}/br0.quiet"
    lab.vsctl(f"set-controller br0 punix:{path} -- set Controller br0 inactivity_probe=5000")
    eventually(5, lambda: os.path.exists(path), "the passive controller's socket is not there")
    quiet, lively, begin = Peer(path), Peer(path), time.monotonic()

    def live():
        while (reply := lively.receive()) is not None:
            lively.send(message(ECHO_REPLY, reply[2], transaction=reply[1]))
    threading.Thread(target=live, daemon=True).start()
    while quiet.receive() is not None:
        expect(time.monotonic() - begin < 20, "a silent peer is never given up")
    took = time.monotonic() - begin
    expect(8 < took < 20, f"a silent peer was given up after {took:.1f} s")
    expect(lab.log.count("no response to inactivity probe") == 1, "the log does not tell of one silent peer")
    time.sleep(3)
    lively.send(message(ECHO_REQUEST))
    lab.vsctl("del-controller br0")
    expect(lab.log.count("no response to inactivity probe") == 1, "a peer that answers was given up")
    lively.close()


def backoff(lab):
    """Attempts come further and further apart, but not further than max_backoff says."""
    lab.vsctl("set-controller br0 tcp:127.0.0.1:16634 -- set Controller br0 max_backoff=2000")
    time.sleep(8)
    log = lab.log
    expect("waiting 1 seconds before reconnect" in log and "continuing to retry connections in the background" in log,
           "the log does not tell of back-off")
    child = start_controller(lab, ["ptcp:16634"])
    eventually(6, lambda: is_connected(lab), "no attempt within max_backoff")
    lab.end(child)
    lab.vsctl("del-controller br0")


def flood(lab, pair):
    """A controller that sends without end, and one that stops reading while all packets go to it."""
    paths = [f"{lab.folder}/flood{n}" for n in range(2)]
    listeners = [Listener(path) for path in paths]
    lab.vsctl(["set-controller", "br0", *[f"unix:{path}" for path in paths]])
    loud, deaf = (listener.accept() for listener in listeners)
    lab.ofctl("add-flow br0 priority=1,actions=controller,normal")
    before, stop = lab.resident(), time.monotonic() + lab.seconds
    burst = message(ECHO_REQUEST, bytes(100)) * 200

    def shout():
        try:
            while time.monotonic() < stop:
                loud.send(burst)
        except OSError:
            pass

    def listen():
        try:
            while loud.socket.recv(1 << 16):
                pass
        except OSError:
            pass
    threads = [threading.Thread(target=part, daemon=True) for part in (shout, listen)]
    for thread in threads:
        thread.start()
    replies = pair[0].ping(pair[1].address, 50)
    expect(replies >= 48, f"{50 - replies} of 50 pings were lost beside a flood")
    slowest = 0
    while time.monotonic() < stop:
        slowest = max(slowest, lab.latency())
        pair[0].run("ping", "-f", "-c", "2000", pair[1].address, check=False)
    expect(slowest < 2, f"ovs-appctl version took {slowest:.1f} s")
    expect(lab.resident() - before < 100, f"{lab.resident() - before:.0f} MiB more")
    threads[0].join()
    lab.vsctl("del-controller br0")
    for part in (loud, deaf, *listeners):
        part.close()
