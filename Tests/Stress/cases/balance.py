"""Two busy queues meet on one thread; pmd-auto-lb gives one of them to the other thread, and both go on."""

import re

from lab import BROADCAST, address, eventually, expect, udp

DRY_RUN = "PMD auto load balance dry run. Requesting datapath reconfigure."


def places(lab):
    """The core that polls each port."""
    found = {}
    for part in lab.appctl("dpif-netdev/pmd-rxq-show").split("pmd thread")[1:]:
        core = int(re.search(r"core_id (\d+)", part).group(1))
        found.update({port: core for port in re.findall(r"port: (\S+) +queue-id", part)})
    return found


def received(lab):
    text = lab.ofctl("--names dump-ports br0")
    return {name: int(count) for name, count in re.findall(r'port\s+"?([\w]+)"?: rx pkts=(\d+)', text)}


def run(lab):
    lab.start(mask="0x3", **{"pmd-auto-lb": "true", "pmd-auto-lb-rebal-interval": "1"})
    lab.bridge()
    pid = lab.pid()
    frames = [udp(BROADCAST, address(number)) for number in range(1, 33)]
    lab.ofctl("del-flows br0")
    # Before anything is measured, each queue goes where there are fewest, in the order of names: the first and the third
    # are together.
    devices = [("deft", lab.replay(frames)), ("even", f"net_null{lab.number()},no-rx=1"), ("fast", lab.replay(frames))]
    lab.vsctl(" -- ".join(lab.device(name, devargs) for name, devargs in devices))
    before = places(lab)
    expect(before["deft"] == before["fast"] != before["even"], f"the queues do not begin as this test wants: {before}")
    # A look every minute, at loads of the last minute.
    took = eventually(150, lambda: DRY_RUN in lab.log, "two busy queues stay on one thread")
    eventually(10, lambda: len({places(lab)[name] for name in ("deft", "fast")}) == 2, "the queues were not parted")
    after = places(lab)
    start = received(lab)
    for name in ("deft", "fast"):
        eventually(20, lambda: received(lab)[name] > start[name], f"{name} is not polled after the move")
    # The loads are even now: nothing is to be gained by another move.
    count = lab.log.count(DRY_RUN)
    expect(count == 1, f"queues were shared out anew {count} times")
    lab.healthy(None, pid)
    lab.leave()
    return f"parted after {took:.0f} s: {before} became {after}"
