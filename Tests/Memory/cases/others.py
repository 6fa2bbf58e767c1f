"""DPDK ports fail for want of memory, over and over, while kernel ports switch: not one packet between those is lost."""

import re
import time

from lab import expect

SECONDS = 20


def run(lab):
    if not lab.comes_up_short():
        return
    a, b = lab.hosts_ready()
    c = lab.veth("br0", "vc", "10.9.0.3")
    # Every echo request is one that must be answered; 250 a second each.
    pings = [host.start("ping", "-q", "-i", "0.004", "-w", str(SECONDS), peer.address)
             for host, peer in ((a, b), (b, c), (c, a))]
    end, tries, refusals = time.monotonic() + SECONDS - 3, 0, 0
    lab.vsctl(lab.device("small", "net_null0,no-rx=1"), wait=20, check=False)
    while time.monotonic() < end and lab.lives:
        tries += 1
        change = lab.random.choice(["mtu", "port", "queues"])
        if change == "mtu":
            lab.vsctl(f"set Interface small mtu_request={lab.random.choice([9000, 4000, 1500])}", wait=10, check=False)
        elif change == "queues":
            lab.vsctl(f"set Interface small options:n_rxq={lab.random.randrange(1, 5)}", wait=10, check=False)
        else:
            name = f"n{tries}"
            mtu = lab.random.choice([3000, 6000, 9000])
            lab.vsctl(lab.device(name, f"net_null{tries},no-rx=1", settings=f"mtu_request={mtu}"), wait=10, check=False)
            refusals += "Failed to create memory pool" in lab.interface(name, "error")
            lab.vsctl(f"del-port {name}", wait=10, check=False)
        refusals += "Failed to create memory pool" in lab.interface("small", "error")
    for ping in pings:
        ping.wait(SECONDS)
    lost = 0
    for ping in pings:
        with open(ping.path) as file:
            text = file.read()
        found = re.search(r"(\d+) packets transmitted, (\d+) received", text)
        expect(found, f"ping said {text}")
        lost += int(found.group(1)) - int(found.group(2))
        lab.note(f"{found.group(2)} of {found.group(1)}")
    lab.note(f"{tries} changes, {refusals} refused")
    lab.judge(lost == 0, f"{lost} packets among other ports were lost")
    lab.judge(refusals > 0, "memory was not short")
    lab.answers()
    lab.end_of_test()
