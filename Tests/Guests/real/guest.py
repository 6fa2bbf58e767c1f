"""A guest: a QEMU process without KVM, and a shell in it."""

import contextlib
import ctypes
import os
import re
import signal
import socket
import subprocess
import threading
import time

from lab import Failure, eventually

READY = "guest is ready"

# The shell is on a port of virtio-serial: on the serial line, QEMU without KVM leaves input lying.
BEGIN = f"""#!/bin/busybox sh
/bin/busybox --install -s /bin
export PATH=/bin:/usr/bin:/sbin:/usr/sbin
mkdir -p /proc /sys /dev /tmp
mount -t proc none /proc
mount -t sysfs none /sys
mount -t devtmpfs none /dev
sh /load
ip link set lo up
# serve SHELL...: has a shell do what comes; there is nothing to be read while nobody listens.
serve() {{
    until [ -e /dev/vport*p1 ]; do sleep 0.1; done
    exec 3<> $(echo /dev/vport*p1)
    until echo {READY} >&3; do sleep 0.1; done
    while :; do cat <&3; sleep 0.1; done | "$@" >&3 2>&1
}}
"""
INIT = BEGIN + """
# What reads from it waits: for nc, which ends a connection when its input ends.
mkfifo /tmp/open
exec 9<>/tmp/open
serve sh
"""
MODULES = ["virtio_pci", "virtio_console", "virtio_net"]


def end_with_parent():
    """Has the kernel end a child when this process is gone, however it went."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


class Guest:
    """QEMU with these arguments besides the kernel and the port of the shell; the init script ends with `serve`.

    `socket` is a path for the shell's port, `program` what runs QEMU, with words of its own; `append` is for the
    kernel, `processor` is QEMU's model of one."""

    PROGRAM = ["qemu-system-x86_64", "-display", "none", "-monitor", "none", "-serial", "stdio", "-net", "none"]

    def __init__(self, name, kernel, initramfs, socket, arguments, program=PROGRAM, environment={}, append="",
                 processor="max"):
        self.name, self.number, self.socket = name, 0, socket
        self.words = [
            *program, "-accel", "tcg,thread=multi", "-cpu", processor, "-kernel", kernel, "-initrd", initramfs,
            "-append", f"console=ttyS0 quiet panic=1 no_timer_check {append}",
            "-chardev", f"socket,id=shell,path={socket},server=on,wait=off", "-device", "virtio-serial-pci",
            "-device", "virtserialport,chardev=shell", *arguments]
        self.environment = dict(os.environ, **environment)
        self.process = None

    def start(self):
        self.text, self.messages, self.read_up_to = "", "", 0
        if os.path.exists(self.socket):
            os.unlink(self.socket)
        self.process = subprocess.Popen(
            self.words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env=self.environment, preexec_fn=end_with_parent)
        threading.Thread(target=self.listen, args=[self.process], daemon=True).start()
        self.shell = None
        return self

    def connect(self):
        shell = socket.socket(socket.AF_UNIX)
        shell.connect(self.socket)
        self.shell = shell
        threading.Thread(target=self.hear, args=[shell], daemon=True).start()
        return True

    def listen(self, process):
        """Keeps what QEMU and the guest's kernel say."""
        while data := process.stdout.read1(65536):
            if process is self.process:
                self.messages += data.decode(errors="replace").replace("\r", "")

    def hear(self, shell):
        """Keeps what the guest's shell says."""
        # QEMU's end, when it is killed, is one of them.
        with shell, contextlib.suppress(ConnectionError):
            while data := shell.recv(65536):
                if shell is self.shell:
                    self.text += data.decode(errors="replace")

    def wait_for(self, pattern, seconds):
        """The next match of a pattern in what the guest says."""
        end = time.monotonic() + seconds
        while True:
            found = re.compile(pattern).search(self.text, self.read_up_to)
            if found:
                self.read_up_to = found.end()
                return found
            if self.process.poll() is not None:
                raise Failure(f"guest {self.name}: QEMU ended with {self.process.returncode}: {self.tail()}")
            if time.monotonic() > end:
                raise Failure(f"guest {self.name}: nothing like '{pattern}' within {seconds} s: {self.tail()}")
            time.sleep(0.01)

    def tail(self):
        return f"{self.messages[-1500:]}{self.text[-500:]}".strip()

    def wait_ready(self, seconds=120):
        """Waits until the guest has started, or started again."""
        if not self.shell:
            # QEMU makes the port when the switch has connected.
            eventually(seconds, self.connect, f"guest {self.name}: no {self.socket}")
            # What the guest said before is lost; what is sent waits for it.
            self.send(f"echo {READY}")
        self.wait_for(READY, seconds)

    def send(self, line):
        self.shell.sendall(line.encode() + b"\n")

    def run(self, line, seconds=60, check=True):
        """Runs a line in the guest's shell; its output."""
        self.number += 1
        self.send(f"echo '<{self.number}>'; {{ {line}\n}}; echo \"<{self.number}:$?>\"")
        self.wait_for(f"<{self.number}>\n", seconds)
        begin = self.read_up_to
        found = self.wait_for(rf"<{self.number}:(\d+)>", seconds)
        text = self.text[begin:found.start()]
        if check and found.group(1) != "0":
            raise Failure(f"guest {self.name}: {line}: status {found.group(1)}: {text.strip()}")
        return text

    def ping(self, address, count=3, size=56):
        """How many of `count` echo requests were answered."""
        text = self.run(f"ping -c {count} -i 0.2 -W 1 -s {size} {address}", check=False)
        found = re.search(r"(\d+) packets received", text)
        return int(found.group(1)) if found else 0

    def kill(self):
        """As kill -9 does it."""
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    @property
    def lives(self):
        return self.process.poll() is None
