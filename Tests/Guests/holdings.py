"""What a daemon holds, and what it has left on the machine: to be the same before and after."""

import collections
import os
import re
import stat

from hugepages import Hugepages

# Of each kind.
MOST_TOLD = 8


class Holdings:
    """Descriptors and threads by kind, sockets and their files, buffers in use, pieces of DPDK's heap, huge pages."""

    def __init__(self, lab):
        pid = lab.pid()
        self.figures = {
            "descriptors": descriptors(pid),
            # How many workers libdispatch keeps is its own affair.
            "threads": collections.Counter(name for name, _ in lab.threads() if not name.endswith("-qos")),
            "sockets": collections.Counter(name for name in os.listdir(lab.folder) if is_socket(f"{lab.folder}/{name}")),
            "listening or connected": connections(pid),
            "buffers": pools(lab),
            "heap": heap(lab),
            "huge pages": collections.Counter({"of 2 MiB": Hugepages.of(pid)}),
        }

    def without(self, name):
        """All but one kind of things."""
        self.figures.pop(name, None)
        return self

    def differences(self, later):
        """What another one has more or less than this one, in words."""
        told = []
        for name, before in self.figures.items():
            after = later.figures[name]
            changes = [f"{key} {before[key]} -> {after[key]}" for key in sorted(before | after)
                       if before[key] != after[key]]
            if not changes:
                continue
            more = f" and {len(changes) - MOST_TOLD} more" if len(changes) > MOST_TOLD else ""
            told.append(f"{name}: {', '.join(changes[:MOST_TOLD])}{more}")
        return "; ".join(told)

    def __str__(self):
        return ", ".join(f"{sum(figure.values())} {name}" for name, figure in self.figures.items())


def descriptors(pid):
    """Open files by what they are, without the numbers that the kernel gives them."""
    kinds = collections.Counter()
    for name in os.listdir(f"/proc/{pid}/fd"):
        try:
            kinds[re.sub(r"\[\d+\]", "", os.readlink(f"/proc/{pid}/fd/{name}"))] += 1
        except OSError:
            pass
    return kinds


def is_socket(path):
    # A daemon's control socket has its number in its name, and outlives one that is killed.
    try:
        return stat.S_ISSOCK(os.stat(path).st_mode) and not re.search(r"/ovs-vswitchd\.\d+\.ctl$", path)
    except OSError:
        return False


def connections(pid):
    """Unix sockets of the daemon by their names."""
    own = set()
    for name in os.listdir(f"/proc/{pid}/fd"):
        try:
            found = re.fullmatch(r"socket:\[(\d+)\]", os.readlink(f"/proc/{pid}/fd/{name}"))
        except OSError:
            continue
        if found:
            own.add(found.group(1))
    names = collections.Counter()
    with open(f"/proc/{pid}/net/unix") as file:
        for line in file.readlines()[1:]:
            fields = line.split()
            if fields[6] in own:
                names[fields[7].replace(f".{pid}.", ".") if len(fields) > 7 else "without a name"] += 1
    return names


def pools(lab):
    """Buffers that are in use, by pool. (That of kernel ports has some laid out for what may come.)"""
    text = lab.appctl("netdev-dpdk/get-mempool-info")
    # DPDK prints a pool's size, and what is left of it in caches and in the common heap.
    result = collections.Counter()
    for part in text.split("mempool <")[1:]:
        figure = {key: int(value) for key, value in re.findall(r"^\s*(\w+)=(\d+)$", part, re.M)}
        left = figure.get("common_pool_count", 0) + figure.get("total_cache_count", 0)
        name = part.split(">")[0]
        if not name.startswith("kernel"):
            result[name] = figure["size"] - left
    return result


def heap(lab):
    """Pieces of DPDK's heaps that are given out, by heap."""
    text = lab.appctl("dpdk/get-malloc-stats")
    return collections.Counter({
        number: int(count) for number, count in re.findall(r"Heap id:(\d+).*?Alloc_count:(\d+)", text, re.S)})
