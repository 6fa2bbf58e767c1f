"""What vswift memory plan says is what DPDK takes: never less, at most 5 % more; and the settings that it gives suffice."""

import re

from lab import eventually, expect
from planned import plan
from switch import EXTRA

MIB = 1 << 20
SHARED = [
    ("a", "type=dpdk options:dpdk-devargs=net_null0,no-rx=1"),
    ("b", "type=dpdk options:dpdk-devargs=net_null1,no-rx=1 options:n_rxq=4 mtu_request=3000"),
    ("c", "type=dpdk options:dpdk-devargs=net_ring0 mtu_request=1400"),
    ("g", "type=dpdkvhostuserclient options:vhost-server-path={folder}/g.sock"),
]
OWN = [
    ("a", "type=dpdk options:dpdk-devargs=net_null0,no-rx=1 options:n_rxq=2 options:n_rxq_desc=4096"),
    ("b", "type=dpdk options:dpdk-devargs=net_null1,no-rx=1 mtu_request=9000"),
    ("g", "type=dpdkvhostuserclient options:vhost-server-path={folder}/g.sock"),
]


def run(lab):
    if not lab.is_ours:
        return lab.note("has no plan")
    lab.reserve(1800)
    attempt(lab, SHARED, {})
    attempt(lab, OWN, {"per_port_memory": "true"})
    attempt(lab, SHARED[:1] + SHARED[2:], {"shared_mempool_config": "3000"})
    without_hugepages(lab)


def attempt(lab, ports, settings):
    """Comes up with memory as it is needed, then with exactly what the plan asks for, and no way to more."""
    start(lab, ports, settings)
    said = plan(lab)
    taken = heap(lab)
    node = said["nodes"][0]
    expect(taken <= node["bytes"], f"the plan says {node['bytes']} bytes, DPDK took {taken}")
    expect(node["socket_mib"] * MIB <= taken * 1.05, f"the plan asks for {node['socket_mib']} MiB, DPDK took {taken / MIB:.1f}")
    lab.note(f"{node['bytes'] / MIB:.1f} MiB planned, {taken / MIB:.1f} taken, {node['socket_mib']} asked for")
    stop(lab)
    asked = said["dpdk-socket-mem"]
    start(lab, ports, {**settings, "dpdk_socket_mem": asked, "dpdk_socket_limit": asked})
    for name, _ in ports:
        expect(has_all(lab, name), f"{name} has {lab.interface(name, 'status')}")
    expect(plan(lab)["dpdk-socket-mem"] == asked, "the plan changes with its own settings")
    stop(lab)


def without_hugepages(lab):
    """With what the plan says behind -m every pool has all its buffers, with a tenth less one has not."""
    lab.configure(f"{EXTRA} --no-huge -m 64")
    lab.vsctl("add-br br0 -- set Bridge br0 datapath_type=netdev", wait=0)
    for name, row in SHARED:
        lab.vsctl(f"add-port br0 {name} -- set Interface {name} {row.format(folder=lab.folder)}", wait=0)
    need = plan(lab)["ordinary_mib"]
    lab.note(f"-m {need}")
    for given in (need, need * 9 // 10):
        lab.configure(f"{EXTRA} --no-huge -m {given}")
        lab.run_daemon()
        expect(lab.comes_up(), "DPDK does not come up without hugepages")
        eventually(30, lambda: all("mempool_granted" in lab.interface(name, "status") for name, _ in SHARED),
                   "a port has no pool")
        expect(all(has_all(lab, name) for name, _ in SHARED) == (given == need),
               f"with -m {given} of {need} the pools are {[lab.interface(name, 'status') for name, _ in SHARED]}")
        expect(plan(lab)["ordinary_mib"] == need, "the plan changes with its own settings")
        if given < need:
            return stop(lab)
        leave(lab)


def has_all(lab, name):
    """Whether a port's pool has all the buffers that were asked for."""
    got = re.findall(r'mempool_(?:requested|granted)="?(\d+)', lab.interface(name, "status"))
    return len(got) == 2 and got[0] == got[1]


def start(lab, ports, settings):
    if not lab.pid("ovsdb-server"):
        lab.start_database()
    lab.configure(**settings)
    lab.run_daemon()
    expect(lab.comes_up(), "DPDK does not come up")
    lab.bridge()
    for name, row in ports:
        lab.vsctl(f"add-port br0 {name} -- set Interface {name} {row.format(folder=lab.folder)}", wait=60)
        expect(lab.interface(name, "error") == "[]", f"{name}: {lab.interface(name, 'error')}")


def leave(lab):
    lab.prober.end()
    lab.prober = None
    lab.end_of_test()


def stop(lab):
    leave(lab)
    lab.vsctl("del-br br0 -- clear Open_vSwitch . other_config", wait=0)


def heap(lab):
    """Bytes that are taken of DPDK's heaps."""
    return sum(map(int, re.findall(r"Alloc_size:(\d+)", lab.appctl("dpdk/get-malloc-stats"))))
