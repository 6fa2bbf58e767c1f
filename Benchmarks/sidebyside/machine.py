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


class Neighbours:
    """Sees to it that what goes between the two cores is measured while they are near each other.

    A virtual machine's processors are moved about on their host: a cache line's way between them may take six times as
    long in one run as in the next, and everything that the two cores hand to each other with it. What was measured while
    they were far apart is measured again.
    """

    tries = 8
    # While both cores are at work, a line waits for some time of theirs too: some four times as long as without work when
    # they are near, twenty-five times when they are not.
    limit = 8

    def __init__(self, folder):
        self.program = compile_program("core-distance", folder)
        self.nearest = min(self.distance() for _ in range(5))
        self.stayed_near = True
        self.given_up = 0

    def distance(self):
        """Nanoseconds that a cache line takes from one core to the other and back."""
        return int(run(self.program, str(CONTROL_CORE), str(FORWARDING_CORE)))

    def watch(self, measure):
        """What `measure` returns, while both cores are at work; notes whether they were near at its two ends."""
        before = self.distance()
        value = measure()
        self.stayed_near = max(before, self.distance()) <= self.limit * self.nearest
        return value

    def measured(self, once):
        """What `once` returns, from the first of its runs during which the cores stayed near."""
        for _ in range(self.tries):
            # They may have been far apart whenever they were idle so far.
            self.nearest = min(self.nearest, self.distance())
            value = once()
            if self.stayed_near:
                return value
        self.given_up += 1
        return value

    def told(self):
        return (f"A cache line's way from core to core and back takes {self.nearest} ns when they do nothing else; what was "
                f"measured while it took more than {self.limit} times that was measured again"
                + (f", in vain {self.given_up} times." if self.given_up else "."))


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


def compile_program(name, folder):
    """Compiles one of the benchmark's own programs into `folder`; gives its path."""
    program = os.path.join(folder, name)
    source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", name + ".c")
    run("cc", "-O2", "-pthread", "-o", program, source)
    return program


def wait_until(condition, seconds, what, interval=0.05):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise RuntimeError(f"waited {seconds} s in vain: {what}")
        time.sleep(interval)


def processor_seconds(pid):
    """User and system time of a process so far."""
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_megabytes(pid):
    with open(f"/proc/{pid}/status") as file:
        return int(re.search(r"^VmRSS:\s+(\d+) kB", file.read(), re.M)[1]) / 1024
