"""What is wrong with the tester of os-ken 4.2.2 itself, put right while it runs (`Tests/Conformance/run --mended`).

Packets are compared byte by byte as before, rates within the same tenth, and there is no pause between what the switch
under test is told and the packet that tries it.

- checksum   SCTP's checksum is computed over the text that Python prints for the bytes ("bytearray(b'...')"), a slip
             from the time of Python 2, so no packet has the right one. It is computed over the bytes.
- sender     A sender that is to send N packets a second sends N/100, waits for a hundredth, and begins again; what the
             sending itself takes is lost, up to a tenth of the rate, which is the whole margin, and far more at 16,000
             and 20,000 packets a second, which need as many messages. And they come in heaps of 200, of which the
             socket that its own switch receives from holds half. It sends what the clock says, evenly, equal packets up
             to 16 with one message.
- padding    An Ethernet frame has 60 bytes at least. The packets that patterns expect are filled up to that, but a
             frame of 60 bytes whose label has been taken off has 56 on a veth, which does not fill up as a wire does,
             and to a controller. What is compared is filled up with zeros to 60 bytes.
- burst      A burst size is compared though the pattern asks for none (no OFPMF_BURST), and a switch may then tell its
             own.
- lag        The tester's own switch is Debian's Open vSwitch, whose cached flows follow a change of rules some time
             after the barrier's reply, and so may drop what it is to report. It is set up first, and waited for until
             its caches have followed (revalidator/wait); only then is the switch under test set up, and no pause
             follows that.
- repeat     On a busy machine the tester sends less than a pattern says, or its switch loses what came in (its port has
             counted packets that no flow of it has). A rate that was wrong in such a run says nothing: the pattern is
             tried again, up to three times.
"""

import struct
import subprocess
import time

SMALLEST_FRAME = 60
MOST_COPIES = 16
SENDER_PAUSE = 0.002
MOST_AT_ONCE = 64
MOST_TRIES = 3
FEWEST_SENT = 0.98
FEWEST_SEEN = 0.99


def checksum():
    from os_ken.lib.packet import sctp

    table = []
    for number in range(256):
        for _ in range(8):
            number = number >> 1 ^ (0x82F63B78 if number & 1 else 0)
        table.append(number)

    def over_bytes(_, data):
        crc = 0xFFFFFFFF
        for byte in bytes(data):
            crc = crc >> 8 ^ table[(crc ^ byte) & 0xFF]
        return struct.unpack(">I", struct.pack("<I", ~crc & 0xFFFFFFFF))[0]

    assert over_bytes(None, b"123456789") == 0x839206E3  # CRC32c's check value, in its order on the wire
    sctp.sctp._checksum = over_bytes


def sender(tester):
    def by_the_clock(self, arg):
        rate = arg["packet_counter_inc"] / tester.CONTINUOUS_THREAD_INTVL
        start = time.monotonic()
        count = 0
        while self.ingress_event is not None and not self.ingress_event.is_set():
            tester.hub.sleep(SENDER_PAUSE)
            due = min(int(rate * (time.monotonic() - start)) - count, MOST_AT_ONCE)
            count += due
            if arg["randomize"]:
                for _ in range(due):
                    packet = eval("/".join(arg["packet_text"]), vars(tester))
                    packet.serialize()
                    self.tester_sw.send_packet_out(packet.data)
            else:
                send(self, arg["packet_binary"], due)

    def send(self, data, count):
        switch = self.tester_sw
        parser, protocol = switch.dp.ofproto_parser, switch.dp.ofproto
        output = parser.OFPActionOutput(switch.tester_send_port)
        while count > 0:
            copies = min(count, MOST_COPIES)
            switch.send_msg(parser.OFPPacketOut(
                datapath=switch.dp, buffer_id=protocol.OFP_NO_BUFFER, data=data, in_port=protocol.OFPP_CONTROLLER,
                actions=[output] * copies))
            count -= copies

    tester.OfTester._send_packet_thread = by_the_clock


def padding(tester):
    original = tester.OfTester._wait

    def filled_up(self):
        original(self)
        if self.state != tester.STATE_FLOW_MATCH_CHK:
            return
        for message in self.rcv_msgs:
            if hasattr(message, "data") and len(message.data) < SMALLEST_FRAME:
                message.data = bytes(message.data).ljust(SMALLEST_FRAME, b"\0")

    tester.OfTester._wait = filled_up


def burst(tester):
    original = tester.OfTester._compare_meter.__func__

    def without_burst(cls, told, asked):
        burst_flag = 1 << 2
        if not asked.flags & burst_flag:
            for band in (*told.bands, *asked.bands):
                band.burst_size = 0
        return original(cls, told, asked)

    tester.OfTester._compare_meter = classmethod(without_burst)


def lag(tester, control_socket):
    original = tester.OfTester._test

    def tester_first(self, state, *args):
        if state == tester.STATE_INIT_THROUGHPUT_FLOW:
            return None  # done, see below
        if state == tester.STATE_INIT_METER:
            original(self, tester.STATE_INIT_THROUGHPUT_FLOW, self.tester_sw)
            settle()
        result = original(self, state, *args)
        if state == tester.STATE_THROUGHPUT_FLOW_EXIST_CHK:
            settle()
        return result

    def settle():
        subprocess.run(["ovs-appctl", "-t", control_socket, "revalidator/wait"], check=True, stdout=subprocess.DEVNULL)

    tester.OfTester._test = tester_first


def repeat(tester):
    execute, send, check = (
        getattr(tester.OfTester, name) for name in
        ("_test_execute", "_continuous_packet_send", "_test_throughput_check"))

    def up_to_three_times(self, test, description):
        for number in range(MOST_TRIES):
            self.doubts = []
            result = execute(self, test, None if number else description)
            if result == tester.TEST_OK or not self.doubts:
                break
            self.logger.info("        in doubt: %s", ", ".join(self.doubts))
        return result

    def watched(self, packets):
        before = self._test(tester.STATE_TESTER_PKT_COUNT, False)
        start = time.monotonic()
        send(self, packets)
        seconds = time.monotonic() - start
        self.counts = before, self._test(tester.STATE_TESTER_PKT_COUNT, False)
        wanted = packets[tester.KEY_PACKETS][tester.KEY_PKTPS] * seconds
        sent = increase(self, self.tester_send_port, "tx")
        if sent < wanted * FEWEST_SENT:
            self.doubts.append(f"sent {sent} of {wanted:.0f}")

    def compared(self, throughputs, start, end):
        arrived = sum(increase(self, port, "rx") for port in (self.tester_recv_port_1, self.tester_recv_port_2))
        seen = sum(end[1][flow][1] - start[1][flow][1] for flow in end[1] if flow in start[1])
        if seen < arrived * FEWEST_SEEN:
            self.doubts.append(f"the tester's switch saw {seen} of {arrived}")
        return check(self, throughputs, start, end)

    def increase(self, port, direction):
        before, after = self.counts
        return after[port][direction] - before[port][direction]

    tester.OfTester._test_execute = up_to_three_times
    tester.OfTester._continuous_packet_send = watched
    tester.OfTester._test_throughput_check = compared


def apply(tester, control_socket):
    """All of them. `tester`: the module os_ken.tests.switch.tester."""
    checksum()
    sender(tester)
    padding(tester)
    burst(tester)
    lag(tester, control_socket)
    repeat(tester)
