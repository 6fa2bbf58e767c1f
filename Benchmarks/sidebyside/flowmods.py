"""Changes under way: rules loaded, traffic that loses by it, and traffic of which every packet wants a flow of its own."""

import re
import struct
import threading
import time

from . import capture, report, tables
from .forwarding import CONFIGURATION, NULL_DEVICE, rate, source_device
from .machine import resident_megabytes

RULES = 100_000
STORM_PER_SECOND = 10_000
CLASSES = 100_000


def load_once(contenders, name):
    """(rules a second over one connection, bytes of memory a rule)."""
    text = "\n".join(tables.exact(RULES)) + "\n"
    with contenders.switch(name) as switch:
        switch.vsctl("add-br", "br0", "--", "set", "Bridge", "br0", "datapath_type=netdev", "fail_mode=secure")
        before = resident_megabytes(switch.process.pid)
        began = time.monotonic()
        switch("ovs-ofctl", "-t", "120", "add-flows", "br0", "-", input=text, timeout=130)
        seconds = time.monotonic() - began
        grown = resident_megabytes(switch.process.pid) - before
        return RULES / seconds, grown * (1 << 20) / RULES


def storm_once(contenders, name, path, options):
    """Share of its rate that running traffic keeps while rules are added."""
    with contenders.switch(name, **CONFIGURATION) as switch:
        tables.set_up(switch, path, tables.wildcard(0))

        def read():
            return switch.transmitted("br0", "p_out")

        before = rate(read, options)
        ended = threading.Event()
        added = [0]

        def storm():
            began = time.monotonic()
            while not ended.is_set():
                rules = [f"table=1,priority=5,ip,nw_dst=30.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255},actions=drop"
                         for n in range(added[0], added[0] + 1000)]
                switch("ovs-ofctl", "-t", "60", "add-flows", "br0", "-", input="\n".join(rules) + "\n", timeout=70)
                added[0] += 1000
                time.sleep(max(0, began + added[0] / STORM_PER_SECOND - time.monotonic()))

        thread = threading.Thread(target=storm)
        thread.start()
        began = time.monotonic()
        try:
            during = rate(read, options)
        finally:
            ended.set()
            thread.join()
        return during / before, added[0] / (time.monotonic() - began)


def mixed_capture(folder, name, others):
    """One running flow's frame before each of the others'."""
    path = f"{folder}/{name}.pcap"
    steady = capture.frame(0)
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
        for other in others:
            for one in (steady, other):
                file.write(struct.pack("<IIII", 0, 0, len(one), len(one)) + one)
    return path


def steady_rate(switch, options, warmup):
    def read():
        return switch.transmitted("br0", "p_out")
    time.sleep(warmup)
    began, first = read()
    time.sleep(options.seconds)
    ended, second = read()
    return (second - first) / (ended - began)


def classes_once(contenders, name, calm, wild, options):
    """(flows a second, share of its rate that the running flow keeps against the same capture without new flows)."""
    rules = ["table=0,priority=20,ip,in_port=2,nw_src=10.0.0.0,actions=output:1",
             # The source is looked at whole: each is a class of its own.
             "table=0,priority=10,ip,in_port=2,actions=move:NXM_OF_IP_SRC[]->NXM_NX_REG0[],resubmit(,1)",
             "table=1,priority=1,actions=drop"]
    kept = []
    flows = 0
    for path in (calm, wild):
        with contenders.switch(name, **CONFIGURATION, max_idle="600000", flow_limit="1000000") as switch:
            tables.set_up(switch, path, rules)
            began = time.monotonic()
            kept.append(steady_rate(switch, options, 0.5))
            if path == wild:
                text = switch.appctl("upcall/show")
                flows = int(re.search(r"flows\s*:\s*\(current (\d+)", text)[1]) / (time.monotonic() - began)
    return flows, kept[1] / kept[0]


def measure(contenders, options):
    path = capture.write(options.inside, 1)
    calm = mixed_capture(options.inside, "calm", [capture.frame(1)] * 4096)
    wild = mixed_capture(options.inside, "wild", [capture.frame(n) for n in range(1, CLASSES)])
    results = {}
    for turn in range(options.rounds):
        for name in contenders.switches():
            speed, size = load_once(contenders, name)
            kept, pace = storm_once(contenders, name, path, options)
            flows, steady = classes_once(contenders, name, calm, wild, options)
            report.progress(f"round {turn + 1}, {name}: {speed:,.0f} rules/s, {size:,.0f} bytes a rule; {kept:.3f} kept under "
                            f"{pace:,.0f} rules/s; {flows:,.0f} flows/s, {steady:.3f} kept")
            results.setdefault(name, []).append((speed, size, kept * 100, flows, steady * 100))
    heads = [("rules a second, one connection", "{:,.0f}"), ("bytes of memory a rule", "{:,.0f}"),
             (f"% of its rate kept while {STORM_PER_SECOND:,} rules a second come", "{:.1f}"),
             ("new flows a second", "{:,.0f}"), ("% of its rate kept while new flows come", "{:.1f}")]
    rows = []
    for index, (head, form) in enumerate(heads):
        values = {name: [one[index] for one in results.get(name, [])] for name in ("OVS-DPDK", "vSwift")}
        median = {name: report.median(list_) for name, list_ in values.items() if list_}
        rows.append([head] + [report.spread(values[name], form) for name in ("OVS-DPDK", "vSwift")]
                    + [report.ratio(median, "vSwift", "OVS-DPDK")])
    return ("### Changes under way\n\n" + report.table(["", "OVS-DPDK", "vSwift", "vSwift : OVS"], rows))
