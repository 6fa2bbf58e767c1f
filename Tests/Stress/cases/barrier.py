"""A frame sent the moment a barrier's reply arrives never meets an older rule, group or meter: 1,000 tries of each."""

import ctypes
import os
import socket
import struct
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from lab import BROADCAST, address, expect, udp
from openflow import (FLOW_MOD, GROUP_MOD, METER_MOD, Peer, apply_actions, flow_mod, group,
                      group_mod, in_port, message, meter, meter_mod, output)

TRIES = 1000


def run(lab):
    lab.start(dpdk=False)
    lab.bridge()
    a, b, c = (lab.veth("br0", name, f"10.9.0.{n}", f"-- set Interface {name} ofport_request={n}")
               for n, name in enumerate(["va", "vb", "vc"], 1))
    pid = lab.pid()
    for host in (a, b, c):
        host.run("ip", "link", "set", host.interface, "arp", "off")
    # One process in the sender's namespace: it holds the connection and all three ends, so nothing lies between.
    child = subprocess.run(
        [sys.executable, __file__, f"{lab.folder}/br0.mgmt", *(host.namespace for host in (a, b, c)), str(TRIES)],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300, text=True)
    expect(child.returncode == 0, child.stdout.strip())
    lab.healthy(None, pid)
    lab.leave()
    return child.stdout.strip()


# In the process of its own

def wire(namespace):
    """A packet socket on eth0 of a namespace."""
    library = ctypes.CDLL(None, use_errno=True)
    own = os.open("/proc/self/ns/net", os.O_RDONLY)
    theirs = os.open(f"/run/netns/{namespace}", os.O_RDONLY)
    library.setns(theirs, 0x40000000)
    result = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
    result.bind(("eth0", 3))
    library.setns(own, 0x40000000)
    os.close(own)
    os.close(theirs)
    return result


class Tester:
    def __init__(self, path, namespaces):
        self.peer = Peer(path)
        self.wires = [wire(namespace) for namespace in namespaces]
        self.number = 0

    def frame(self):
        """A frame like no other in its payload, all of one flow."""
        self.number += 1
        frame = udp(BROADCAST, address(1), 1, 100)
        return frame[:60] + struct.pack("!I", self.number) + frame[64:]

    def change(self, *messages):
        self.peer.send(b"".join(messages))
        errors = self.peer.barrier()
        if errors:
            raise SystemExit(f"refused: {errors}")

    def send(self, frame):
        self.wires[0].send(frame)

    def came(self, frame, port, seconds):
        """Whether the frame comes out of port 2 or 3 in time."""
        wire = self.wires[port - 1]
        wire.settimeout(seconds)
        try:
            while True:
                if wire.recv(2048)[60:64] == frame[60:64]:
                    return True
        except TimeoutError:
            return False

    def judge(self, wanted, what):
        frame = self.frame()
        self.send(frame)
        if not self.came(frame, wanted, 2):
            other = 5 - wanted
            where = f"came out of port {other}" if self.came(frame, other, 0.05) else "was lost"
            raise SystemExit(f"{what}: a frame for port {wanted} {where}")

    def rules(self, tries):
        for number in range(tries):
            port = 2 + number % 2
            self.change(message(FLOW_MOD, flow_mod(apply_actions(output(port)), in_port(1))))
            self.judge(port, f"rule, try {number}")

    def added(self, tries):
        """A rule that comes above another and goes again."""
        self.change(message(FLOW_MOD, flow_mod(apply_actions(output(2)), in_port(1))))
        for number in range(tries):
            command = 0 if number % 2 == 0 else 4
            self.change(message(FLOW_MOD, flow_mod(apply_actions(output(3)), in_port(1), command, priority=9)))
            self.judge(3 if command == 0 else 2, f"rule above, try {number}")

    def groups(self, tries):
        self.change(message(GROUP_MOD, group_mod(1, [output(2)])),
                    message(FLOW_MOD, flow_mod(apply_actions(group(1)), in_port(1))))
        for number in range(tries):
            port = 2 + number % 2
            self.change(message(GROUP_MOD, group_mod(1, [output(port)], command=1)))
            self.judge(port, f"group, try {number}")

    def meters(self, tries):
        """A meter that lets one packet a second through, or as many as come; a second frame tells which is in force."""
        self.change(message(METER_MOD, meter_mod(1, 1)),
                    message(FLOW_MOD, flow_mod(meter(1) + apply_actions(output(2)), in_port(1))))
        for number in range(tries):
            wide = number % 2 == 0
            self.change(message(METER_MOD, meter_mod(1, 100_000 if wide else 1, command=1)))
            first, second = self.frame(), self.frame()
            self.send(first)
            self.send(second)
            passed = self.came(second, 2, 2 if wide else 0.004)
            if passed != wide:
                raise SystemExit(f"meter, try {number}: the second frame was {'passed' if passed else 'lost'}")


def main():
    path, namespaces, tries = sys.argv[1], sys.argv[2:5], int(sys.argv[5])
    tester = Tester(path, namespaces)
    for step in (tester.rules, tester.added, tester.groups, tester.meters):
        step(tries)
    print(f"{tries} tries each with rules changed, rules above, groups, meters: all met the newest")


if __name__ == "__main__":
    main()
