"""What doctor finds on this machine: limits, groups, what dead programs left, work on a polling core."""

import os
import signal

from findings import Findings
from lab import eventually, expect
from switch import EXTRA

PAGES = 16


def run(lab):
    if not lab.is_ours:
        return lab.note("has no doctor")
    lab.reserve(4 * PAGES)
    lab.start_database()
    lab.configure(EXTRA, dpdk_socket_mem="16", pmd_cpu_mask="0x2")
    locked(lab)
    grouped(lab)
    mapped(lab)
    pinned(lab)
    killed(lab)


def findings(lab, *before):
    return Findings(lab, lambda line: lab.inside([*before, *line.split()], check=False))


def locked(lab):
    """A limit of locked memory that is no matter to root."""
    limit = ["prlimit", "--memlock=65536:65536"]
    findings(lab, *limit).expect("locked memory", "ok", "does not count for root", "64 KiB")
    found = findings(lab, *limit, "setpriv", "--reuid", "nobody", "--clear-groups")
    found.expect("locked memory", "warning", "cannot be used", "this shell: 64 KiB", "ulimit -l unlimited")


def grouped(lab):
    """A group of 256 MiB in version 1 or 2, whichever has the memory here."""
    for mount, file in ("/sys/fs/cgroup/memory", "memory.limit_in_bytes"), ("/sys/fs/cgroup", "memory.max"):
        group = f"{mount}/{lab.namespace}"
        if not os.path.exists(f"{mount}/cgroup.procs"):
            continue
        os.mkdir(group)
        try:
            if not os.path.exists(f"{group}/{file}"):
                continue
            with open(f"{group}/{file}", "w") as limit:
                limit.write(str(256 << 20))
            # Not in the namespace of the lab, whose /sys shows no groups.
            found = Findings(lab, lambda line: lab.command(
                "sh", "-c", f"echo $$ > {group}/cgroup.procs; exec {line}", check=False))
            found.expect("control groups", "warning", "256 MiB of memory in all", f"{group}/{file}: {256 << 20}",
                         "MemoryMax")
            return
        finally:
            eventually(5, lambda: os.rmdir(group) is None, f"{group} does not go")
    lab.note("no control group has the memory")


def mapped(lab):
    """Files that a program left which was killed; in a mount of the test's own."""
    folder = f"{lab.folder}/huge"
    os.mkdir(folder)
    lab.command("mount", "-t", "hugetlbfs", "-o", "pagesize=2M", "none", folder)
    program = lab.background(
        "stdbuf", "-oL", "dpdk-testpmd", "-l", "0-1", "--no-pci", "--file-prefix", lab.namespace, "--huge-dir", folder,
        "--legacy-mem", "--iova-mode=va", "--socket-mem", str(2 * PAGES), "--vdev", "net_null0", "--",
        "--total-num-mbufs=2048", "--stats-period=1000")
    try:
        eventually(30, lambda: "Port 0" in open(program.path).read(), f"testpmd does not start: {program.path}")
        files = f"{PAGES} files in {folder}"
        findings(lab).expect(
            "map files", "ok", f"{files}, in use, {2 * PAGES} MiB", f"{program.pid} (dpdk")
        program.kill()
        program.wait()
        found = findings(lab).expect("map files", "warning", f"{files} for nobody, with {2 * PAGES} MiB of hugepages")
        lab.command("sh", "-c", found["cure"])
        findings(lab).expect_fine("map files")
    finally:
        program.kill()
        program.wait()
        lab.command("umount", folder)


def pinned(lab):
    """A program on a polling core."""
    program = lab.background("taskset", "-c", "1", "sleep", "1000")
    found = findings(lab)
    found.expect("pinned work", "warning", f"sleep (process {program.pid}) is pinned to PMD cores 1")
    lab.end(program)


def killed(lab):
    """A daemon that was killed: what it leaves is named, and gone after the next one."""
    lab.run_daemon()
    expect(lab.comes_up(), "DPDK does not come up")
    lab.prober.end()
    dead = lab.kill(signal.SIGKILL)
    lab.daemon.wait()
    socket = f"{lab.folder}/ovs-vswitchd.{dead}.ctl"
    findings(lab).expect("run directory", "warning", "left by dead processes", os.path.basename(socket), socket)
    lab.run_daemon()
    expect(lab.comes_up(), "DPDK does not come up again")
    expect(not os.path.exists(socket), f"{socket} is still there")
    findings(lab).expect_fine("run directory")
    lab.prober.end()
    lab.prober = None
    lab.end_of_test()
