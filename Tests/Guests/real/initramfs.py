"""Small root file systems for guests: busybox, kernel modules, and programs of this machine with their libraries."""

import os
import re
import stat
import subprocess


class Initramfs:
    """Files of a guest's root, written as the archive that the kernel unpacks (cpio, "newc")."""

    def __init__(self):
        # Path to (mode, contents); folders come before what is in them.
        self.entries = {}
        self.add("bin/busybox", read("/bin/busybox"), 0o755)

    def folder(self, path):
        if path and path not in self.entries:
            self.folder(os.path.dirname(path))
            self.entries[path] = (stat.S_IFDIR | 0o755, b"")

    def add(self, path, contents, mode=0o644):
        self.folder(os.path.dirname(path))
        self.entries[path] = (stat.S_IFREG | mode, contents)

    def add_program(self, path):
        """A program of this machine and the libraries that it is linked to, at the same places."""
        self.add(path.lstrip("/"), read(path), 0o755)
        libraries = subprocess.run(["ldd", path], capture_output=True, text=True, check=True).stdout
        for library in re.findall(r"(/\S+) \(0x", libraries):
            self.add(library.lstrip("/"), read(library), 0o755)

    def add_modules(self, files):
        """Modules that /load inserts in this order."""
        for file in files:
            self.add(f"modules/{os.path.basename(file)}", read(file))
        lines = [f"insmod /modules/{os.path.basename(file)}\n" for file in files]
        self.add("load", "".join(["#!/bin/sh\n"] + lines).encode(), 0o755)

    def write(self, path):
        with open(path, "wb") as file:
            for number, (name, (mode, contents)) in enumerate(self.entries.items()):
                file.write(header(name, mode, contents, number + 1))
            file.write(header("TRAILER!!!", 0, b"", 0))


def header(name, mode, contents, number):
    """An entry: thirteen numbers of eight hexadecimal digits, the name, the contents; both padded to four bytes."""
    encoded = name.encode() + b"\0"
    fields = [number, mode, 0, 0, 1, 0, len(contents), 0, 0, 0, 0, len(encoded), 0]
    head = b"070701" + b"".join(b"%08X" % field for field in fields) + encoded
    return head + bytes(-len(head) % 4) + contents + bytes(-len(contents) % 4)


def read(path):
    with open(path, "rb") as file:
        return file.read()
