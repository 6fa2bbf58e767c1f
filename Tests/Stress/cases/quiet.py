"""Busy ports go from beside a quiet one, which their thread asks less often: it is heard all the same."""

import re
import time

from lab import BROADCAST, address, eventually, expect, udp

ROUNDS = 10


def received(lab, port):
    found = re.search(rf'port\s+"?{port}"?: rx pkts=(\d+)', lab.ofctl("--names dump-ports br0"))
    return int(found.group(1)) if found else 0


def run(lab):
    lab.start()
    lab.bridge()
    lab.inside("ip link add wire type veth peer name far")
    for end in ("wire", "far"):
        lab.inside(f"sysctl -qw net.ipv6.conf.{end}.disable_ipv6=1")
        lab.inside(f"ip link set {end} up")
    lab.inside("ip address add 10.9.0.1/16 dev far")
    lab.ofctl("add-flow br0 priority=9,actions=drop")
    lab.vsctl(lab.device("quiet", f"net_pcap{lab.number()},iface=wire"))
    pid = lab.pid()
    for turn in range(ROUNDS):
        busy = lab.replay([udp(BROADCAST, address(number)) for number in range(1, 33)])
        lab.vsctl(lab.device("busy", busy))
        eventually(20, lambda: received(lab, "busy") > 1000, "the busy device brings nothing")
        lab.vsctl("del-port busy")
        # What was on its way when the busy one went does not count.
        time.sleep(0.1)
        before = received(lab, "quiet")
        # An address that nobody has, and nobody has asked for: requests for it go out.
        lab.inside(f"ping -q -c 1 -W 1 10.9.1.{turn}", check=False)
        eventually(20, lambda: received(lab, "quiet") > before, "nobody asks the quiet device any more")
    lab.healthy(None, pid)
    lab.leave()
    return f"heard {ROUNDS} times"
