"""Ports of every kind come, change and go under load, with PMD threads coming and going; nothing may leak."""

import time

from lab import BROADCAST, address, eventually, expect, udp

KINDS = ["tap", "veth", "null", "ring", "pcap"]


def run(lab):
    lab.start()
    lab.bridge()
    pair = lab.pair()
    pid = lab.pid()
    # A device that stays, so that there is load all the time; it floods to whatever is there.
    lab.vsctl(lab.device("flood", lab.replay([udp(BROADCAST, address(i)) for i in range(1, 9)])))
    time.sleep(1)
    descriptors, threads = lab.descriptors(), len(lab.threads())
    ports, steps, worst = {}, 0, 0
    end = time.monotonic() + lab.seconds
    while time.monotonic() < end:
        worst = max(worst, step(lab, ports))
        steps += 1
    lab.healthy(pair, pid)
    if ports:
        lab.vsctl(["--"] + " -- ".join(f"del-port {name}" for name in ports).split())
    lab.vsctl("set Open_vSwitch . other_config:pmd-cpu-mask=0x2")
    lab.healthy(pair, pid)
    eventually(5, lambda: lab.descriptors() <= descriptors + 2, f"descriptors leak: {descriptors} before")
    eventually(5, lambda: len(lab.threads()) <= threads + 2, f"threads leak: {threads} before")
    lab.leave()
    return f"{steps} changes, slowest {worst:.1f} s"


def step(lab, ports, kinds=KINDS):
    choice, begin = lab.random.randrange(10), time.monotonic()
    names = sorted(ports)
    if choice < 4 or not names:
        add(lab, ports, kinds)
    elif choice < 7:
        name = lab.random.choice(names)
        lab.vsctl(f"del-port {name}")
        if ports.pop(name) == "veth":
            lab.inside(f"ip link del {name}", check=False)
    elif choice == 7:
        mask = lab.random.choice(["0x1", "0x2", "0x3"])
        lab.vsctl(f"set Open_vSwitch . other_config:pmd-cpu-mask={mask}")
    else:
        change(lab, lab.random.choice(names), ports)
    return time.monotonic() - begin


def add(lab, ports, kinds):
    number = lab.number()
    name, kind = f"p{number}", lab.random.choice(kinds)
    ports[name] = kind
    if kind == "tap":
        lab.vsctl(f"add-port br0 {name} -- set Interface {name} type=internal")
        lab.inside(f"ip link set {name} up")
    elif kind == "veth":
        lab.inside(f"ip link add {name} type veth peer name {name}x")
        lab.inside(f"ip link set {name} up")
        lab.inside(f"ip link set {name}x up")
        lab.vsctl(f"add-port br0 {name}")
    elif kind == "null":
        lab.vsctl(lab.device(name, f"net_null{number}", settings=f"options:n_rxq={lab.random.randrange(1, 3)}"))
    elif kind == "ring":
        lab.vsctl(lab.device(name, f"net_ring{number}"))
    else:
        lab.vsctl(lab.device(name, f"net_pcap{number},tx_pcap=/dev/null"))
    expect(lab.vsctl(f"get Interface {name} error") == "[]", f"{kind} {name} has an error")


def change(lab, name, ports):
    what = lab.random.randrange(4)
    if ports[name] in ("tap", "veth"):
        lab.vsctl(f"set Interface {name} mtu_request={lab.random.choice([1400, 1500, 9000])}")
    elif what == 0:
        lab.vsctl(f"set Interface {name} options:n_rxq={lab.random.randrange(1, 4)}")
    elif what == 1:
        lab.vsctl(["set", "Interface", name, f'other_config:pmd-rxq-affinity="0:{lab.random.randrange(2)}"'])
    elif what == 2:
        lab.vsctl(f"set Port {name} tag={lab.random.randrange(1, 5)}")
    else:
        lab.vsctl(f"clear Port {name} tag")
