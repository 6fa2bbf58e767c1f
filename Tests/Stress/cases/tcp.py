"""TCP over veth ports with the kernel's default offloads: whole, and with sums that the receiver accepts."""

import json

from lab import eventually, expect


def transfer(lab, sender, receiver, seconds, *extra):
    server = receiver.start("iperf3", "-s", "-1")
    try:
        eventually(5, lambda: ":5201" in receiver.run("ss", "-ltn"), "iperf3 does not listen")
        text = sender.run("iperf3", "-c", receiver.address, "-t", str(seconds), "-J", *extra, timeout=seconds + 20)
    finally:
        lab.end(server)
    result = json.loads(text)["end"]
    return result["sum_received"]["bits_per_second"] / 1e9, result["sum_sent"].get("retransmits", 0)


def errors(host):
    text = host.run("nstat", "-asz", "TcpInCsumErrors", "UdpInCsumErrors", "IpInHdrErrors", "TcpInErrs")
    return sum(int(line.split()[1]) for line in text.splitlines() if not line.startswith("#"))


def run(lab):
    lab.start(dpdk=False)
    lab.bridge()
    pair = lab.pair()
    a, b = lab.veth("br0", "va", "10.9.1.1"), lab.veth("br0", "vb", "10.9.1.2")
    c = lab.veth("br0", "vc", "10.9.1.3", "tag=7")
    d = lab.veth("br0", "vd", "10.9.1.4", "tag=7")
    seconds = max(2, int(lab.seconds / 5))
    notes = []
    for what, sender, receiver in [("veth to veth", a, b), ("veth to TAP", a, pair[0]), ("TAP to veth", pair[1], b),
                                   ("TAP to TAP", *pair), ("tagged veth", c, d)]:
        rate, again = transfer(lab, sender, receiver, seconds)
        notes.append(f"{what} {rate:.2f} Gbit/s, {again} sent again")
        expect(errors(receiver) == 0, f"{what}: the receiver counts {errors(receiver)} bad sums or headers")
        expect(rate > 0.3, "too slow: " + "; ".join(notes))
    lab.healthy(pair)
    lab.leave()
    return "; ".join(notes)
