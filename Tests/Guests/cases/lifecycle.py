"""Guests that are testpmd: before, after and instead of one another; killed, and the switch killed, under load."""

import os
import signal
import socket
import time

from lab import eventually, expect
from testpmd import Testpmd


def connected(lab, *ports):
    for port in ports:
        eventually(15, lambda: lab.status(port) == "connected", f"{port} is not told to be connected")


def flowing(sink, text):
    """Seconds until packets arrive."""
    return eventually(15, lambda: sink.advances("RX-packets", 1), text)


def first_and_last(lab):
    """the guest before the switch, and killed under load; another instead of it"""
    sender = Testpmd(lab, lab.socket("server"), "txonly")
    sink = Testpmd(lab, lab.listener.path, "rxonly", server=True)
    connected(lab, "server", "client")
    flowing(sink, "nothing flows between two guests")
    for _ in range(2):
        sender.kill()
        eventually(5, lambda: lab.status("server") == "disconnected", "a guest that was killed is told to be there")
        sender = Testpmd(lab, lab.socket("server"), "txonly")
        flowing(sink, "nothing flows from the guest instead of the one that was killed")
    sink.kill()
    eventually(5, lambda: lab.status("client") == "disconnected", "a guest that was killed is told to be there")
    os.unlink(lab.listener.path)
    sink = Testpmd(lab, lab.listener.path, "rxonly", server=True)
    flowing(sink, "nothing flows to the guest instead of the one that was killed")
    return sender, sink


def switch_killed(lab, sink):
    """the switch killed under load: guests that wait for it are served anew by themselves"""
    pid = lab.kill(signal.SIGKILL)
    lab.wait_gone(pid)
    expect(os.path.exists(lab.socket("server")), "a socket that was killed with its owner is gone")
    begin = time.monotonic()
    lab.start_daemon("--overwrite-pidfile")
    sender = Testpmd(lab, lab.socket("server"), "txonly")
    connected(lab, "client", "server")
    flowing(sink, "nothing flows after the switch was killed")
    expect("its file is made anew" in lab.log, "the log does not tell of the socket that was left")
    return sender, time.monotonic() - begin


def paths(lab):
    """sockets that are somebody else's, files that are no sockets, ports with one path, paths that are too long"""
    live = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    live.bind(lab.socket("live"))
    live.listen(1)
    with open(lab.socket("plain"), "w") as file:
        file.write("mine")
    for name, word in (("live", "another process listens"), ("plain", "no socket")):
        lab.vsctl(f"add-port br0 {name} -- set Interface {name} type=dpdkvhostuser", check=False)
        eventually(5, lambda: word in lab.vsctl(f"get Interface {name} error"), f"the row of {name} has no such error")
        lab.vsctl(f"del-port br0 {name}")
    expect(open(lab.socket("plain")).read() == "mine", "a file at the socket's path was not left alone")
    probe = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    probe.connect(lab.socket("live"))
    probe.close(), live.close()
    for name, path, word in (("twin", lab.listener.path, "another port uses"),
                             ("long", f"{lab.folder}/{'x' * 200}", "too long")):
        lab.vsctl(f"add-port br0 {name} -- set Interface {name} type=dpdkvhostuserclient "
                  f"options:vhost-server-path={path}", check=False)
        eventually(5, lambda: word in lab.vsctl(f"get Interface {name} error"), f"the row of {name} has no such error")
        lab.vsctl(f"del-port br0 {name}")


def ports(lab, sink):
    """a port deleted under load and made anew"""
    lab.vsctl("del-port br0 client")
    time.sleep(0.5)
    lab.vsctl(f"add-port br0 client -- set Interface client type=dpdkvhostuserclient "
              f"options:vhost-server-path={lab.listener.path}")
    lab.ofctl("add-flow br0 priority=9,in_port=server,actions=client")
    flowing(sink, "nothing flows over a port that was made anew")


def run(lab):
    lab.begin()
    lab.listener.close()
    lab.copy_to_all(False)
    sender, sink = first_and_last(lab)
    paths(lab)
    lab.witness.end()
    sender.kill()
    sender, took = switch_killed(lab, sink)
    ports(lab, sink)
    pid = lab.pid()
    lab.appctl("exit")
    lab.wait_gone(pid)
    expect(not os.path.exists(lab.socket("server")), "an orderly end leaves a socket")
    bad = [line for line in lab.log.splitlines() if "|EMER|" in line]
    expect(not bad, "the log tells of faults: " + " / ".join(bad[:3]))
    return f"packets {took:.1f} s after the switch was started anew"
