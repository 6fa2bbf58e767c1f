"""What vswift memory plan says is what DPDK takes: never less, at most 5 % more; and the settings that it gives suffice."""

import re

from lab import expect
from planned import plan

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
    for name, row in ports:
        got = re.findall(r'mempool_(requested|granted)="?(\d+)', lab.interface(name, "status"))
        expect(len(got) == 2 and got[0][1] == got[1][1], f"{name} has {got or lab.interface(name, 'status')}")
    expect(plan(lab)["dpdk-socket-mem"] == asked, "the plan changes with its own settings")
    stop(lab)


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


def stop(lab):
    lab.prober.end()
    lab.prober = None
    lab.end_of_test()
    lab.vsctl("del-br br0 -- clear Open_vSwitch . other_config", wait=0)


def heap(lab):
    """Bytes that are taken of DPDK's heaps."""
    return sum(map(int, re.findall(r"Alloc_size:(\d+)", lab.appctl("dpdk/get-malloc-stats"))))
