"""A switch under comparison: an ovs-vswitchd of either make with a database of its own, on dummy ports."""

import json
import os
import re
import shutil
import socket
import struct
import subprocess
import time

import fields

SCHEMA = "/usr/share/openvswitch/vswitch.ovsschema"
BRIDGE = "br0"
MARKER_TYPE = "dl_type=0x88b5"
# 1.5 numbers buckets, and says less about masks of what it sets; whatever the two agree on will do.
PROTOCOL = os.environ.get("VSWIFT_DIFFERENTIAL_PROTOCOL", "OpenFlow13")


class Failure(Exception):
    """What made a switch unusable for the comparison."""


class Messages:
    """What `ovs-ofctl monitor` writes, message by message."""

    def __init__(self, path):
        self.path, self.offset, self.rest = path, 0, ""

    def new(self):
        """The messages that have come since the last call, whole ones; times are left out."""
        with open(self.path) as file:
            file.seek(self.offset)
            text = file.read()
        self.offset += len(text.encode())
        parts = re.split(r"^(?=[A-Z0-9_]+ \(OF)", self.rest + text, flags=re.M)
        # The last one may not be complete; a packet-in has two lines.
        last = parts.pop()
        if last.count("\n") >= (2 if "PACKET_IN" in last else 1):
            parts.append(last)
            last = ""
        self.rest = last
        return [re.sub(r"duration[\d.]+s ?|\(xid=\w+\)|addr:[\w:]+", "", part).strip() for part in parts if part.strip()]


