"""Packets per second of one core: a replayed capture in, a null device out."""

import time

from . import capture, report
from .contenders import Testpmd
from .machine import tsc_hertz

# Equal for both switches. Hugepages without a mount (--in-memory), no NIC touched; core 1 polls, core 0 controls.
CONFIGURATION = {
    "dpdk_init": "true", "dpdk_extra": "--in-memory --no-pci --no-telemetry", "dpdk_lcore_mask": "0x1",
    "pmd_cpu_mask": "0x2",
}
NULL_DEVICE = "net_null0,no-rx=1"


def source_device(path, number=0):
    return f"net_pcap{number},rx_pcap={path},infinite_rx=1"


def rate(read, options):
    """Packets per second between two readings, after the warm-up."""
    time.sleep(options.warmup)
    began, first = read()
    time.sleep(options.seconds)
    ended, second = read()
    return (second - first) / (ended - began)


def set_up_pair(switch, path):
    """Bridge br0, p_out swallows, p_in replays; the destination is known before the first packet."""
    switch.vsctl("add-br", "br0", "--", "set", "Bridge", "br0", "datapath_type=netdev")
    switch.add_dpdk_port("br0", "p_out", NULL_DEVICE)
    switch.appctl("fdb/add", "br0", "p_out", "0", capture.DESTINATION)
    switch.add_dpdk_port("br0", "p_in", source_device(path))


def measure_once(contenders, name, path, options):
    if name.startswith("testpmd "):
        with Testpmd(name.split()[1], [source_device(path), NULL_DEVICE]) as testpmd:
            return rate(testpmd.transmitted, options)
    with contenders.switch(name, **CONFIGURATION) as switch:
        set_up_pair(switch, path)
        return rate(lambda: switch.transmitted("br0", "p_out"), options)


def measure(contenders, options):
    names = [f"testpmd {mode}" for mode in contenders.testpmd] + contenders.switches()
    rates = {(name, flows): [] for name in names for flows in options.flows}
    for turn in range(options.rounds):
        for flows in options.flows:
            path = capture.write(options.inside, flows)
            for name in names:
                value = measure_once(contenders, name, path, options)
                rates[name, flows].append(value)
                report.progress(f"round {turn + 1}, {flows} flows, {name}: {value / 1e6:.2f} Mpps")
    hertz = tsc_hertz()
    rows = []
    for flows in options.flows:
        row = [f"{flows:,}"]
        median = {name: report.median(rates[name, flows]) for name in names}
        for name in ("testpmd io", "testpmd macswap", "OVS-DPDK", "vSwift"):
            if name in median:
                spread = [value / 1e6 for value in rates[name, flows]]
                row.append(f"{median[name] / 1e6:.2f} ({min(spread):.2f}–{max(spread):.2f}) / "
                           f"{hertz / median[name]:.0f}" if median[name] else "0")
            else:
                row.append("-")
        row.append(report.ratio(median, "vSwift", "OVS-DPDK"))
        row.append(report.ratio(median, "vSwift", "testpmd macswap"))
        rows.append(row)
    title = ("### Forwarding, one core: Mpps, median (lowest–highest) / cycles per packet\n\n"
             "64-byte UDP, `net_pcap` in, `net_null` out; the switches with NORMAL and the destination in the table.\n")
    head = ["flows", "testpmd io", "testpmd macswap", "OVS-DPDK", "vSwift", "vSwift : OVS", "vSwift : macswap"]
    return title + "\n" + report.table(head, rows)
