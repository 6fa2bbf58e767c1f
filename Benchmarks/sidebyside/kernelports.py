"""Ports that the kernel owns: TCP between namespaces, a daemon at rest, many ports at once."""

import json
import subprocess
import time

from . import report
from .machine import CONTROL_CORE, FORWARDING_CORE, processor_seconds, resident_megabytes, run, wait_until

HOSTS = {"a": "10.9.0.1", "b": "10.9.0.2"}
IDLE_SECONDS = 20
PORT_COUNT = 200


def two_hosts(switch):
    """Two namespaces on internal ports of br0, seen to reach each other."""
    words = ["add-br", "br0", "--", "set", "Bridge", "br0", "datapath_type=netdev"]
    for host in HOSTS:
        words += ["--", "add-port", "br0", f"i_{host}", "--", "set", "Interface", f"i_{host}", "type=internal"]
    switch.vsctl(*words)
    for host, address in HOSTS.items():
        run("ip", "netns", "add", host)
        run("ip", "link", "set", f"i_{host}", "netns", host)
        run("ip", "-n", host, "address", "add", f"{address}/24", "dev", f"i_{host}")
        run("ip", "-n", host, "link", "set", f"i_{host}", "up")
    run("ip", "netns", "exec", "a", "ping", "-c", "3", "-i", "0.2", "-W", "2", HOSTS["b"])


def no_hosts():
    for host in HOSTS:
        run("ip", "netns", "del", host, check=False)


def tcp_once(contenders, name, seconds):
    """Gbit/s received by iperf3, one stream; the switch on core 1, both ends of the stream on core 0."""
    with contenders.switch(name) as switch:
        try:
            two_hosts(switch)
            for task in switch.tasks():
                run("taskset", "-p", "-c", str(FORWARDING_CORE), str(task), check=False)
            core = str(CONTROL_CORE)
            server = subprocess.Popen(
                ["ip", "netns", "exec", "b", "taskset", "-c", core, "iperf3", "--server", "--one-off"],
                stdout=subprocess.DEVNULL)
            time.sleep(0.5)
            text = run("ip", "netns", "exec", "a", "taskset", "-c", core, "iperf3", "--client", HOSTS["b"], "--json",
                       "--time", str(int(seconds)), "--omit", "1", timeout=seconds + 30)
            server.wait(10)
            return json.loads(text)["end"]["sum_received"]["bits_per_second"] / 1e9
        finally:
            no_hosts()


def in_turns(contenders, options, what, once):
    """{switch: [value per round]} with the switches taking turns."""
    values = {name: [] for name in contenders.switches()}
    for turn in range(options.rounds):
        for name in values:
            value = once(name)
            values[name].append(value)
            report.progress(f"round {turn + 1}, {what}, {name}: {value:.2f}")
    return values


def measure_tcp(contenders, options):
    values = in_turns(contenders, options, "TCP Gbit/s", lambda name: tcp_once(contenders, name, options.seconds))
    middle = {name: report.median(value) for name, value in values.items()}
    row = [report.spread(values.get(name)) for name in ("OVS-DPDK", "vSwift")]
    return ("### TCP between two namespaces on internal ports, Gbit/s\n\n"
            "One iperf3 stream; the switch on core 1, both ends on core 0.\n\n"
            + report.table(["OVS-DPDK", "vSwift", "vSwift : OVS"], [row + [report.ratio(middle, "vSwift", "OVS-DPDK")]]))


def measure_idle(contenders, options):
    rows = []
    for name in contenders.switches():
        with contenders.switch(name) as switch:
            try:
                two_hosts(switch)
                time.sleep(3)
                before = processor_seconds(switch.process.pid)
                time.sleep(IDLE_SECONDS)
                share = (processor_seconds(switch.process.pid) - before) / IDLE_SECONDS * 100
                rows.append([name, f"{share:.2f} %", f"{resident_megabytes(switch.process.pid):.0f} MB"])
                report.progress(f"idle, {name}: {share:.2f} %")
            finally:
                no_hosts()
    return (f"### At rest: two internal ports, no DPDK, over {IDLE_SECONDS} s\n\n"
            + report.table(["", "of one core", "resident memory"], rows))


def ports_once(contenders, name):
    """Seconds until ovs-vsctl returns from one transaction that adds 200 internal ports."""
    with contenders.switch(name) as switch:
        switch.vsctl("add-br", "br0", "--", "set", "Bridge", "br0", "datapath_type=netdev")
        words = []
        for number in range(PORT_COUNT):
            port = f"t{number}"
            words += ["--", "add-port", "br0", port, "--", "set", "Interface", port, "type=internal"]
        began = time.monotonic()
        switch.vsctl(*words[1:], timeout=120)
        elapsed = time.monotonic() - began
        numbers = switch.vsctl("--bare", "--columns=ofport", "list", "Interface").split()
        if len([number for number in numbers if int(number) > 0]) != PORT_COUNT + 1:
            raise RuntimeError(f"{name}: not every port got a number")
        wait_until(lambda: run("ip", "-br", "link", "show", f"t{PORT_COUNT - 1}", check=False), 5, "the last device")
        return elapsed


def measure_ports(contenders, options):
    values = in_turns(contenders, options, "seconds for 200 ports", lambda name: ports_once(contenders, name))
    middle = {name: report.median(value) for name, value in values.items()}
    row = [report.spread(values.get(name)) for name in ("OVS-DPDK", "vSwift")]
    return (f"### {PORT_COUNT} internal ports in one transaction, seconds until in force\n\n"
            + report.table(["OVS-DPDK", "vSwift", "OVS : vSwift"], [row + [report.ratio(middle, "OVS-DPDK", "vSwift")]]))
