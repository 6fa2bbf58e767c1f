"""Two guests talk through the switch, by both kinds of ports, while everything ends and comes back but the traffic.

Guests start before the switch; it is killed and restarted, and ended in order and restarted; a guest is killed and
started anew; a guest reboots; its rings come and go while streams run; MTU 1500 and 4000."""

import re
import signal
import time

from lab import eventually, expect
from virtio import Image, VirtioGuest

# A packet is through again this long after the switch answers, or a guest is up. QEMU tries to connect once a second,
# DPDK too; the rest is for a machine with more guests than cores.
BACK_SECONDS = 15


class Pair:
    def __init__(self, lab):
        self.lab = lab
        image = Image(lab.folder)
        # QEMU makes the socket (dpdkvhostuserclient) and waits for the switch before it starts the guest.
        self.a = VirtioGuest(
            image, "a", f"{lab.folder}/sock-a", "server", "52:54:00:00:00:0a", "10.9.0.1",
            memory="/dev/shm", device=",host_mtu=4000")
        # The switch makes the socket (dpdkvhostuser).
        self.b = VirtioGuest(
            image, "b", f"{lab.folder}/vb", "client", "52:54:00:00:00:0b", "10.9.0.2")
        lab.guests = [self.a, self.b]
        self.notes = []

    # What the database says

    def column(self, port, column):
        return self.lab.vsctl(f"get Interface {port} {column}").strip('"')

    def statistic(self, port, name):
        return self.lab.statistic(port, name)

    def link(self, port, state, seconds=10):
        eventually(seconds, lambda: self.column(port, "link_state") == state, f"{port}: link_state is not {state}")

    def reached(self, seconds=BACK_SECONDS):
        """Waits until the guests reach each other; the seconds that it took."""
        return eventually(
            seconds, lambda: self.a.ping(self.b.address, 1) == 1, "the guests do not reach each other")

    def note(self, text):
        self.notes.append(text)

    # Steps

    def meet(self):
        """Both guests were there first."""
        begin = time.monotonic()
        self.a.start()
        self.b.start()
        lab = self.lab
        lab.start(mask="0x1")
        lab.bridge()
        lab.vsctl(
            f"add-port br0 va -- set Interface va type=dpdkvhostuserclient options:vhost-server-path={self.a.vhost} "
            "options:n_rxq=2 mtu_request=1500 "
            "-- add-port br0 vb -- set Interface vb type=dpdkvhostuser options:n_rxq=2 mtu_request=1500")
        for guest in (self.a, self.b):
            guest.wait_ready()
            guest.bring_up()
        self.note(f"up after {time.monotonic() - begin:.0f} s")
        self.reached()
        expect(self.a.ping(self.b.address, 10, 1472) == 10, "pings of full length were lost")

    def told(self):
        """What the rows say of guests that are there."""
        for port, mode, socket in (("va", "client", self.a.vhost), ("vb", "server", self.b.vhost)):
            self.link(port, "up")
            for key, value in (("mode", mode), ("status", "connected"), ("socket", socket), ("num_of_vrings", "4"),
                               ("vring_0_size", "256"), ("vring_3_size", "256"), ("numa", "0")):
                found = self.column(port, f"status:{key}")
                expect(found == value, f"{port}: status:{key} is {found}, not {value}")
            expect(re.fullmatch("0x[0-9a-f]{16}", self.column(port, "status:features")), f"{port}: status:features")
            mac = self.column(port, "mac_in_use")
            expect(re.fullmatch("[0-9a-f][26ae](:[0-9a-f]{2}){5}", mac), f"{port}: mac_in_use is {mac}")
            expect(self.column(port, "admin_state") == "up", f"{port}: admin_state")
        shown = self.lab.appctl("dpif-netdev/pmd-rxq-show")
        for port in ("va", "vb"):
            queues = re.findall(rf"port: {port} +queue-id: +(\d) \(enabled\)", shown)
            expect(sorted(queues) == ["0", "1"], f"pmd-rxq-show: {port} is polled on queues {queues}: {shown}")

    def packets(self, direction):
        """What went over each queue of each port: "rx" came from the guest, "tx" went to it."""
        return {(port, queue): self.statistic(port, f"{direction}_q{queue}_good_packets")
                for port in ("va", "vb") for queue in (0, 1)}

    def used(self, direction, before):
        # Statistics are written every 5 s.
        for (port, queue), old in before.items():
            eventually(15, lambda: self.packets(direction)[port, queue] > old,
                       f"{port}: {direction} queue {queue} was not used")

    def copy(self, source, target, port, size=4):
        """A file of `size` MiB arrives as it was sent, over TCP."""
        target.run(f"(nc -l -p {port} < /tmp/open > /tmp/copy; touch /tmp/copied) & sleep 0.5")
        sent = source.run(
            f"dd if=/dev/urandom of=/tmp/file bs=1M count={size} 2> /dev/null; md5sum < /tmp/file; "
            f"nc -w 20 {target.address} {port} < /tmp/file")
        target.run("for i in $(seq 200); do [ -e /tmp/copied ] && break; sleep 0.1; done; rm /tmp/copied")
        came = target.run("md5sum < /tmp/copy; rm /tmp/copy")
        expect(sent.split()[0] == came.split()[0], f"{source.name} to {target.name}: the file came changed")

    def tcp(self, seconds=3):
        """Streams both ways, enough of them for all queues."""
        before = self.packets("rx")
        self.b.run("iperf3 -s -D > /dev/null 2>&1; sleep 0.5")
        rates = []
        for options in ("", "-R"):
            text = self.a.run(f"iperf3 -c {self.b.address} -t {seconds} -P 4 {options}", 60)
            found = re.search(r"SUM.* ([\d.]+) ([MG])bits/sec.*receiver", text)
            expect(found, f"iperf3 {options}: {text}")
            rates.append(float(found.group(1)) * (1000 if found.group(2) == "G" else 1))
            expect(rates[-1] > 1, f"iperf3 {options}: {rates[-1]} Mbit/s")
        self.b.run("killall iperf3")
        self.used("rx", before)
        return rates

    def talk(self):
        self.copy(self.a, self.b, 5002)
        self.copy(self.b, self.a, 5003)
        rates = self.tcp()
        self.note(f"TCP {rates[0]:.0f} and {rates[1]:.0f} Mbit/s")

    def jumbo(self):
        """MTU 4000, first at the switch alone, then everywhere; and too long frames before that are not passed on."""
        lab = self.lab
        for guest in (self.a, self.b):
            guest.set_mtu(4000)
        # What does not fit a buffer of its port's MTU does not come in.
        expect(self.a.ping(self.b.address, 2, 3000) == 0, "frames of 3042 bytes pass ports of MTU 1500")
        lab.vsctl("set Interface va mtu_request=4000")
        eventually(5, lambda: self.column("va", "mtu") == "4000", "va: mtu is not 4000")
        expect(self.a.ping(self.b.address, 2, 3000) == 0, "frames of 3042 bytes pass to a port of MTU 1500")
        eventually(
            15, lambda: self.statistic("vb", "ovs_tx_mtu_exceeded_drops") > 0, "vb: ovs_tx_mtu_exceeded_drops is 0")
        lab.vsctl("set Interface va mtu_request=4000 -- set Interface vb mtu_request=4000")
        for port in ("va", "vb"):
            eventually(5, lambda: self.column(port, "mtu") == "4000", f"{port}: mtu is not 4000")
        eventually(
            BACK_SECONDS, lambda: self.a.ping(self.b.address, 1, 3972) == 1, "at MTU 4000, 4014 bytes do not pass")
        expect(self.a.ping(self.b.address, 10, 3972) == 10, "pings of 4014 bytes were lost")
        expect(self.b.ping(self.a.address, 5, 56) == 5, "short pings were lost at MTU 4000")
        old = self.statistic("vb", "tx_1523_to_max_packets")
        rates = self.tcp()
        eventually(15, lambda: self.statistic("vb", "tx_1523_to_max_packets") > old + 100,
                   "vb: TCP sent no frames longer than 1522 bytes")
        self.note(f"at MTU 4000 {rates[0]:.0f} and {rates[1]:.0f}")

    def stream(self):
        """Begins a TCP connection that is to outlive all that follows: a number ten times a second."""
        self.b.run("nc -l -p 5004 < /tmp/open > /tmp/stream & sleep 0.5")
        self.a.run(
            f"(i=0; while :; do i=$((i+1)); echo $i; sleep 0.1; done | nc {self.b.address} 5004) > /dev/null 2>&1 &")
        self.flows(10)

    def flows(self, seconds):
        """The stream goes on, and nothing of it is missing or there twice; the seconds until it went on."""
        def lines():
            count, wrong = self.b.run("awk '$0 != NR { wrong++ } END { print NR, wrong + 0 }' /tmp/stream").split()
            expect(wrong == "0", f"{wrong} of {count} lines of the TCP connection are not the next ones")
            return int(count)
        old = lines()
        return eventually(seconds, lambda: lines() > old, "the TCP connection does not go on")

    def restart(self, end, word):
        """The switch ends and comes back; guests and their TCP connection go on by themselves."""
        end()
        self.lab.start_daemon()
        eventually(20, lambda: self.lab.appctl("version"), "the switch does not answer")
        pings = self.reached()
        stream = self.flows(60)
        self.note(f"after {word} {pings:.1f} s to the first ping, {pings + stream:.1f} s to TCP")
        for port in ("va", "vb"):
            self.link(port, "up")

    def crash(self):
        self.lab.wait_gone(self.lab.kill(signal.SIGKILL))

    def anew(self):
        """A guest is killed, and started again when the switch has been there for long."""
        resets = int(self.column("va", "link_resets"))
        self.a.kill()
        self.link("va", "down")
        expect(self.column("va", "status:status") == "disconnected", "va: status:status without a guest")
        self.link("vb", "up")
        self.a.start()
        self.a.wait_ready()
        self.a.bring_up(4000)
        self.note(f"anew {self.reached():.1f} s")
        self.link("va", "up")
        expect(int(self.column("va", "link_resets")) >= resets + 2, "va: link_resets did not count down and up")
        self.copy(self.a, self.b, 5005)

    def reboot(self):
        """A guest restarts itself; QEMU, and the connection, stay."""
        self.b.send("reboot -f")
        self.b.wait_ready()
        self.b.bring_up(4000)
        self.note(f"after a reboot {self.reached():.1f} s")
        self.link("vb", "up")
        self.copy(self.b, self.a, 5006)

    def spread(self):
        """With two threads, each polling a queue of each guest, both pairs of queues are used towards guests too."""
        lab = self.lab
        lab.vsctl("set Open_vSwitch . other_config:pmd-cpu-mask=0x3")
        for port in ("va", "vb"):
            lab.vsctl(["set", "Interface", port, 'other_config:pmd-rxq-affinity="0:0,1:1"'])
        before = self.packets("tx")
        self.tcp()
        self.used("tx", before)
        lab.vsctl("clear Interface va other_config -- clear Interface vb other_config")
        lab.vsctl("set Open_vSwitch . other_config:pmd-cpu-mask=0x1")
        self.reached()

    def rebind(self):
        """The guest's driver lets go of the device and takes it again: rings stop and start."""
        bus = "/sys/bus/virtio/drivers/virtio_net"
        self.b.run(
            "device=$(basename $(readlink /sys/class/net/eth0/device)); for i in 1 2 3; do "
            f"echo $device > {bus}/unbind; echo $device > {bus}/bind; done")
        self.b.bring_up(4000)
        self.reached()

    def leave(self):
        """The switch ends; guests live on. No socket of its own stays."""
        self.lab.leave()
        expect(self.a.lives and self.b.lives, "a guest ended with the switch")
        bad = [line for line in self.lab.log.splitlines() if re.search(r"\|(EMER|ERR)\|", line)]
        expect(not bad, "the log tells of errors: " + " / ".join(bad[:3]))


def run(lab):
    pair = Pair(lab)
    steps = [
        pair.meet, pair.told, pair.talk, pair.jumbo, pair.stream,
        lambda: pair.restart(pair.crash, "kill -9"), lambda: pair.restart(lambda: lab.leave(cleanup=False), "exit"),
        pair.told, pair.anew, pair.reboot, pair.rebind, pair.spread, pair.leave,
    ]
    for step in steps:
        begin = time.monotonic()
        step()
        if lab.verbose:
            print(f"        {getattr(step, '__name__', '?')} {time.monotonic() - begin:.1f} s", flush=True)
    return "; ".join(pair.notes)
