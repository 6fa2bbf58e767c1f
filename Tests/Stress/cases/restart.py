"""Killed and started again with its TAPs left over; DPDK turned on under traffic, twice, and with bad words before."""

import signal
import time

from lab import BROADCAST, PRIVATE_MEMORY, address, eventually, expect, udp


def run(lab):
    lab.start(dpdk=False)
    lab.bridge()
    pair = lab.pair()
    lab.vsctl("add-port br0 tc -- set Interface tc type=internal")
    for _ in range(3):
        lab.wait_gone(lab.kill(signal.SIGKILL))
        lab.start_daemon("--overwrite-pidfile")
        lab.inside("ip link set tc up")
        expect("tc" in lab.inside("ip -o link"), "tc is gone")
    a, b = lab.veth("br0", "va", "10.9.1.1"), lab.veth("br0", "vb", "10.9.1.2")
    eventually(5, lambda: a.ping("10.9.1.2", 1), "no forwarding after kill -9")
    pid = lab.pid()
    lab.vsctl("set Open_vSwitch . other_config:dpdk-init=true other_config:dpdk-extra=--nonsense", wait=0)
    eventually(15, lambda: "nonsense" in lab.log, "no word about a bad word")
    expect(a.ping("10.9.1.2", 2) == 2, "a bad dpdk-extra stops forwarding")
    ping = a.start("ping", "-i", "0.05", "-W", "1", "10.9.1.2")
    lab.vsctl(["set", "Open_vSwitch", ".", f'other_config:dpdk-extra="{PRIVATE_MEMORY}"',
               "other_config:pmd-cpu-mask=0x2"], wait=0)
    eventually(20, lambda: lab.vsctl("get Open_vSwitch . dpdk_initialized") == "true", "DPDK does not come up")
    expect(lab.pid() == pid, "the process number changed")
    eventually(10, lambda: a.ping("10.9.1.2", 1), "no forwarding after the restart in place")
    lab.vsctl(lab.device("src", lab.replay([udp(BROADCAST, address(5))])))
    expect(lab.vsctl("get Interface src error") == "[]", "the device has an error")
    # Off and on again: takes a restart of the process, as with OVS; nothing may break.
    lab.vsctl("set Open_vSwitch . other_config:dpdk-init=false", wait=0)
    time.sleep(0.5)
    lab.vsctl("set Open_vSwitch . other_config:dpdk-init=true", wait=0)
    time.sleep(1)
    lab.end(ping)
    lab.wait_gone(lab.kill(signal.SIGKILL))
    lab.start_daemon("--overwrite-pidfile")
    eventually(10, lambda: a.ping("10.9.1.2", 1), "no forwarding after kill -9 with DPDK")
    eventually(10, lambda: lab.statistic("src", "rx_packets") > 0, "the device receives nothing after kill -9")
    lab.leave()
    expect(" tc:" not in lab.inside("ip -o link"), "tc is left after exit --cleanup")
