"""Misses without end: 100,000 source addresses at full speed; control answers, known flows live, memory is bounded."""

import re
import time

from lab import BROADCAST, address, expect, udp


def run(lab):
    lab.start()
    lab.bridge()
    pair = lab.pair()
    pid = lab.pid()
    lab.latency()
    quiet = min(lab.latency() for _ in range(5))
    frames = [udp(address(0x10000 + i % 7), address(i + 1), flow=i) for i in range(100_000)]
    lab.vsctl(lab.device("storm", lab.replay(frames)))
    end, slowest, sent, answered, size = time.monotonic() + lab.seconds, 0, 0, 0, []
    took = []
    while time.monotonic() < end:
        took.append(lab.latency())
        size.append(lab.resident())
        sent += 5
        answered += pair[0].ping("10.9.0.2", 5)
    entries = int(re.search(r"Current/maximum MAC entries in the table: (\d+)/8192",
                            lab.appctl("fdb/stats-show br0")).group(1))
    flows = lab.appctl("memory/show")
    lab.appctl("fdb/flush br0")
    lab.vsctl("set Open_vSwitch . other_config:flow-limit=1000")
    end, limited = time.monotonic() + 15, 100_000
    while limited > 2000 and time.monotonic() < end:
        time.sleep(0.5)
        limited = int(re.search(r"flows:(\d+)", lab.appctl("memory/show")).group(1))
    lab.healthy(pair, pid)
    took.sort()
    median, slowest = took[len(took) // 2], took[-1]
    note = (f"appctl {quiet * 1000:.0f} ms at rest, {median * 1000:.0f} median and {slowest * 1000:.0f} worst; "
            f"ping {answered}/{sent}; {size[0]:.0f} to {size[-1]:.0f} MiB; {entries} addresses; {flows.strip()}; "
            f"{limited} flows after flow-limit=1000")
    expect(entries <= 8192, f"the table of addresses has {entries}")
    expect(median < quiet + 0.1, f"control is slow: {note}")
    expect(answered > sent * 0.9, f"known flows suffer: {note}")
    expect(limited <= 2000, f"the flow limit is not kept: {note}")
    lab.leave()
    return note
