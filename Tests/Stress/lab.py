"""A switch under stress with all that it needs: a namespace that plays the machine, a run folder, a real ovsdb-server,
the daemon, and hosts in namespaces of their own. Everything is gone after close()."""

import os
import random
import re
import shutil
import signal
import struct
import subprocess
import time

PRIVATE_MEMORY = "--no-huge --legacy-mem -m 1024 --no-shconf --no-telemetry --no-pci"


class Failure(Exception):
    """What did not hold."""


def expect(condition, text):
    if not condition:
        raise Failure(text)


def eventually(seconds, condition, text):
    """Polls until `condition` holds; fails with `text` when it did not in time. Returns the seconds it took."""
    begin = time.monotonic()
    while True:
        try:
            if condition():
                return time.monotonic() - begin
        except (Failure, OSError):
            pass
        if time.monotonic() - begin > seconds:
            raise Failure(f"{text} (waited {seconds} s)")
        time.sleep(0.05)


class Host:
    def __init__(self, lab, name, interface, address):
        self.lab, self.name, self.interface, self.address = lab, name, interface, address
        self.namespace = lab.fresh(name)
        lab.command("ip", "netns", "add", self.namespace)

    def run(self, *words, timeout=60, check=True):
        return self.lab.command("ip", "netns", "exec", self.namespace, *words, timeout=timeout, check=check)

    def start(self, *words):
        return self.lab.background("ip", "netns", "exec", self.namespace, *words)

    def ping(self, address, count=3, size=56, extra=()):
        """How many of `count` echo requests were answered."""
        text = self.run("ping", "-c", str(count), "-i", "0.05", "-W", "1", "-s", str(size), *extra, address,
                        check=False)
        found = re.search(r"(\d+) received", text)
        return int(found.group(1)) if found else 0

    def counter(self, name):
        return int(self.run("cat", f"/sys/class/net/{self.interface}/statistics/{name}"))


