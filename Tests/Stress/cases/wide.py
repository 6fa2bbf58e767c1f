"""200 ports in one transaction, flooded by a PMD thread and by hosts; the end comes under load and leaves nothing."""

import time

from lab import BROADCAST, address, expect, udp


def run(lab):
    lab.start()
    lab.bridge()
    pair = lab.pair()
    pid = lab.pid()
    words = []
    for number in range(200):
        words += ["--", "add-port", "br0", f"w{number}", "--", "set", "Interface", f"w{number}", "type=internal"]
    begin = time.monotonic()
    lab.vsctl(words, wait=60)
    took = time.monotonic() - begin
    for number in range(200):
        lab.inside(f"ip link set w{number} up")
    lab.vsctl(lab.device("src", lab.replay([udp(BROADCAST, address(i)) for i in range(1, 5)])))
    flood = pair[0].start("ping", "-f", "-b", "-q", "10.9.255.255")
    time.sleep(lab.seconds / 2)
    worst = max(lab.latency() for _ in range(10))
    mask = "0x1"
    for _ in range(4):
        lab.vsctl(f"set Open_vSwitch . other_config:pmd-cpu-mask={mask}")
        mask = {"0x1": "0x3", "0x3": "0x2", "0x2": "0x1"}[mask]
    reached = [number for number in range(0, 200, 13)
               if int(lab.inside(f"cat /sys/class/net/w{number}/statistics/rx_packets")) > 0]
    expect(len(reached) == len(range(0, 200, 13)), f"only {len(reached)} of 16 ports got flooded packets")
    expect(worst < 1, f"ovs-appctl version took {worst:.2f} s")
    lab.healthy(None, pid)
    begin = time.monotonic()
    lab.leave(seconds=30)
    left = [line for line in lab.inside("ip -o link").splitlines() if " w" in line]
    expect(not left, f"{len(left)} devices are left")
    lab.end(flood)
    return f"added in {took:.1f} s, gone in {time.monotonic() - begin:.1f} s, appctl {worst * 1000:.0f} ms at worst"
