"""Guests over vhost-user: dpdk-testpmd with virtio-user devices on core 0, the switch's one PMD thread on core 1."""

import os
import re
import signal
import subprocess
import sys
import time

from . import capture, report
from .contenders import Testpmd
from .forwarding import CONFIGURATION, NULL_DEVICE, rate, source_device
from .machine import CONTROL_CORE, Neighbours, run, wait_until

TESTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "Tests")
sys.path += [os.path.join(TESTS, "Guests"), os.path.join(TESTS, "Stress")]

from lasting import PACE, Lasting  # noqa: E402

LENGTHS = [64, 256, 1514]
# DPDK has at most 32 ports in a process.
PORTS_PER_GUEST = 31
IDLE_PORTS = 62
HEAD = ["", "OVS-DPDK", "vSwift", "vSwift : OVS"]


class Guest(Testpmd):
    """A testpmd whose ports are virtio-user devices, in memory that the switch can share. Both its threads are on core 0."""

    def __init__(self, sockets, mode, queue_size=1024, options=()):
        devices = [f"net_virtio_user{place},path={path},server=1,queue_size={queue_size}"
                   for place, path in enumerate(sockets)]
        self.count = len(sockets)
        self.words = [
            "stdbuf", "-oL", "dpdk-testpmd", "--in-memory", "--single-file-segments", "--no-pci", "--no-telemetry",
            "-m", "256", "--lcores", f"0@{CONTROL_CORE},1@{CONTROL_CORE}",
            *(word for device in devices for word in ("--vdev", device)),
            "--", "--interactive", f"--forward-mode={mode}", "--nb-cores=1", "--total-num-mbufs=16384", *options,
        ]

    process = None

    def __enter__(self):
        self.process = subprocess.Popen(self.words, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, text=True, bufsize=1)
        return self

    def received(self):
        """(monotonic time, packets that all ports have received)."""
        before = time.monotonic()
        self.command("show port stats all")
        counts, seen = [], []
        for line in self.process.stdout:
            seen.append(line)
            found = re.search(r"RX-packets:\s*(\d+)", line)
            if found:
                counts.append(int(found[1]))
                if len(counts) == self.count:
                    return (before + time.monotonic()) / 2, sum(counts)
        raise RuntimeError("testpmd ended:\n" + "".join(seen[-20:]))


def add_guest_ports(switch, count):
    """Ports v1, v2, … of guests that make the sockets themselves; v1 and v2 send to each other."""
    words = ["add-br", "br0", "--", "set", "Bridge", "br0", "datapath_type=netdev"]
    for number in range(1, count + 1):
        words += ["--", "add-port", "br0", f"v{number}", "--", "set", "Interface", f"v{number}",
                  "type=dpdkvhostuserclient", f"options:vhost-server-path={socket(switch, number)}",
                  f"ofport_request={number}"]
    switch.vsctl(*words, timeout=120)
    switch("ovs-ofctl", "del-flows", "br0")
    switch("ovs-ofctl", "add-flow", "br0", "in_port=1,actions=2")
    switch("ovs-ofctl", "add-flow", "br0", "in_port=2,actions=1")


def socket(switch, number):
    return f"{switch.folder}/v{number}"


def wait_for_links(switch, count):
    """testpmd waits for one device's connection after the other, and a switch tries once a second."""
    wait_until(lambda: switch.vsctl("--bare", "--columns=link_state", "find", "Interface",
                                    "type=dpdkvhostuserclient").split().count("up") == count, 60, "guests' links")


def pair_once(contenders, cores, name, length, options, idle=0):
    """Packets per second that two guests' ports receive: testpmd sends on what it receives, between its two ports, for
    ever."""
    with contenders.switch(name, **CONFIGURATION) as switch:
        add_guest_ports(switch, 2 + idle)
        idlers = [Guest([socket(switch, number) for number in range(first, min(first + PORTS_PER_GUEST, 3 + idle))],
                        "rxonly", 256)
                  for first in range(3, 3 + idle, PORTS_PER_GUEST)]
        try:
            # The busy one first: then it has the memory that it has alone, and not all of a machine's is equally fast.
            with Guest([socket(switch, 1), socket(switch, 2)], "io", options=[f"--txpkts={length}"]) as guest:
                wait_for_links(switch, 2)
                for idler in idlers:
                    idler.__enter__()
                wait_for_links(switch, 2 + idle)
                # An idle testpmd polls, and would take its share of the busy one's core.
                for idler in idlers:
                    idler.process.send_signal(signal.SIGSTOP)
                guest.command("start tx_first 16")
                return cores.watch(lambda: rate(guest.received, options))
        finally:
            for idler in idlers:
                if idler.process:
                    idler.process.send_signal(signal.SIGCONT)
                    idler.__exit__()