class Lab:
    def __init__(self, binary, seed, seconds):
        self.binary, self.seconds = binary, seconds
        self.random = random.Random(seed)
        self.namespace = self.fresh("sw")
        self.folder = f"/tmp/vswift-stress-{self.namespace}"
        self.hosts, self.children, self.serial = [], [], 0
        os.makedirs(self.folder)
        self.environment = dict(
            os.environ, OVS_RUNDIR=self.folder, OVS_DBDIR=self.folder, OVS_LOGDIR=self.folder,
            OVS_SYSCONFDIR=self.folder, PATH="/usr/sbin:/usr/bin:/sbin:/bin")
        self.command("ip", "netns", "add", self.namespace)
        self.inside("ip link set lo up")
        self.inside("sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1")

    def fresh(self, suffix):
        return f"vss-{os.getpid()}-{random.getrandbits(16)}-{suffix}"

    # Programs

    def command(self, *words, timeout=60, check=True):
        with open(f"{self.folder}/output" if os.path.isdir(getattr(self, "folder", "/nowhere")) else os.devnull,
                  "w+b") as output:
            try:
                status = subprocess.run(
                    words, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, timeout=timeout,
                    env=getattr(self, "environment", None)).returncode
            except subprocess.TimeoutExpired:
                raise Failure(f"{' '.join(words)}: no end within {timeout} s")
            output.seek(0)
            text = output.read().decode(errors="replace")
        if check and status != 0:
            raise Failure(f"{' '.join(words)}: status {status}: {text.strip()}")
        return text

    def background(self, *words):
        log = open(f"{self.folder}/child-{len(self.children)}", "wb")
        child = subprocess.Popen(
            words, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, env=self.environment)
        child.path = log.name
        self.children.append(child)
        return child

    def end(self, child):
        """Ends a child of background(); returns what it printed."""
        child.terminate()
        try:
            child.wait(5)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        with open(child.path, errors="replace") as file:
            return file.read()

    def inside(self, line, timeout=60, check=True):
        words = line.split() if isinstance(line, str) else list(line)
        return self.command("ip", "netns", "exec", self.namespace, *words, timeout=timeout, check=check)

    def vsctl(self, line, wait=30, check=True):
        words = line.split() if isinstance(line, str) else list(line)
        options = ["-t", str(wait)] if wait else ["--no-wait", "-t", "10"]
        return self.inside(["ovs-vsctl", *options, *words], check=check).strip()

    def appctl(self, line, wait=10, check=True):
        return self.inside(["ovs-appctl", "-T", str(wait), *line.split()], check=check)

    def ofctl(self, line, check=True):
        return self.inside(["ovs-ofctl", "-t", "20", *line.split()], timeout=90, check=check)

    def latency(self):
        """Seconds that a round trip to the control thread takes; the client's own start taken off."""
        begin = time.monotonic()
        self.appctl("version")
        return time.monotonic() - begin

    # Database and daemon

    def start_database(self):
        if not os.path.exists(f"{self.folder}/conf.db"):
            self.inside(f"ovsdb-tool create {self.folder}/conf.db /usr/share/openvswitch/vswitch.ovsschema")
        self.inside(
            f"ovsdb-server {self.folder}/conf.db --remote=punix:{self.folder}/db.sock --pidfile --detach --no-chdir "
            f"--log-file={self.folder}/ovsdb-server.log -vconsole:off")
        self.inside("ovs-vsctl --no-wait -t 10 init")

    def start(self, dpdk=True, mask="0x2", **other):
        """Database and daemon; with DPDK in ordinary memory unless dpdk-extra says otherwise."""
        self.start_database()
        settings = {"dpdk-init": "true", "dpdk-extra": PRIVATE_MEMORY, "pmd-cpu-mask": mask} if dpdk else {}
        settings.update(other)
        if settings:
            self.vsctl(["set", "Open_vSwitch", "."] + [f"other_config:{k}={v}" for k, v in settings.items()], wait=0)
        self.start_daemon()

    def start_daemon(self, *options):
        self.inside(
            ["bash", "-c", 'exec -a ovs-vswitchd "$0" "$@"', self.binary, f"unix:{self.folder}/db.sock", "--pidfile",
             "--detach", "--no-chdir", f"--log-file={self.folder}/ovs-vswitchd.log", "-vconsole:off", *options])

    def pid(self, name="ovs-vswitchd"):
        try:
            with open(f"{self.folder}/{name}.pid") as file:
                return int(file.read())
        except (OSError, ValueError):
            return None

    def kill(self, number, name="ovs-vswitchd"):
        pid = self.pid(name)
        expect(pid, f"no {name} runs")
        os.kill(pid, number)
        return pid

    def wait_gone(self, pid, seconds=10):
        eventually(seconds, lambda: not os.path.exists(f"/proc/{pid}"), f"process {pid} did not end")

    @property
    def log(self):
        try:
            with open(f"{self.folder}/ovs-vswitchd.log", errors="replace") as file:
                return file.read()
        except OSError:
            return ""

    # What the daemon uses

    def threads(self):
        """Names and numbers of the daemon's threads."""
        pid, result = self.pid(), []
        for task in os.listdir(f"/proc/{pid}/task"):
            try:
                with open(f"/proc/{pid}/task/{task}/comm") as file:
                    result.append((file.read().strip(), int(task)))
            except OSError:
                pass
        return result

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.pid()}/fd"))

    def resident(self):
        """Resident memory in MiB."""
        with open(f"/proc/{self.pid()}/status") as file:
            return int(re.search(r"VmRSS:\s+(\d+)", file.read()).group(1)) / 1024

    def processor(self, seconds, thread=None):
        """The share of a core that the daemon, or one of its threads, uses over some seconds."""
        path = f"/proc/{self.pid()}/" + (f"task/{thread}/stat" if thread else "stat")

        def ticks():
            with open(path) as file:
                fields = file.read().rsplit(")", 1)[1].split()
            return int(fields[11]) + int(fields[12])
        before = ticks()
        time.sleep(seconds)
        return (ticks() - before) / os.sysconf("SC_CLK_TCK") / seconds

    def statistic(self, port, name):
        text = self.vsctl(["--if-exists", "get", "Interface", port, f"statistics:{name}"], check=False)
        return int(text) if text.isdigit() else 0

    # Hosts

    def tap(self, bridge, name, address, settings=""):
        """A host on an internal port."""
        self.vsctl(f"add-port {bridge} {name} {settings} -- set Interface {name} type=internal")
        host = Host(self, name, name, address)
        self.hosts.append(host)
        self.inside(f"ip link set {name} netns {host.namespace}")
        return self.bring_up(host)

    def veth(self, bridge, name, address, settings=""):
        """A host behind a veth pair, the kernel's offloads as they are by default."""
        host = Host(self, name, "eth0", address)
        self.hosts.append(host)
        self.inside(f"ip link add {name} type veth peer name eth0 netns {host.namespace}")
        self.inside(f"ip link set {name} up")
        self.vsctl(f"add-port {bridge} {name} {settings}")
        return self.bring_up(host)

    def bring_up(self, host):
        host.run("ip", "link", "set", "lo", "up")
        host.run("sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1")
        host.run("ip", "address", "add", f"{host.address}/16", "dev", host.interface)
        host.run("ip", "link", "set", host.interface, "up")
        return host

    def bridge(self, name="br0"):
        self.vsctl(f"add-br {name} -- set Bridge {name} datapath_type=netdev")

    def pair(self, bridge="br0"):
        """Two hosts on internal ports that reach each other."""
        a, b = self.tap(bridge, "ta", "10.9.0.1"), self.tap(bridge, "tb", "10.9.0.2")
        eventually(5, lambda: a.ping("10.9.0.2", 1) == 1, "two fresh hosts do not reach each other")
        return a, b

    # Traffic

    def device(self, name, devargs, bridge="br0", settings=""):
        return f"add-port {bridge} {name} -- set Interface {name} type=dpdk options:dpdk-devargs={devargs} {settings}"

    def number(self):
        self.serial += 1
        return self.serial

    def replay(self, frames):
        """Devargs of a device that receives `frames` without end."""
        number = self.number()
        path = f"{self.folder}/frames-{number}.pcap"
        with open(path, "wb") as file:
            file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
            for frame in frames:
                file.write(struct.pack("<IIII", 0, 0, len(frame), len(frame)) + frame)
        return f"net_pcap{number},rx_pcap={path},infinite_rx=1"

    def hoarders(self, least=1):
        """Names and devargs of devices that keep so many buffers each. Those that find them leave none, but in threads'
        caches, of a pool of 16384; those for which there are no longer enough are refused."""
        size = 8192
        while size >= least:
            yield f"h{size}", self.replay([udp(BROADCAST, address(i % 8 + 1)) for i in range(size)])
            size //= 2

    # End

    def healthy(self, pair, pid=None):
        """The daemon lives, answers, forwards, and has logged nothing that tells of a fault."""
        expect(pid is None or self.pid() == pid, "the daemon is another process than before")
        expect(os.path.exists(f"/proc/{self.pid()}"), "the daemon is gone")
        took = self.latency()
        expect(took < 2, f"ovs-appctl version took {took:.1f} s")
        if pair:
            eventually(5, lambda: pair[0].ping(pair[1].address, 1) == 1, "the two hosts do not reach each other")
        bad = [line for line in self.log.splitlines() if re.search(r"\|(EMER|ERR)\|", line)]
        expect(not bad, "the log tells of errors: " + " / ".join(bad[:3]))

    def leave(self, cleanup=True, seconds=15):
        """Ends the daemon in order."""
        pid = self.pid()
        self.appctl("exit" + (" --cleanup" if cleanup else ""), wait=seconds)
        self.wait_gone(pid, seconds)

    def close(self):
        for child in self.children:
            if child.poll() is None:
                child.kill()
                child.wait()
        for namespace in [host.namespace for host in self.hosts] + [self.namespace]:
            for _ in range(3):
                pids = self.command("ip", "netns", "pids", namespace, check=False).split()
                for pid in pids:
                    if pid.isdigit():
                        try:
                            os.kill(int(pid), signal.SIGKILL)
                        except OSError:
                            pass
                if not pids:
                    break
                time.sleep(0.1)
            self.command("ip", "netns", "del", namespace, check=False)
        shutil.rmtree(self.folder, ignore_errors=True)


# Frames

def address(number):
    return struct.pack("!BBI", 0x02, (number >> 32) & 0xFF, number & 0xFFFFFFFF)


BROADCAST = b"\xff" * 6


def udp(destination, source, flow=0, size=60):
    """A UDP datagram over IPv4 in `size` bytes of frame; no checksum of its own, as RFC 768 allows."""
    length = size - 14
    header = struct.pack("!BBHHHBBH", 0x45, 0, length, 0, 0, 64, 17, 0)
    header += struct.pack("!II", 0x0A010000 + (flow & 0xFFFF), 0x0A020001)
    total = sum(struct.unpack("!10H", header))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    header = header[:10] + struct.pack("!H", ~total & 0xFFFF) + header[12:]
    return destination + source + b"\x08\x00" + header + struct.pack("!HHHH", 1024, 2048, length - 20, 0) + bytes(
        length - 28)
