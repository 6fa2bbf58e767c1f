"""Devices go while their packets wait for kernel ports: the packets go on, and every buffer comes home."""

import time

from lab import BROADCAST, address, eventually, udp

ROUNDS = 20


def run(lab):
    lab.start()
    lab.bridge()
    pair = lab.pair()
    flood = lab.replay([udp(BROADCAST, address(i)) for i in range(1, 9)]).split(",", 1)[1]
    slowest = 0
    for _ in range(ROUNDS):
        lab.vsctl(lab.device("flood", f"net_pcap{lab.number()},{flood}"))
        time.sleep(lab.random.random() / 2)
        lab.vsctl("del-port flood")
        # Its pool goes when all of its buffers are back.
        slowest = max(slowest, eventually(15, lambda: "ovs_mp" not in lab.appctl("netdev-dpdk/get-mempool-info"),
                                          "buffers of a device that has gone do not come back"))
    lab.healthy(pair)
    lab.leave()
    return f"{ROUNDS} times, buffers back after {slowest:.1f} s at the latest"