def through_once(contenders, cores, name, options):
    """Packets per second from a device through a guest, which sends them back, to another device."""
    path = capture.write(options.inside, 1)
    with contenders.switch(name, **CONFIGURATION) as switch:
        add_guest_ports(switch, 1)
        switch("ovs-ofctl", "del-flows", "br0")
        with Guest([socket(switch, 1)], "io") as guest:
            wait_for_links(switch, 1)
            guest.command("start")
            switch.add_dpdk_port("br0", "p_out", NULL_DEVICE, 11)
            switch("ovs-ofctl", "add-flow", "br0", "in_port=1,actions=11")
            switch("ovs-ofctl", "add-flow", "br0", "in_port=10,actions=1")
            switch.add_dpdk_port("br0", "p_in", source_device(path), 10)
            return cores.watch(lambda: rate(lambda: switch.transmitted("br0", "p_out"), options))


def outage_once(contenders, name, is_killed):
    """The switch ends and is started anew while one guest sends to the other at a steady pace: seconds without packets,
    seconds from the new one's readiness to the first packet, packets lost, packets that came twice."""
    with contenders.switch(name, **CONFIGURATION) as switch:
        add_guest_ports(switch, 2)
        pair = Lasting(socket(switch, 1), socket(switch, 2))
        try:
            if not pair.wait():
                raise RuntimeError(f"{name}: no packet in 20 s")
            time.sleep(2)
            pair.gap.value = 0
            if is_killed:
                switch.process.kill()
            else:
                switch.appctl("exit")
            switch.process.wait()
            run("rm", "-f", f"{switch.folder}/ovs-vswitchd.pid")
            switch.start_daemon()
            ready = time.monotonic()
            # Rules are gone with the old one: NORMAL floods, as the bridge's default.
            if not pair.wait(30):
                raise RuntimeError(f"{name}: no packet in 30 s")
            back = time.monotonic() - ready
            time.sleep(2)
            lost, twice, gap = pair.finish()
            return gap, back, lost, twice
        finally:
            pair.end()


def measure(contenders, options):
    names = contenders.switches()
    cores = Neighbours(options.inside)
    cases = [(f"guest to guest, {length} B",
              lambda name, length=length: pair_once(contenders, cores, name, length, options))
             for length in LENGTHS]
    cases.append(("device to guest to device, 64 B", lambda name: through_once(contenders, cores, name, options)))
    cases.append((f"guest to guest, 64 B, beside {IDLE_PORTS} idle guests",
                  lambda name: pair_once(contenders, cores, name, 64, options, IDLE_PORTS)))
    rows, middle = [], {}
    for title, once in cases:
        values = {name: [] for name in names}
        for turn in range(options.rounds):
            for name in names:
                values[name].append(cores.measured(lambda: once(name)) / 1e6)
                report.progress(f"round {turn + 1}, {title}, {name}: {values[name][-1]:.2f} Mpps")
        middle[title] = {name: report.median(value) for name, value in values.items()}
        rows.append([title, *(report.spread(values.get(name)) for name in ("OVS-DPDK", "vSwift")),
                     report.ratio(middle[title], "vSwift", "OVS-DPDK")])
    alone, beside = middle[cases[0][0]], middle[cases[-1][0]]
    rows.append(["kept beside the idle guests", *(f"{beside[name] / alone[name]:.0%}" if alone.get(name) else "-"
                                                  for name in ("OVS-DPDK", "vSwift")), ""])
    return ("### Guests over vhost-user: Mpps received, median (lowest–highest)\n\n"
            "dpdk-testpmd with virtio-user devices, split rings of 1,024, on core 0; one PMD thread on core 1; one rule for "
            f"each direction. {cores.told()}\n\n" + report.table(HEAD, rows) + "\n\n" + measure_outage(contenders, options))


def measure_outage(contenders, options):
    rows = []
    for is_killed, end in ((False, "ended in order"), (True, "killed")):
        values = {name: [] for name in contenders.switches()}
        for turn in range(options.rounds):
            for name in values:
                values[name].append(outage_once(contenders, name, is_killed))
                report.progress(f"round {turn + 1}, {end}, {name}: {values[name][-1][0]:.2f} s")
        for place, (title, form) in enumerate((("seconds without packets", "{:.2f}"),
                                               ("seconds from the new one's readiness", "{:.2f}"),
                                               ("packets lost", "{:.0f}"), ("packets that came twice", "{:.0f}"))):
            rows.append([f"{end}: {title}", *(report.spread([value[place] for value in values.get(name, [])], form)
                                              for name in ("OVS-DPDK", "vSwift"))])
    return (f"The switch ends and is started anew while a guest sends {PACE:,} packets a second to another one. The guests "
            "keep their rings, as QEMU does; what does not fit them meanwhile is lost:\n\n"
            + report.table(HEAD[:3], rows))
