"""The machine: cores, clock, hugepages, small helpers to run programs."""

import os
import re
import subprocess
import time

CONTROL_CORE = 0
FORWARDING_CORE = 1


class Hugepages:
    """Reserves pages of 2 MiB for the time of a `with` block and puts the old figure back."""

    path = "/proc/sys/vm/nr_hugepages"

    def __init__(self, wanted):
        self.wanted = wanted

    def __enter__(self):
        with open(self.path) as file:
            self.before = int(file.read())
        if self.before < self.wanted:
            self._set(self.wanted)
            with open(self.path) as file:
                got = int(file.read())
            if got < self.wanted:
                self._set(self.before)
                raise SystemExit(f"bench: {self.wanted} hugepages wanted, {got} to be had")

    def __exit__(self, *_):
        if self.before < self.wanted:
            self._set(self.before)

    def _set(self, count):
        with open(self.path, "w") as file:
            file.write(str(count))


def tsc_hertz():
    """Cycles of the time stamp counter per second. The kernel derives BogoMIPS from it: twice the megahertz."""
    with open("/proc/cpuinfo") as file:
        return float(re.search(r"^bogomips\s*: ([\d.]+)", file.read(), re.M)[1]) / 2 * 1e6


def processor():
    with open("/proc/cpuinfo") as file:
        return re.search(r"^model name\s*: (.*)", file.read(), re.M)[1]


def run(*words, check=True, timeout=60, **options):
    """Runs a program to its end and returns what it printed."""
    done = subprocess.run(words, capture_output=True, text=True, timeout=timeout, **options)
    if check and done.returncode:
        raise RuntimeError(f"{' '.join(words)}: status {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def wait_until(condition, seconds, what):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise RuntimeError(f"waited {seconds} s in vain: {what}")
        time.sleep(0.05)


def processor_seconds(pid):
    """User and system time of a process so far."""
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_megabytes(pid):
    with open(f"/proc/{pid}/status") as file:
        return int(re.search(r"^VmRSS:\s+(\d+) kB", file.read(), re.M)[1]) / 1024
