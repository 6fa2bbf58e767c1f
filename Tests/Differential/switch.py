"""A switch under comparison: an ovs-vswitchd of either make with a database of its own, on dummy ports."""

import json
import os
import shutil
import socket
import struct
import subprocess
import time

SCHEMA = "/usr/share/openvswitch/vswitch.ovsschema"
BRIDGE = "br0"
# 1.5 numbers buckets, and says less about masks of what it sets; whatever the two agree on will do.
PROTOCOL = os.environ.get("VSWIFT_DIFFERENTIAL_PROTOCOL", "OpenFlow13")


class Failure(Exception):
    """What made a switch unusable for the comparison."""


class Switch:
    """Starts in `folder`, with ports p1 … pN on br0 that write what they send into capture files."""

    def __init__(self, name, binary, folder, ports, lags):
        self.lags = lags
        self.name, self.binary, self.folder, self.ports = name, binary, folder, ports
        os.makedirs(folder)
        self.environment = dict(
            os.environ, OVS_RUNDIR=folder, OVS_LOGDIR=folder, OVS_DBDIR=folder, OVS_SYSCONFDIR=folder)
        self.offsets = {}
        self.control = None
        self.has_groups = False
        self.processes = []

    # Life ---------------------------------------------------------------------------------------

    def start(self):
        database = f"{self.folder}/conf.db"
        subprocess.run(["ovsdb-tool", "create", database, SCHEMA], check=True)
        self.spawn("ovsdb-server", database, f"--remote=punix:{self.folder}/db.sock")
        self.wait_for(f"{self.folder}/db.sock")
        self.tool("ovs-vsctl", "--no-wait", "init")
        # Two tags are matched, as many as either knows.
        self.tool("ovs-vsctl", "--no-wait", "set", "Open_vSwitch", ".", "other_config:vlan-limit=2")
        # Its files are named after the name that it is started by.
        os.symlink(os.path.abspath(self.binary), f"{self.folder}/ovs-vswitchd")
        self.spawn(
            f"{self.folder}/ovs-vswitchd", f"unix:{self.folder}/db.sock", "--enable-dummy=override", "--disable-system", "--pidfile",
            "--log-file", "-vconsole:off")
        self.wait_for(f"{self.folder}/ovs-vswitchd.pid")
        self.control = f"{self.folder}/ovs-vswitchd.{self.processes[-1].pid}.ctl"
        self.wait_for(self.control)
        words = ["add-br", BRIDGE, "--", "set", "bridge", BRIDGE, "datapath_type=dummy", "fail_mode=secure",
                 "protocols=OpenFlow10,OpenFlow13,OpenFlow15", "other_config:hwaddr=02:00:00:00:01:00"]
        for port in range(1, self.ports + 1):
            words += ["--", "add-port", BRIDGE, f"p{port}", "--", "set", "interface", f"p{port}", "type=dummy",
                      f"ofport_request={port}", f"options:tx_pcap={self.capture(port)}"]
        self.tool("ovs-vsctl", "--timeout=10", *words)

    def stop(self):
        try:
            if self.control:
                self.command("exit")
        except (OSError, Failure):
            pass
        for process in reversed(self.processes):
            try:
                process.wait(timeout=5 if process is self.processes[-1] else 0.1)
            except subprocess.TimeoutExpired:
                process.terminate()
                process.wait()

    def spawn(self, *words):
        log = open(f"{self.folder}/{os.path.basename(words[0])}.out", "w")
        self.processes.append(subprocess.Popen(
            words, env=self.environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL))

    def wait_for(self, path):
        end = time.monotonic() + 20
        while not os.path.exists(path):
            if time.monotonic() > end or self.processes[-1].poll() is not None:
                raise Failure(f"{self.name}: no {path}")
            time.sleep(0.02)

    # Talking to it ------------------------------------------------------------------------------

    def tool(self, *words, text=None):
        done = subprocess.run(words, env=self.environment, input=text, text=True, capture_output=True)
        if done.returncode:
            raise Failure(f"{self.name}: {' '.join(words)[:200]}: {done.stderr.strip()[:500]}")
        return done.stdout

    def command(self, method, *words):
        """ovs-appctl's protocol, without a process for each packet."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(30)
            connection.connect(self.control)
            connection.sendall(json.dumps({"id": 0, "method": method, "params": list(words)}).encode())
            answer = b""
            while True:
                part = connection.recv(65536)
                if not part:
                    raise Failure(f"{self.name}: {method}: connection closed")
                answer += part
                try:
                    reply = json.loads(answer)
                    break
                except ValueError:
                    continue
        if reply.get("error"):
            raise Failure(f"{self.name}: {method}: {reply['error']}")
        return reply["result"]

    def install(self, groups, flows):
        """Replaces everything; both are lists of ovs-ofctl's text."""
        protocol = ["-O", PROTOCOL]
        self.tool("ovs-ofctl", *protocol, "del-flows", BRIDGE)
        if groups or self.has_groups:
            self.tool("ovs-ofctl", *protocol, "del-groups", BRIDGE)
        self.has_groups = bool(groups)
        if groups:
            self.tool("ovs-ofctl", *protocol, "add-groups", BRIDGE, "-", text="\n".join(groups) + "\n")
        self.tool("ovs-ofctl", *protocol, "add-flows", BRIDGE, "-", text="\n".join(flows) + "\n")
        if self.lags:
            # Open vSwitch answers a barrier before its caches have followed.
            self.command("revalidator/purge")

    def receive(self, port, frame):
        self.command("netdev-dummy/receive", f"p{port}", frame.hex())

    def counters(self):
        """Each flow's packets and bytes, by table and match."""
        self.command("revalidator/purge")
        result = {}
        for line in self.tool("ovs-ofctl", "-O", PROTOCOL, "dump-flows", BRIDGE).splitlines():
            words = [word.strip() for word in line.split(", ")]
            if not words[0].startswith("cookie="):
                continue
            table = next(word for word in words if word.startswith("table="))
            figures = tuple(next(w for w in words if w.startswith(k)) for k in ("n_packets=", "n_bytes="))
            result[(table, words[-1].split(" actions=")[0])] = figures
        return result

    # What came out ------------------------------------------------------------------------------

    def capture(self, port):
        return f"{self.folder}/p{port}.pcap"

    def sent(self):
        """What every port has sent since the last call, in order."""
        return {port: self.read_capture(port) for port in range(1, self.ports + 1)}

    def read_capture(self, port):
        offset = self.offsets.get(port, 24)
        frames = []
        with open(self.capture(port), "rb") as file:
            file.seek(offset)
            data = file.read()
        start = 0
        while start + 16 <= len(data):
            length = struct.unpack_from("=I", data, start + 8)[0]
            if start + 16 + length > len(data):
                break
            frames.append(data[start + 16:start + 16 + length])
            start += 16 + length
        self.offsets[port] = offset + start
        return frames

    def flush(self, marker, port):
        """Sends the marker into a port and returns everything that was sent before it came out of the others."""
        self.receive(port, marker)
        result = {number: [] for number in range(1, self.ports + 1)}
        missing = set(result) - {port}
        end = time.monotonic() + 10
        while missing:
            for number, frames in self.sent().items():
                if marker in frames:
                    missing.discard(number)
                result[number] += [frame for frame in frames if frame != marker]
            if missing and time.monotonic() > end:
                raise Failure(f"{self.name}: the marker has not come out of ports {sorted(missing)}")
            if missing:
                time.sleep(0.002)
        return result

    def remove(self):
        shutil.rmtree(self.folder, ignore_errors=True)
