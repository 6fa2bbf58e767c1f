"""Processors that lack what switch or DPDK are built for: refused in a line, as doctor foresees; others work."""

import re

from findings import Findings
from inside import Inside
from lab import eventually, expect
from machine import Machine

# What QEMU gives a guest that names none; all that Debian's DPDK asks for, which a build may suit or not; and enough.
MODELS = {"qemu64": [False], "Nehalem": [False, True], "Haswell": [True]}
HOST = ("ip netns add {0}; ip link add {0} type veth peer name eth0 netns {0}; ip link set {0} up; "
        "ip -n {0} address add 10.9.0.{1}/24 dev eth0; ip -n {0} link set eth0 up")


def run(lab):
    for model, foreseen in MODELS.items():
        machine = Machine(lab.folder, nodes=1, megabytes=1024, processor=model)
        lab.guests.append(machine)
        machine.start()
        machine.wait_ready(300)
        works = attempt(lab, model, machine, Inside(machine, lab.binary))
        expect(works in foreseen, f"{model} {'works' if works else 'is refused'}")
        machine.kill()


def attempt(lab, model, machine, switch):
    """Whether the switch works on such a processor."""
    said = machine.run(f"{lab.binary} --version 2>&1; echo status $?")
    status = int(re.search(r"status (\d+)", said).group(1))
    if lab.is_ours:
        findings = Findings(lab, lambda line: machine.run(line, 120, check=False))
        refused = findings.worst("processor") == "error"
        expect(refused == (status != 0),
               f"{model}: the daemon says '{said}', doctor {findings.by_subject['processor']}")
    if status != 0:
        trap = machine.run("dmesg | grep -o 'traps: .*' | tail -n 1", check=False).strip()
        lab.note(f"{model}: {said.strip()} {trap}")
        if lab.is_ours:
            lacking = re.match(r"\S+: unsupported cpu type: this processor lacks ([a-z0-9_ ]+); .*'-cpu host'.*\n"
                               r"status 1\n$", said)
            expect(lacking and not trap, f"{model}: {said} {trap}")
            for flag in lacking.group(1).split():
                findings.expect("processor", "error", flag, cure="host-passthrough")
        return False
    machine.hugepages(0, 64)
    switch.configure(dpdk_init="true", dpdk_extra="--no-telemetry")
    switch.start()
    eventually(60, lambda: switch.vsctl("--no-wait get Open_vSwitch . dpdk_initialized") == "true",
               f"{model}: DPDK does not come up: {switch.log()}")
    machine.run("; ".join(HOST.format(f"h{number}", number) for number in (1, 2)))
    switch.vsctl("add-br br0 -- set Bridge br0 datapath_type=netdev -- add-port br0 h1 -- add-port br0 h2 -- "
                 "add-port br0 null -- set Interface null type=dpdk options:dpdk-devargs=net_null0,no-rx=1")
    expect(switch.vsctl("get Interface null error") == "[]", f"{model}: {switch.vsctl('get Interface null error')}")
    for size in (56, 1400):
        machine.run(f"ip netns exec h1 ping -q -c 3 -i 0.2 -W 5 -s {size} 10.9.0.2")
    lab.note(f"{model}: works")
    switch.stop("--cleanup")
    return True
