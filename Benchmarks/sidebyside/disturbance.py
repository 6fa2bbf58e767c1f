"""What a running pair of ports loses while others come and go.

The source never idles, so forwarding time that is lost shows as packets that are missing: the rate before the
changes, times the time they take, less what was forwarded meanwhile.
"""

import time

from . import capture, report
from .forwarding import CONFIGURATION, set_up_pair

CHANGES = 100
KINDS = {
    "internal": lambda number: ["type=internal"],
    "dpdk": lambda number: ["type=dpdk", f"options:dpdk-devargs=net_null{number % 8 + 1},no-rx=1"],
}


def once(contenders, name, kind, path, options):
    """(lost share of the offered packets, milliseconds without forwarding per change)."""
    with contenders.switch(name, **CONFIGURATION) as switch:
        set_up_pair(switch, path)
        time.sleep(options.warmup)
        def read():
            return switch.transmitted("br0", "p_out")
        began, first = read()
        time.sleep(options.seconds)
        ended, second = read()
        rate = (second - first) / (ended - began)
        began, first = read()
        for number in range(CHANGES):
            port = f"x{number}"
            switch.vsctl("add-port", "br0", port, "--", "set", "Interface", port, *KINDS[kind](number))
            switch.vsctl("del-port", "br0", port)
        ended, second = read()
        offered = rate * (ended - began)
        lost = max(0.0, 1 - (second - first) / offered)
        # The rate itself must hold afterwards, else the loss says nothing.
        began2, first2 = read()
        time.sleep(options.seconds)
        ended2, second2 = read()
        after = (second2 - first2) / (ended2 - began2)
        report.progress(f"disturb, {kind}, {name}: {lost * 100:.2f} % of {offered / 1e6:.0f} M packets in "
                        f"{ended - began:.1f} s; rate before {rate / 1e6:.2f}, after {after / 1e6:.2f} Mpps")
        return lost * 100, lost * (ended - began) * 1000 / (2 * CHANGES)


def measure(contenders, options):
    path = capture.write(options.inside, 1000)
    rows = []
    for kind in KINDS:
        row = [kind]
        for name in ("OVS-DPDK", "vSwift"):
            if name in contenders.switches():
                results = [once(contenders, name, kind, path, options) for _ in range(options.rounds)]
                row.append(f"{report.median([one for one, _ in results]):.2f} % / "
                           f"{report.median([two for _, two in results]):.2f} ms")
            else:
                row.append("-")
        rows.append(row)
    return (f"### {CHANGES} ports added and removed beside a running pair\n\n"
            "Lost share of the offered packets / forwarding time lost per add or remove (median).\n\n"
            + report.table(["kind of port", "OVS-DPDK", "vSwift"], rows))
