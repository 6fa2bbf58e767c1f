"""Changes under way: rules loaded, traffic that loses by it, and traffic of which every packet wants a flow of its own."""

import struct
import threading
import time

from . import capture, report, tables
from .forwarding import CONFIGURATION, NULL_DEVICE, rate, source_device
from .machine import resident_megabytes

RULES = 100_000
STORM_PER_SECOND = 10_000
# With seven frames of the running flow each they stay within the processor's cache: its misses are not what is asked for.
CLASSES = 10_000
STEADY = bytes.fromhex("020000000001")
OTHER = bytes.fromhex("020000000003")


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
        tables.set_up(switch, path, list(tables.wildcard(0)))

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


def frame_of(source_mac, source, ports):
    """A UDP frame of the capture's shape with another source."""
    one = bytearray(capture.frame(0))
    one[6:12] = source_mac
    one[26:30] = struct.pack("!I", source)
    one[34:38] = struct.pack("!HH", *ports)
    one[24:26] = bytes(2)
    total = sum(struct.unpack("!10H", one[14:34]))
    total = (total & 0xFFFF) + (total >> 16)
    one[24:26] = struct.pack("!H", ~(total + (total >> 16)) & 0xFFFF)
    return bytes(one)


def mixed_capture(folder, name, others, steady):
    """`steady` frames of one running flow before each of the others."""
    path = f"{folder}/{name}.pcap"
    running = frame_of(STEADY, 0x0A000000, (1024, 1024))
    record = struct.pack("<IIII", 0, 0, len(running), len(running))
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
        for other in others:
            file.write((record + running) * steady + record + other)
    return path


def new_classes(folder):
    """One packet in eight is of a source that has not been seen."""
    others = (frame_of(OTHER, 0x0B000000 + n, (1024, 1024)) for n in range(CLASSES))
    return mixed_capture(folder, "classes", others, 7), [
        # The source is looked at whole: each is a class of its own.
        "table=0,priority=10,in_port=2,ip,actions=move:NXM_OF_IP_SRC[]->NXM_NX_REG0[],resubmit(,1)",
        "table=1,priority=1,actions=drop"]


def new_masks(folder):
    """Every second packet differs from what the rules want first at another bit of three fields: a mask of its own each."""
    others = (frame_of(OTHER, 0x0A000001 ^ 1 << source, (12345 ^ 1 << port, 80 ^ 1 << other))
              for source in range(32) for port in range(16) for other in range(16))
    return mixed_capture(folder, "masks", others, 1), [
        "table=0,priority=13,in_port=2,udp,tp_dst=80,actions=output:1",
        "table=0,priority=12,in_port=2,ip,nw_src=10.0.0.1,actions=output:1",
        "table=0,priority=11,in_port=2,udp,tp_src=12345,actions=output:1"]


def kept_once(contenders, name, path, rules, options, *, isLearned, window, windows):
    """(flows a second, share of its rate that the running flow keeps once the others want flows of their own).

    `isLearned`: of its rate while the others have theirs already; else, while one rule drops them all.
    """
    with contenders.switch(name, **CONFIGURATION, max_idle="600000", flow_limit="1000000") as switch:
        tables.set_up(switch, path, [f"table=0,priority=20,in_port=2,dl_src={STEADY.hex(':')},actions=output:1",
                                     "table=0,priority=10,in_port=2,ip,actions=drop"])

        def read():
            return switch.transmitted("br0", "p_out")

        def stir():
            switch("ovs-ofctl", "add-flows", "br0", "-", input="\n".join(rules) + "\n")

        def calm_down():
            """All but the running flow is dropped, and what was learnt is gone."""
            switch("ovs-ofctl", "--strict", "mod-flows", "br0", "table=0,priority=10,in_port=2,ip,actions=drop")
            switch.appctl("dpctl/del-flows")
            time.sleep(0.5)

        if isLearned:
            stir()
            time.sleep(3)
        calm = rate(read, options)
        flows = packets = seconds = 0
        for _ in range(windows):
            calm_down()
            stir()
            began, first = read()
            time.sleep(window)
            ended, second = read()
            # Those that come while they are listed count too: a little too many for whoever is slow to list them.
            flows += switch.appctl("dpctl/dump-flows").count("recirc_id(")
            packets += second - first
            seconds += ended - began
        return flows / seconds, packets / seconds / calm


def measure(contenders, options):
    path = capture.write(options.inside, 1)
    classes, masks = new_classes(options.inside), new_masks(options.inside)
    results, loads = {}, {}
    # First, by itself: to end a switch with ten thousands of flows takes the machine some seconds more.
    for turn in range(options.rounds):
        for name in contenders.switches():
            speed, size = load_once(contenders, name)
            report.progress(f"round {turn + 1}, {name}: {speed:,.0f} rules/s, {size:,.0f} bytes a rule")
            loads.setdefault(name, []).append((speed, size))
    for turn in range(options.rounds):
        for name in contenders.switches():
            kept, pace = storm_once(contenders, name, path, options)
            flows, steady = kept_once(contenders, name, *classes, options, isLearned=True, window=0.2, windows=8)
            _, attacked = kept_once(contenders, name, *masks, options, isLearned=False, window=2, windows=2)
            report.progress(f"round {turn + 1}, {name}: {kept:.3f} kept under {pace:,.0f} rules/s; {flows:,.0f} flows/s, "
                            f"{steady:.3f} kept; {attacked:.3f} kept under masks")
            results.setdefault(name, []).append((*loads[name][turn], kept * 100, flows, steady * 100, attacked * 100))
    heads = [("rules a second, one connection", "{:,.0f}"), ("bytes of memory a rule", "{:,.0f}"),
             (f"% of its rate kept while {STORM_PER_SECOND:,} rules a second come", "{:.1f}"),
             ("new flows a second", "{:,.0f}"), ("% of its rate kept while one packet in eight is of a new flow", "{:.1f}"),
             ("% of its rate kept while every second packet wants a new mask", "{:.1f}")]
    rows = []
    for index, (head, form) in enumerate(heads):
        values = {name: [one[index] for one in results.get(name, [])] for name in ("OVS-DPDK", "vSwift")}
        median = {name: report.median(list_) for name, list_ in values.items() if list_}
        rows.append([head] + [report.spread(values[name], form) for name in ("OVS-DPDK", "vSwift")]
                    + [report.ratio(median, "vSwift", "OVS-DPDK")])
    return ("### Changes under way\n\n" + report.table(["", "OVS-DPDK", "vSwift", "vSwift : OVS"], rows))
