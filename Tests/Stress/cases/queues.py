"""Queues, threads and masks: every queue stays polled, no counter goes back, no PMD thread makes a system call."""

import re
import time

from lab import BROADCAST, address, expect, udp


def run(lab):
    lab.start()
    lab.bridge()
    pair = lab.pair()
    pid = lab.pid()
    for name in ("n0", "n1"):
        lab.vsctl(lab.device(name, f"net_null{lab.number()}", settings="options:n_rxq=2"))
    lab.vsctl(lab.device("src", lab.replay([udp(BROADCAST, address(i)) for i in range(1, 33)])))
    calls = system_calls(lab)
    expect(calls == 0, f"a PMD thread made {calls} system calls")
    # One transmit queue: whoever has it sends for the others. (Its driver writes to a file.)
    lab.vsctl(lab.device("one", f"net_pcap{lab.number()},tx_pcap=/dev/null"))
    end, rounds, before, seen = time.monotonic() + lab.seconds, 0, {}, {}
    while time.monotonic() < end:
        mask = lab.random.choice(["0x1", "0x2", "0x3", "0x3"])
        lab.vsctl(f"set Open_vSwitch . other_config:pmd-cpu-mask={mask}")
        if lab.random.random() < 0.4:
            lab.vsctl(["set", "Interface", "n0", f'other_config:pmd-rxq-affinity="0:{lab.random.randrange(2)}"'])
        if lab.random.random() < 0.3:
            lab.vsctl(f"set Interface n1 options:n_rxq={lab.random.randrange(1, 4)}")
        cores = {core for core in (0, 1) if int(mask, 16) >> core & 1}
        shown = lab.appctl("dpif-netdev/pmd-rxq-show")
        for port in ("n0", "n1", "one", "src"):
            expect(port in shown, f"{port} is polled by nobody:\n{shown}")
        expect({int(core) for core in re.findall(r"core_id (\d+)", shown)} <= cores, f"wrong cores for {mask}:\n{shown}")
        totals = drops(lab)
        for name, total in before.items():
            expect(totals.get(name, 0) >= total, f"{name} went back from {total} to {totals.get(name, 0)}")
        before = totals
        start = received(lab)
        for port, count in start.items():
            expect(count >= seen.get(port, 0), f"{port} went back from {seen.get(port)} to {count} packets received")
        seen = start
        time.sleep(1.1)
        now = received(lab)
        for port in ("src", "n0"):
            expect(now[port] > start[port], f"{port} is not polled with mask {mask}")
        rounds += 1
    lab.healthy(pair, pid)
    lab.leave()
    return f"{rounds} changes"


def received(lab):
    """Packets that arrived by each device, as DPDK counts them now."""
    text = lab.ofctl("--names dump-ports br0")
    return {name: int(count) for name, count in re.findall(r'port\s+"?([\w]+)"?: rx pkts=(\d+)', text)}


def drops(lab):
    text = lab.appctl("coverage/show")
    return {name: int(total) for name, total in re.findall(r"^(datapath_drop_\w+) .*total: (\d+)", text, re.M)}


def system_calls(lab):
    """System calls of PMD threads over two seconds under load."""
    total = 0
    for name, thread in lab.threads():
        if name.startswith("pmd"):
            time.sleep(0.5)
            text = lab.inside(["timeout", "-s", "INT", "2", "strace", "-q", "-p", str(thread)], check=False)
            # strace itself tells of attaching and of the call it interrupted, if any.
            total += len([line for line in text.splitlines() if re.match(r"\w+\(", line)])
    return total
