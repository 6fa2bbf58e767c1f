"""DPDK in files (--legacy-mem): dpdk-proc-info attaches, finds segments, pools and counters, and harms nothing."""

import os
import re

from lab import eventually
from switch import EXTRA


def run(lab):
    lab.reserve(320)
    pages, prefix = f"{lab.folder}/pages", f"vss{os.getpid()}"
    shared = f"--legacy-mem --no-pci --huge-dir {pages} --file-prefix={prefix}"
    # In the daemon's own view of the file system, so that it goes with the daemon.
    mount = f"mkdir -p {pages} && mount -t hugetlbfs -o pagesize=2048K none {pages} && exec \"$@\""
    lab.start_database()
    lab.configure(f"{shared} --no-telemetry", dpdk_socket_mem="256")
    lab.run_daemon(("sh", "-c", mount, "sh"))
    if not lab.comes_up():
        return
    lab.hosts_ready()
    error = lab.add_device("null", "net_null0")
    lab.judge(error == "[]", f"the port's row says '{error}'")
    try:
        attach(lab, shared)
    finally:
        lab.command("rm", "-rf", f"/var/run/dpdk/{prefix}")


def attach(lab, shared):
    def look(option):
        return lab.command("nsenter", "-m", "-t", str(lab.pid()), "dpdk-proc-info", *shared.split(), "--", option, check=False)

    memory = look("-m")
    lab.judge(re.search(r"^Segment 0-\d+: .*hugepage_sz:2097152", memory, re.M), f"dpdk-proc-info -m says {memory[-300:]}")
    lab.judge(re.search(r"mempool <ovs_mp_\w+>", look("--show-mempool")), "it does not find the pool")

    def received():
        found = re.search(r"RX-packets: (\d+)", look("--stats"))
        return int(found.group(1)) if found else 0

    first = received()
    lab.judge(first > 0 and received() > first, "the device's counter, as others see it, does not grow")
    own = lab.statistic("null", "rx_packets")
    if lab.is_ours:
        eventually(15, lambda: lab.statistic("null", "rx_packets") > own, "the port does not receive any more")
    lab.answers()
    lab.end_of_test()
