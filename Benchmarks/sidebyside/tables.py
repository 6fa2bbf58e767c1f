"""Packets per second of one core under flow tables of several shapes."""

import time

from . import capture, report
from .forwarding import CONFIGURATION, NULL_DEVICE, rate, source_device

# A device that replays frames without end takes them all from its pool, which has 262,144 buffers at the most: more flows
# come from several devices, of MTUs so far apart that each has a pool of its own.
FLOWS_A_DEVICE = 240_000
MTUS = [1500, 2500, 3500, 4500, 5500]


# A source's and a destination's address of the capture's flow `number`.
def addresses(number):
    return tuple(f"{first}.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}" for first in (10, 20))


def port(_):
    # Open vSwitch has a way of its own for tables that look at the port and the type only ("simple match").
    yield "table=0,priority=10,ip,in_port=2,actions=output:1"


def anywhere(_):
    yield "table=0,priority=10,ip,nw_dst=20.0.0.0/8,actions=output:1"


def wildcard(_):
    yield "table=0,priority=10,ip,in_port=2,nw_dst=20.0.0.0/8,actions=output:1"


def exact(flows):
    """A rule for each flow, on all five fields."""
    for number in range(flows):
        source, destination = addresses(number)
        yield (f"table=0,priority=10,udp,in_port=2,nw_src={source},nw_dst={destination},"
               f"tp_src={1024 + number % 60000},tp_dst={1024 + number * 7 % 60000},actions=output:1")


def pipeline(_):
    """Ten tables, five shapes of masks, the same decisions for most packets, as controllers build them."""
    shapes = ["in_port=2", "dl_src=02:00:00:00:00:01", "ip,nw_dst=20.0.0.0/8", "udp,tp_dst=0/0x0", "ip,nw_src=10.0.0.0/12"]
    for table in range(10):
        last = "output:1" if table == 9 else f"resubmit(,{table + 1})"
        yield f"table={table},priority=10,{shapes[table % 5]},actions=set_field:{table}->reg{table % 8},{last}"
        for other in range(20):
            yield (f"table={table},priority=20,udp,nw_src=172.16.{other}.0/24,tp_dst={other + 1},"
                   f"actions=set_field:1->reg9,resubmit(,{min(9, table + 1)})" if table < 9 else
                   f"table=9,priority=20,udp,nw_src=172.16.{other}.0/24,tp_dst={other + 1},actions=drop")
        yield f"table={table},priority=1,actions=drop"


def subtables(_):
    """32 rules of as many mask shapes; each of the flows meets one of them by its source's last five bits."""
    for number in range(32):
        # A shape of its own: the first byte and `number` further bits of the destination, which are zero in the capture.
        bits = 0xff << 24 | ((1 << number % 8) - 1) << 16 | number // 8 << 14
        mask = ".".join(str(bits >> shift & 255) for shift in (24, 16, 8, 0))
        yield (f"table=0,priority={100 + number},ip,in_port=2,nw_src=10.0.0.{number}/255.255.255.31,"
               f"nw_dst=20.0.0.0/{mask},actions=output:1")
    yield "table=0,priority=1,actions=output:1"


# Name, rules, flows in the traffic, and the least ratio to Open vSwitch that is wanted.
SHAPES = [
    ("1,000 microflows, one wildcard rule", wildcard, 1000, None),
    ("100,000 microflows, one wildcard rule", wildcard, 100_000, 2.5),
    ("240,000 microflows, one wildcard rule", wildcard, 240_000, None),
    ("1,000,000 microflows from five devices, one wildcard rule", anywhere, 1_000_000, None),
    ("100,000 microflows, one rule on the port alone", port, 100_000, None),
    ("1,000 exact rules", exact, 1000, None),
    ("100,000 exact rules", exact, 100_000, 2.0),
    ("ten tables with resubmits, 10,000 microflows", pipeline, 10_000, 2.0),
    ("32 subtables, 1,000 microflows", subtables, 1000, 2.0),
]


def set_up(switch, paths, rules):
    """Bridge br0 without NORMAL: port 1 swallows, port 2 and those after it replay once the rules are there."""
    switch.vsctl("add-br", "br0", "--", "set", "Bridge", "br0", "datapath_type=netdev", "fail_mode=secure")
    switch.add_dpdk_port("br0", "p_out", NULL_DEVICE, number=1)
    switch("ovs-ofctl", "-t", "120", "add-flows", "br0", "-", input="\n".join(rules) + "\n", timeout=130)
    for number, (path, mtu) in enumerate(zip(paths, MTUS)):
        switch.add_dpdk_port("br0", f"p_in{number}", source_device(path, number), number=2 + number, mtu=mtu)


def captures(folder, flows):
    """The paths of as many captures as those flows need."""
    devices = -(-flows // FLOWS_A_DEVICE)
    return [capture.write(folder, flows // devices, first=number * (flows // devices)) for number in range(devices)]


def once(contenders, name, paths, rules, flows, options):
    configuration = dict(CONFIGURATION, max_idle="600000", flow_limit="1000000")
    with contenders.switch(name, **configuration) as switch:
        set_up(switch, paths, rules)
        if len(rules) >= 10_000:
            # Every class of packets has met its flow before anything is counted.
            time.sleep(min(40, 2 + len(rules) / 4000))
        return rate(lambda: switch.transmitted("br0", "p_out"), options)


def measure(contenders, options):
    rows = []
    for title, make, flows, wanted in SHAPES:
        if options.shape and not any(word in title for word in options.shape):
            continue
        paths = captures(options.inside, flows)
        rules = list(make(flows))
        rates = {name: [] for name in contenders.switches()}
        for turn in range(options.rounds):
            for name in rates:
                value = once(contenders, name, paths, rules, flows, options)
                rates[name].append(value)
                report.progress(f"round {turn + 1}, {title}, {name}: {value / 1e6:.2f} Mpps")
        median = {name: report.median(values) for name, values in rates.items()}
        rows.append([title] + [report.spread([value / 1e6 for value in rates.get(name, [])])
                               for name in ("OVS-DPDK", "vSwift")]
                    + [report.ratio(median, "vSwift", "OVS-DPDK"), wanted or ""])
    return ("### Forwarding under flow tables, one core: Mpps, median (lowest–highest)\n\n"
            "64-byte UDP, `net_pcap` in, `net_null` out, `fail_mode=secure`.\n\n"
            + report.table(["tables and traffic", "OVS-DPDK", "vSwift", "vSwift : OVS", "wanted"], rows))
