"""A switch over real hugepages of this machine: ours, or another one beside it, of which is told what it does."""

import re
import subprocess
import time

import lab as stress
from hugepages import Hugepages
from lab import Failure, eventually, expect
from prober import Prober

EXTRA = "--no-pci --no-telemetry"
# How long control may take to answer while DPDK comes up, in seconds. Debug builds are slow, but not in this.
ANSWER = 0.1


class Switch(stress.Lab):
    """`reserve` makes hugepages that are given back at the end; `judge` holds ours to something."""

    def __init__(self, binary, name, is_ours=True):
        super().__init__(binary, name, 0)
        self.is_ours, self.pages, self.notes, self.prober = is_ours, [], [], None

    def reserve(self, megabytes):
        """Pages of 2 MiB beyond those that others have reserved; they must be free, too."""
        before = Hugepages.free()
        self.pages.append(Hugepages(megabytes // 2))
        expect(Hugepages.free() >= before, "others take hugepages meanwhile")

    def judge(self, condition, text):
        """Fails if it is our switch."""
        if not condition:
            if self.is_ours:
                raise Failure(text)
            self.note(f"not so: {text}")

    def note(self, text):
        if text not in self.notes:
            self.notes.append(text)

    # The daemon

    def launch(self, extra=EXTRA, command=(), **settings):
        """Database and daemon with DPDK, in the background: a daemon that never gets ready is a case, too."""
        self.start_database()
        self.configure(extra, **settings)
        self.run_daemon(command)

    def configure(self, extra=EXTRA, **settings):
        values = {"dpdk-init": "true", "pmd-cpu-mask": "0x2"}
        if extra:
            values["dpdk-extra"] = extra
        values.update({key.replace("_", "-"): value for key, value in settings.items()})
        self.vsctl(["set", "Open_vSwitch", "."] + [f"other_config:{k}={v}" for k, v in values.items()], wait=0)

    def run_daemon(self, command=()):
        # A daemon that has gone leaves what it said.
        self.vsctl("set Open_vSwitch . dpdk_initialized=false", wait=0)
        self.prober = Prober(self.folder)
        self.prober.start()
        self.daemon = self.background(
            "ip", "netns", "exec", self.namespace, *command, "bash", "-c", 'exec -a ovs-vswitchd "$0" "$@"',
            self.binary, f"unix:{self.folder}/db.sock", "--pidfile", "--no-chdir",
            f"--log-file={self.folder}/ovs-vswitchd.log", "-vconsole:off")

    @property
    def lives(self):
        return self.daemon.poll() is None

    def end_of_daemon(self):
        status = self.daemon.poll()
        if status is None:
            return "lives"
        return f"ends with signal {-status}" if status < 0 else f"ends with status {status}"

    def root(self, column):
        return self.vsctl(["get", "Open_vSwitch", ".", column], wait=0, check=False).strip('"')

    @property
    def initialized(self):
        return self.root("dpdk_initialized") == "true"

    def settle(self, condition, seconds, text):
        """Waits until something holds or the daemon is gone; true if it holds."""
        end = time.monotonic() + seconds
        while self.lives and time.monotonic() < end:
            if condition():
                return True
            time.sleep(0.05)
        self.judge(False, f"{text} ({self.end_of_daemon()}, waited {seconds} s)")
        return False

    def comes_up(self, seconds=60):
        begin = time.monotonic()
        came = self.settle(lambda: self.initialized, seconds, "DPDK does not come up")
        if came:
            self.note(f"up after {time.monotonic() - begin:.1f} s")
        return came

    def comes_up_short(self, limit=96):
        """DPDK comes up and may take no more than so many MiB, though the kernel has more: some pools fit, others do not."""
        self.reserve(2 * limit)
        self.launch(f"{EXTRA} --socket-limit={limit}")
        return self.comes_up()

    def is_refused(self, pattern, seconds=60):
        """DPDK does not come up; why is in the log and in the row, in one line, and the daemon goes on."""
        self.settle(lambda: re.search("Unable to initialize DPDK", self.log), seconds, "the log does not tell of it")
        time.sleep(0.5)
        self.judge(self.lives, f"the daemon {self.end_of_daemon()}")
        lines = re.findall(r"\|dpdk\|\w+\|(Unable to initialize DPDK.*)", self.log)
        self.judge(lines and re.search(pattern, lines[-1]), f"the log says {lines[-1:]}, not {pattern}")
        if self.is_ours:
            eventually(10, lambda: re.search(pattern, self.root("statistics:dpdk_error")),
                       f"the row says {self.root('statistics:dpdk_error')}, not {pattern}")
            expect(not self.initialized, "dpdk_initialized is true all the same")
        self.tell()

    def tell(self):
        """Notes what became of the daemon, and its last words."""
        words = re.findall(r"\|dpdk\|(?:EMER|ERR|WARN)\|(.*)", self.log)
        if self.daemon.poll() is not None:
            with open(self.daemon.path, errors="replace") as file:
                words += [line for line in file.read().splitlines() if "vswitchd" in line]
        self.note(self.end_of_daemon())
        if words:
            self.note("says '" + "' / '".join(words[-2:]) + "'")

    def answers(self, limit=ANSWER):
        """How long the longest answer took; ours must be quick all the time."""
        if not self.prober:
            return 0
        # One that is never given is no long answer but none.
        longest = self.prober.end() if self.lives else self.prober.longest
        asked, self.prober = self.prober.answers, None
        self.judge(not self.is_ours or asked > 0, "control never answered")
        self.note(f"longest answer {longest * 1000:.0f} ms of {asked}")
        self.judge(longest <= limit, f"control took {longest * 1000:.0f} ms to answer")
        return longest

    # Ports

    def hosts_ready(self):
        self.bridge()
        return self.pair()

    def interface(self, name, column):
        return self.vsctl(["--if-exists", "get", "Interface", name, column], wait=0, check=False).strip('"')

    def add_device(self, name, devargs, settings="", seconds=20):
        """Adds a DPDK port; returns the error of its row."""
        self.vsctl(self.device(name, devargs, settings=settings), wait=seconds, check=False)
        return self.interface(name, "error")

    def end_of_test(self):
        """Orderly."""
        if self.lives:
            self.inside("ovs-appctl -T 10 exit --cleanup", check=False)
            try:
                self.daemon.wait(20)
            except subprocess.TimeoutExpired:
                raise Failure("the daemon does not end")
            self.judge(self.daemon.returncode == 0, f"in the end the daemon {self.end_of_daemon()}")

    def close(self):
        if self.prober and self.prober.is_alive():
            self.prober.end()
        super().close()
        for pages in self.pages:
            pages.close()

