"""Takes every second one of the free hugepages of 2 MiB, in the order of their addresses in the machine, and sleeps.

The guest's shell runs it: comb.py COUNT."""

import ctypes
import mmap
import struct
import sys
import time

PAGE = 2 << 20
MAP_HUGETLB = 0x40000


def frame(page):
    """The number of a page's frame in the machine's memory."""
    address = ctypes.addressof(ctypes.c_char.from_buffer(page))
    with open("/proc/self/pagemap", "rb") as file:
        file.seek(address // 4096 * 8)
        return struct.unpack("<Q", file.read(8))[0] & ((1 << 55) - 1)


def main():
    pages = []
    for _ in range(int(sys.argv[1])):
        # One mapping a page, so that each can be given back alone.
        page = mmap.mmap(-1, PAGE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | MAP_HUGETLB)
        page[0] = 1
        pages.append((frame(page), page))
    pages.sort(key=lambda entry: entry[0])
    last, kept, given = None, [], 0
    for number, page in pages:
        if last is not None and number - last <= PAGE >> 12:
            kept.append(page)
        else:
            last, given = number, given + 1
            page.close()
    print(f"comb: {given} free, {len(kept)} taken", flush=True)
    time.sleep(100000)


main()
