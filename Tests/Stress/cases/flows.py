"""Thousands of flows come and go over OpenFlow, and addresses are flushed, while packets use them."""

import time

from lab import address, expect, udp


def run(lab):
    lab.start()
    lab.bridge()
    pair = lab.pair()
    pid = lab.pid()
    lab.vsctl(lab.device("src", lab.replay([udp(address(9), address(i), flow=i) for i in range(1, 513)])))
    lab.vsctl(lab.device("dst", f"net_null{lab.number()}"))
    lab.appctl("fdb/add br0 dst 0 02:00:00:00:00:09")
    end, rounds, slowest = time.monotonic() + lab.seconds, 0, 0
    path = f"{lab.folder}/flows"
    while time.monotonic() < end:
        with open(path, "w") as file:
            for number in range(2000):
                mac = f"02:00:00:00:{number >> 8:02x}:{number & 255:02x}"
                what = lab.random.choice(
                    [f"dl_src={mac}", f"udp,nw_src=10.1.{number >> 8}.{number & 255}", f"ip,in_port=src,nw_ttl={number % 256}",
                     f"udp,tp_src={number}", f"dl_vlan={number % 4096}", f"ip,nw_src=10.1.0.0/{number % 33}"])
                file.write(f"priority={lab.random.randrange(1, 60000)},{what},"
                           f"actions={lab.random.choice(['dst', 'drop', 'NORMAL', 'FLOOD', 'dst,src,NORMAL'])}\n")
        begin = time.monotonic()
        lab.ofctl(f"add-flows br0 {path}")
        slowest = max(slowest, time.monotonic() - begin)
        lab.appctl("fdb/flush br0")
        lab.ofctl("mod-flows br0 udp,actions=NORMAL")
        lab.ofctl("del-flows br0 udp")
        lab.ofctl("dump-aggregate br0")
        lab.ofctl("del-flows br0")
        lab.ofctl("add-flow br0 priority=0,actions=NORMAL")
        lab.appctl("fdb/add br0 dst 0 02:00:00:00:00:09")
        rounds += 1
    before = lab.statistic("dst", "tx_packets")
    time.sleep(6)
    expect(lab.statistic("dst", "tx_packets") > before, "nothing reaches the known destination in the end")
    lab.healthy(pair, pid)
    lab.leave()
    return f"{rounds} rounds of 2000 flows, added in {slowest:.1f} s at most"
