"""Huge pages of 2 MiB for the time of a case."""

import re

from lab import Failure

PATH = "/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages"


class Hugepages:
    """`count` pages more than the machine has."""

    def __init__(self, count):
        self.before = total()
        self.count = count
        change(count)
        if total() < self.before + count:
            change(self.before - total())
            raise Failure(f"{count} huge pages are needed and not to be had")

    def close(self):
        change(-self.count)

    @staticmethod
    def taken():
        """Pages that are in use on the whole machine."""
        return figure("Total") - figure("Free")

    @staticmethod
    def free():
        """Pages that nobody has."""
        return figure("Free")

    @staticmethod
    def of(pid):
        """Pages that a process has."""
        with open(f"/proc/{pid}/smaps_rollup") as file:
            return sum(int(size) for size in re.findall(r"_Hugetlb:\s+(\d+) kB", file.read())) // 2048


def figure(name):
    with open("/proc/meminfo") as file:
        return int(re.search(rf"^HugePages_{name}:\s+(\d+)", file.read(), re.M).group(1))


def total():
    with open(PATH) as file:
        return int(file.read())


def change(by):
    count = max(total() + by, 0)
    with open(PATH, "w") as file:
        file.write(str(count))
