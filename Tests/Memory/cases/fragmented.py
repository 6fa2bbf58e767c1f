"""Free hugepages of which no two are neighbours, and addresses as the hardware has them: pools come up piece by piece."""

import os
import re

from nodes import EXTRA, Nodes, guarded

HUGEPAGES = 128
COMB = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "comb.py")


@guarded
def run(lab):
    nodes = Nodes(lab, nodes=1, megabytes=1536, card=0)
    machine = nodes.machine
    machine.hugepages(0, HUGEPAGES)
    machine.run(f"python3 {os.path.abspath(COMB)} {HUGEPAGES} > comb.log 2>&1 &")
    machine.run("until grep -q comb: comb.log; do sleep 0.2; done", 120)
    given = int(re.search(r"(\d+) free", machine.run("cat comb.log")).group(1))
    lab.note(f"{given} pages free, none beside another")
    if not nodes.start(dpdk_extra=f"{EXTRA} --iova-mode=pa") or not nodes.eventually_up():
        return
    error = nodes.add_card()
    lab.judge(error == "[]", f"the row of the card's port says '{error}'")
    _, size, name = nodes.pool()
    lab.note(f"card: {error if error != '[]' else name}")
    lab.judge(size >= 16384, f"the card's pool is {name} of {size}")
    nodes.stop()
