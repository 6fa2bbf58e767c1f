"""The programs that are compared: dpdk-testpmd, and two daemons behind the same commands."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from .machine import CONTROL_CORE, FORWARDING_CORE, run, wait_until

DEBIAN = "/usr/lib/openvswitch-switch-dpdk/ovs-vswitchd-dpdk"
SCHEMA = "/usr/share/openvswitch/vswitch.ovsschema"


class Contenders:
    """Who takes part, by column name. A switch that is missing has no column entry and shows as '-'."""

    def __init__(self, options):
        self.folder = options.inside
        binaries = {"OVS-DPDK": options.ovs, "vSwift": options.vswiftd}
        wanted = options.only or ["testpmd io", "testpmd macswap", "OVS-DPDK", "vSwift"]
        self.binaries = {name: path for name, path in binaries.items() if name in wanted and os.access(path, os.X_OK)}
        self.testpmd = [mode for mode in ("io", "macswap") if f"testpmd {mode}" in wanted]

    def switches(self):
        return list(self.binaries)

    def switch(self, name, **configuration):
        return Switch(self.binaries[name], self.folder, configuration)


class Switch:
    """One run of an ovs-vswitchd with a database of its own. Used in a `with` block."""

    def __init__(self, binary, folder, configuration):
        self.binary, self.parent, self.configuration = binary, folder, configuration
        self.process = None

    def __enter__(self):
        self.folder = tempfile.mkdtemp(dir=self.parent)
        self.environment = {
            **os.environ, "OVS_RUNDIR": self.folder, "OVS_DBDIR": self.folder, "OVS_LOGDIR": self.folder,
            "OVS_SYSCONFDIR": self.folder,
        }
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def start(self):
        self("ovsdb-tool", "create", f"{self.folder}/conf.db", SCHEMA)
        self.database = subprocess.Popen(
            ["ovsdb-server", f"{self.folder}/conf.db", f"--remote=punix:{self.folder}/db.sock",
             f"--unixctl={self.folder}/ovsdb.ctl", "-vconsole:off"], env=self.environment)
        wait_until(lambda: os.path.exists(f"{self.folder}/db.sock"), 5, "database socket")
        self.vsctl("--no-wait", "init")
        if self.configuration:
            words = [f"other_config:{key.replace('_', '-')}={value}" for key, value in self.configuration.items()]
            self.vsctl("--no-wait", "set", "Open_vSwitch", ".", *words)
        self.start_daemon()

    def start_daemon(self):
        """Starts the daemon on the database that runs already."""
        # Run files are named after the program: any binary is started under the name ovs-vswitchd.
        self.process = subprocess.Popen(
            ["ovs-vswitchd", f"unix:{self.folder}/db.sock", "--pidfile", f"--log-file={self.folder}/ovs-vswitchd.log",
             "-vconsole:off", "-vsyslog:off"],
            executable=self.binary, env=self.environment, stdout=subprocess.DEVNULL, stderr=open(f"{self.folder}/stderr", "w"))
        wait_until(lambda: os.path.exists(f"{self.folder}/ovs-vswitchd.pid") or self.process.poll() is not None,
                   20, "the switch's pidfile")
        if self.process.poll() is not None:
            raise RuntimeError(f"{self.binary} ended at once:\n{self.log()}")

    def __exit__(self, error=None, *_):
        if self.process and error:
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                pass
        if self.process and self.process.poll():
            # It ended by itself.
            with open(f"{self.folder}/stderr") as file:
                print(f"{self.binary}: status {self.process.returncode}\n{self.log()[-2000:]}{file.read()[-6000:]}",
                      file=sys.stderr)
        if self.process and self.process.poll() is None:
            subprocess.run(["ovs-appctl", "-T", "10", "exit", "--cleanup"], env=self.environment,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        if getattr(self, "database", None):
            self.database.send_signal(signal.SIGTERM)
            self.database.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __call__(self, *words, **options):
        return run(*words, env=self.environment, **options)

    def vsctl(self, *words, timeout=60):
        return self("ovs-vsctl", "-t", str(timeout), *words, timeout=timeout + 5)

    def appctl(self, *words):
        return self("ovs-appctl", "-T", "20", *words)

    def tasks(self):
        """Ids of the daemon's threads."""
        return [int(task) for task in os.listdir(f"/proc/{self.process.pid}/task")]

    def log(self):
        try:
            with open(f"{self.folder}/ovs-vswitchd.log") as file:
                return "".join(file.readlines()[-20:])
        except OSError:
            return "(no log)"

    def add_dpdk_port(self, bridge, name, devargs, number=None, mtu=None):
        wish = [f"ofport_request={number}"] * bool(number) + [f"mtu_request={mtu}"] * bool(mtu)
        self.vsctl("add-port", bridge, name, "--", "set", "Interface", name, "type=dpdk",
                   f"options:dpdk-devargs={devargs}", *wish)
        error = self.vsctl("get", "Interface", name, "error").strip()
        if error not in ("[]", '""'):
            raise RuntimeError(f"port {name}: {error}")

    def transmitted(self, bridge, port):
        """(monotonic time, packets sent by that port): asked of the device at that moment, in both switches."""
        before = time.monotonic()
        text = self("ovs-ofctl", "-t", "20", "dump-ports", bridge, port)
        after = time.monotonic()
        return (before + after) / 2, int(re.search(r"tx pkts=(\d+)", text)[1])


class Testpmd:
    """dpdk-testpmd, one forwarding core, driven over its prompt. Used in a `with` block."""

    def __init__(self, mode, devices, mbufs=262144):
        self.words = [
            # Its answers must not wait in a buffer: stdbuf.
            "stdbuf", "-oL", "dpdk-testpmd", "--in-memory", "--no-pci", "--no-telemetry",
            "-l", f"{CONTROL_CORE},{FORWARDING_CORE}",
            *(word for device in devices for word in ("--vdev", device)),
            "--", "--interactive", f"--forward-mode={mode}", "--nb-cores=1", "--rxd=2048", "--txd=2048",
            f"--total-num-mbufs={mbufs}",
        ]

    def __enter__(self):
        self.process = subprocess.Popen(self.words, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, text=True, bufsize=1)
        self.command("start")
        return self

    def __exit__(self, *_):
        try:
            self.process.communicate("stop\nquit\n", timeout=20)
        except (subprocess.TimeoutExpired, BrokenPipeError):
            self.process.kill()
            self.process.wait()

    def command(self, text):
        self.process.stdin.write(text + "\n")
        self.process.stdin.flush()

    def transmitted(self, port=1):
        before = time.monotonic()
        self.command(f"show port stats {port}")
        seen = []
        for line in self.process.stdout:
            seen.append(line)
            found = re.search(r"TX-packets:\s*(\d+)", line)
            if found:
                return (before + time.monotonic()) / 2, int(found[1])
        raise RuntimeError("testpmd ended:\n" + "".join(seen[-20:]))
