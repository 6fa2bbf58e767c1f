"""Devices go down, are moved, deleted and renamed under the switch: nothing spins, the rest goes on, they come back."""

import time

from lab import eventually, expect


def run(lab):
    lab.start(dpdk=False)
    lab.bridge()
    pair = lab.pair()
    pid = lab.pid()
    third, fourth = lab.veth("br0", "vc", "10.9.0.3"), lab.veth("br0", "vd", "10.9.0.4")
    lab.vsctl("add-port br0 te -- set Interface te type=internal")
    eventually(5, lambda: third.ping("10.9.0.4", 1), "veth hosts do not reach each other")
    notes = []

    def calm(what, hosts=pair):
        time.sleep(1.5)
        share = lab.processor(2)
        notes.append(f"{what} {share * 100:.1f} %")
        expect(share < 0.05, f"{what}: the daemon uses {share * 100:.0f} % of a core at rest")
        lab.healthy(hosts, pid)

    calm("idle")
    lab.inside("ip link set te up")
    lab.inside("ip link set te down")
    calm("TAP down")
    lab.inside("ip link set vc down")
    calm("veth down")
    lab.inside("ip link set vc up")
    eventually(10, lambda: third.ping("10.9.0.4", 1), "a veth that is up again does not forward")
    lab.inside("ip link del te")
    calm("TAP deleted")
    eventually(20, lambda: "te" in lab.inside("ip -o link"), "a deleted TAP is not made anew")
    lab.inside("ip link del vc")
    calm("veth deleted")
    expect("No such device" in lab.vsctl("get Interface vc error"), "no error for a device that is gone")
    lab.inside(f"ip link add vc type veth peer name eth0 netns {third.namespace}")
    lab.bring_up(third)
    lab.inside("ip link set vc up")
    eventually(15, lambda: third.ping("10.9.0.4", 1), "a veth that is back does not forward")
    # A TAP raised behind our back, in a namespace where no name reaches it.
    pair[0].run("ip", "link", "set", "ta", "down")
    calm("TAP down elsewhere", None)
    pair[0].run("ip", "link", "set", "ta", "up")
    eventually(5, lambda: pair[0].ping("10.9.0.2", 1), "a TAP that is up again does not forward")
    pair[0].run("ip", "link", "del", "ta")
    time.sleep(1)
    share = lab.processor(2)
    expect(share < 0.05, f"TAP deleted elsewhere: the daemon uses {share * 100:.0f} % of a core")
    lab.healthy(None, pid)
    lab.leave()
    return ", ".join(notes)