class Switch:
    """Starts in `folder`, with ports p1 … pN and its own on br0 that write what they send into capture files."""

    def __init__(self, name, binary, folder, ports, lags):
        self.lags = lags
        self.name, self.binary, self.folder = name, binary, folder
        # Devices by the number that ovs-ofctl knows them by.
        self.devices = {port: f"p{port}" for port in range(1, ports + 1)} | {"LOCAL": BRIDGE}
        os.makedirs(folder)
        self.environment = dict(
            os.environ, OVS_RUNDIR=folder, OVS_LOGDIR=folder, OVS_DBDIR=folder, OVS_SYSCONFDIR=folder)
        self.offsets = {}
        self.control = None
        self.has_groups = self.has_meters = False
        # Ports, by device, that are not as they were made, and how to make them so again.
        self.undo = []
        self.processes = []
        self.monitor = None
        # Totals when the tables were installed.
        self.before = {}

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
        daemon = self.processes[-1]
        self.wait_for(f"{self.folder}/ovs-vswitchd.pid")
        self.control = f"{self.folder}/ovs-vswitchd.{daemon.pid}.ctl"
        self.wait_for(self.control)
        words = ["add-br", BRIDGE, "--", "set", "bridge", BRIDGE, "datapath_type=dummy", "fail_mode=secure",
                 "protocols=OpenFlow10,OpenFlow13,OpenFlow15", "other_config:hwaddr=02:00:00:00:01:00",
                 "--", "set", "interface", BRIDGE, f"options:tx_pcap={self.capture('LOCAL')}"]
        for port, device in self.devices.items():
            if device != BRIDGE:
                words += ["--", "add-port", BRIDGE, device, "--", "set", "interface", device, "type=dummy",
                          f"ofport_request={port}", f"options:tx_pcap={self.capture(port)}"]
        self.tool("ovs-vsctl", "--timeout=100", *words)
        self.tool("ovs-ofctl", "mod-port", BRIDGE, BRIDGE, "up")
        self.tool("ovs-ofctl", "add-tlv-map", BRIDGE, fields.TLV_MAP)
        self.command("time/stop")
        self.spawn("ovs-ofctl", "-O", PROTOCOL, "-P", "nxt_packet_in2", "monitor", BRIDGE, "65534")
        self.monitor = Messages(f"{self.folder}/ovs-ofctl.out")

    def stop(self):
        try:
            if self.control:
                self.command("exit")
        except (OSError, Failure):
            pass
        for process in reversed(self.processes):
            try:
                process.wait(timeout=5 if process is not self.processes[0] else 0.1)
            except subprocess.TimeoutExpired:
                process.terminate()
                process.wait()

    def spawn(self, *words):
        with open(f"{self.folder}/{os.path.basename(words[0])}.out", "w") as log:
            self.processes.append(subprocess.Popen(
                words, env=self.environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL))

    def wait_for(self, path):
        """Until the file is there and, if it is a socket, somebody listens."""
        end = time.monotonic() + 60
        while not (os.path.isfile(path) or self.is_listening(path)):
            if time.monotonic() > end or self.processes[-1].poll() is not None:
                raise Failure(f"{self.name}: no {path}")
            time.sleep(0.02)

    @staticmethod
    def is_listening(path):
        with socket.socket(socket.AF_UNIX) as connection:
            try:
                connection.connect(path)
            except OSError:
                return False
        return True

    # Talking to it ------------------------------------------------------------------------------

    def tool(self, *words, text=None):
        done = subprocess.run(words, env=self.environment, input=text, text=True, capture_output=True)
        if done.returncode:
            raise Failure(f"{self.name}: {' '.join(words)[:200]}: {done.stderr.strip()[:500]}")
        return done.stdout

    def command(self, method, *words):
        """ovs-appctl's protocol, without a process for each packet."""
        try:
            reply = self.exchange(json.dumps({"id": 0, "method": method, "params": list(words)}).encode())
        except OSError as error:
            raise Failure(f"{self.name}: {method} {' '.join(words)[:4000]}: {error}") from error
        if reply.get("error"):
            raise Failure(f"{self.name}: {method}: {reply['error']}")
        return reply["result"]

    def exchange(self, request):
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(120)
            connection.connect(self.control)
            connection.sendall(request)
            answer = b""
            while True:
                part = connection.recv(65536)
                if not part:
                    raise ConnectionError("closed")
                answer += part
                try:
                    return json.loads(answer)
                except ValueError:
                    continue

    @property
    def has_crashed(self):
        try:
            return len(self.processes) > 1 and self.processes[1].wait(1) < 0
        except subprocess.TimeoutExpired:
            return False

    def install(self, tables):
        """Replaces everything; what either refuses is part of what is compared."""
        for words in self.undo:
            self.attempt(*words)
        self.undo = []
        self.ofctl("del-flows", BRIDGE)
        if tables.groups or self.has_groups:
            self.ofctl("del-groups", BRIDGE)
        if tables.meters or self.has_meters:
            self.ofctl("del-meters", BRIDGE)
        self.has_groups, self.has_meters = bool(tables.groups), bool(tables.meters)
        for words in tables.settings:
            self.tool(*words)
        self.undo = list(tables.undo)
        refused = [self.attempt("ovs-ofctl", "add-meter", BRIDGE, meter) for meter in tables.meters]
        if tables.groups:
            refused.append(self.attempt("ovs-ofctl", "add-groups", BRIDGE, "-", text="\n".join(tables.groups) + "\n"))
        refused.append(self.attempt("ovs-ofctl", "add-flows", BRIDGE, "-", text="\n".join(tables.flows) + "\n"))
        self.command("fdb/flush", BRIDGE)
        self.command("revalidator/purge")
        self.before = self.totals()
        return [text for text in refused if text]

    def ofctl(self, command, *words, text=None):
        return self.tool("ovs-ofctl", "-O", PROTOCOL, command, *words, text=text)

    def attempt(self, tool, *words, text=None):
        """None, or why not: the standard's word for it if there is one."""
        words = [tool, *words] if tool != "ovs-ofctl" else [tool, "-O", PROTOCOL, *words]
        done = subprocess.run(words, env=self.environment, input=text, text=True, capture_output=True)
        if not done.returncode:
            return None
        named = re.search(r"\b(OFP\w+|NX\w+)\s*$", done.stderr.splitlines()[0] if done.stderr else "")
        return named[1] if named else done.stderr.splitlines()[-1][:300]

    def follow(self):
        """Lets caches follow: Open vSwitch answers a barrier, and has learned an address, before they have."""
        if self.lags:
            self.command("revalidator/purge")

    def settle(self):
        """Lets all that packets so far entail come to pass."""
        self.command("revalidator/purge" if self.lags else "revalidator/wait")

    def receive(self, port, frame):
        self.command("netdev-dummy/receive", self.devices[port], frame.hex())
        # When packets that miss come in one batch, Open vSwitch does not always count all of them.
        self.follow()

    def warp(self, seconds):
        self.settle()
        self.command("time/warp", str(seconds * 1000), "500")
        # Rules expire when counters have been read.
        self.command("revalidator/wait")
        self.settle()

    def totals(self):
        """What tables and ports have counted since the start."""
        result = {}
        for table, rest in re.findall(r"table (\d+).*:\n\s+active=\d+, (.*)", self.ofctl("dump-tables", BRIDGE)):
            result[f"table {table}"] = rest
        for port, rest in re.findall(r"port +(\S+): ((?:.(?!\bport\b))*)", self.ofctl("dump-ports", BRIDGE), re.S):
            result[f"port {port}"] = " ".join(re.sub(r"duration=[\d.]+s", "", rest).split())
        return result

    def state(self):
        """Whatever can be asked for: flows, groups, meters, tables, ports and addresses, with their counters."""
        self.command("revalidator/purge")
        result = {}
        for line in self.ofctl("dump-flows", BRIDGE).splitlines():
            words = [word.strip() for word in line.split(", ")]
            if words[0].startswith("cookie="):
                words = [word for word in words if not word.startswith(("duration=", "idle_age=", "hard_age="))]
                table = next(word for word in words if word.startswith("table="))
                match, _, actions = words[-1].partition(" actions=")
                result[f"{table} {match}"] = " ".join([word for word in words[:-1] if word != table] + [actions])
        for line in self.ofctl("dump-group-stats", BRIDGE).splitlines()[1:]:
            # Open vSwitch counts a flow that names a group twice as two.
            name, _, rest = re.sub(r"(duration|ref_count)=[\d.]+s?,", "", line.strip()).partition(",")
            result[name] = rest
        if self.has_meters:
            text = re.sub(r"\s+duration:[\d.]+s", "", self.ofctl("meter-stats", BRIDGE))
            for meter, rest in re.findall(r"meter:(\d+)((?:.(?!meter:))*)", text, re.S):
                result[f"meter {meter}"] = " ".join(rest.split())
        for key, text in self.totals().items():
            # Nobody can set these to nothing.
            before = iter(map(int, re.findall(r"\d+", self.before.get(key, ""))))
            result[key] = re.sub(r"\d+", lambda found: str(int(found[0]) - next(before, 0)), text)
        for line in self.command("fdb/show", BRIDGE).splitlines()[1:]:
            words = line.split()
            result[f"address {words[2]} in {words[1]}"] = words[0]
        return result

    # What came out ------------------------------------------------------------------------------

    def capture(self, port):
        return f"{self.folder}/p{port}.pcap"

    def sent(self):
        """What every port has sent since the last call, in order."""
        return {port: self.read_capture(port) for port in self.devices}

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

    def flush(self, marker, port, mute=()):
        """Sends the marker into a port and returns what was sent, and told to the controller, before it came out of the
        other ports, which may be mute."""
        self.receive(port, marker)
        result = {number: [] for number in self.devices}
        missing = set(result) - {port} - set(mute)
        told = []
        is_told = False
        end = time.monotonic() + 60
        while missing or not is_told:
            for number, frames in self.sent().items():
                if marker in frames:
                    missing.discard(number)
                result[number] += [frame for frame in frames if frame != marker]
            for message in self.monitor.new():
                if MARKER_TYPE in message:
                    is_told = True
                else:
                    told.append(message)
            if time.monotonic() > end:
                raise Failure(f"{self.name}: the marker has not come out of {sorted(map(str, missing))}, told: {is_told}")
            if missing or not is_told:
                time.sleep(0.002)
        result["controller"] = told
        return result
