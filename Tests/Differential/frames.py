"""Random frames out of a small world, so that random rules meet them."""

import ipaddress
import struct

MACS = ["02:00:00:00:00:01", "02:00:00:00:00:02", "02:00:00:00:00:11", "ff:ff:ff:ff:ff:ff", "01:00:5e:00:00:05"]
MACS_BY_PORT = {1: MACS[0], 2: MACS[1], 3: MACS[2], 4: "02:00:00:00:00:04", "LOCAL": "02:00:00:00:01:00"}
IPV4 = ["10.0.0.1", "10.0.0.2", "10.0.1.1", "10.1.0.1", "192.168.0.1", "224.0.0.5"]
IPV6 = ["fd00::1", "fd00::2", "fd00:0:0:1::1", "fe80::1", "2001:db8::1"]
PORTS = [1, 2, 53, 80, 443, 8080, 65535]
VLANS = [0, 1, 2, 10, 100, 4095]
LABELS = [0, 3, 16, 100, 1048575]
# What no rule of the generator touches.
MARKER = bytes.fromhex("020000000099" "020000000098" "88b5") + b"marker" + bytes(40)


def mac(text):
    return bytes.fromhex(text.replace(":", ""))


def ipv4(text):
    return bytes(int(part) for part in text.split("."))


def ipv4_text(value):
    return str(ipaddress.IPv4Address(value))


def ipv6(text):
    return ipaddress.IPv6Address(text).packed


def ipv6_text(value):
    return str(ipaddress.IPv6Address(value))


def checksum(data, start=0):
    if len(data) % 2:
        data += b"\0"
    total = start + sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def crc32c(data):
    crc = 0xffffffff
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82f63b78 if crc & 1 else 0)
    return crc ^ 0xffffffff


def type_place(frame):
    """Where the type stands, behind the tags."""
    place = 12
    while frame[place:place + 2] in (b"\x81\x00", b"\x88\xa8"):
        place += 4
    return place


def is_misread(frame):
    """Whether a header's protocol or operation is 0, or may be: Open vSwitch then takes its fields for absent and leaves
    them as they are, whatever actions say. So it is with labels."""
    place = type_place(frame)
    kind = int.from_bytes(frame[place:place + 2], "big")
    header = frame[place + 2:]
    if kind == 0x0800:
        return len(header) > 9 and header[9] == 0
    if kind in (0x0806, 0x8035):
        return len(header) > 7 and header[7] == 0
    if kind in (0x8847, 0x8848):
        # A label stack entry of zeros is none for Open vSwitch.
        return any(header[offset:offset + 4] == bytes(4) for offset in (0, 4, 8))
    return kind == 0x86dd and 0 in header[6:7] + header[40:90:8]


def is_deep(frame, limit):
    """Whether so many labels are not all."""
    place = type_place(frame)
    stack = frame[place + 2:]
    if frame[place:place + 2] not in (b"\x88\x47", b"\x88\x48") or len(stack) < 4 * limit:
        return False
    return not any(stack[offset] & 1 for offset in range(2, 4 * limit, 4))


def is_foreign(frame):
    """Whether it is ARP of something else than Ethernet and IPv4, or cut off: there are no fields, but Open vSwitch writes them
    where they would be once an operation is set."""
    place = type_place(frame)
    header = frame[place + 2:]
    if frame[place:place + 2] not in (b"\x08\x06", b"\x80\x35"):
        return False
    return len(header) < 28 or header[:6] != b"\0\1\x08\0\6\4"


class Maker:
    """Frames from one random number generator."""

    def __init__(self, random):
        self.random = random
        # Whether all are as they should be.
        self.are_sound = False
        # Not where packets come round: Open vSwitch then takes what later fragments carry for headers, and writes a
        # checksum into it.
        self.has_later_fragments = True
        # Three where labels are taken off, which is where packets come round: Open vSwitch drops those with more.
        self.deepest_stack = 5
        # Not where an operation of ARP is written.
        self.has_foreign_arp = True

    def frame(self, source=None):
        sound = self.sound(source)
        if self.are_sound:
            return sound
        frame = sound
        fate = self.random.random()
        if fate < 0.08:
            frame = self.cut(sound)
        elif fate < 0.14:
            frame = self.spoilt(sound)
        if self.deepest_stack < 5 and is_deep(frame, self.deepest_stack) or is_foreign(frame) and not self.has_foreign_arp:
            return sound
        return frame

    def sound(self, source=None):
        """A frame as it should be; `source`: its own address."""
        pick = self.random
        destinations = MACS[:3] + MACS
        if source:
            destinations = destinations + list(MACS_BY_PORT.values()) + ["01:80:c2:00:00:00"]
        header = mac(pick.choice(destinations)) + mac(source or pick.choice(MACS[:3]))
        # Open vSwitch's own switching forgets what is within a tag that it takes off.
        for _ in range(pick.choice([0, 0, 0, 0, 1, 1, 1, 2, 3] if not source else [0, 1])):
            # An outer 802.1ad tag may hold an 802.1Q one, not the other way round.
            tpid = 0x88a8 if header[-4:-2] != b"\x81\x00" and pick.random() < 0.2 and len(header) == 12 else 0x8100
            vid, priority = pick.choice(VLANS), pick.choice([0, 0, 3, 7])
            if source and vid == 0:
                priority = 0  # or it lets the tag stay, where its manual says that it leaves it out
            header += struct.pack("!HH", tpid, vid | priority << 13)
        type_number, payload = pick.choice(
            [self.ipv4, self.ipv4, self.ipv4, self.ipv6, self.ipv6, self.arp, self.mpls, self.other])()
        if type_number == 0x05ff:
            frame = header + payload  # with a length where others have a type
        else:
            frame = header + struct.pack("!H", type_number) + payload
        return frame + bytes(max(0, 60 - len(frame)))

    def cut(self, frame):
        """Ends somewhere behind its tags, most often within headers. What ends within a tag vSwitch drops as malformed; Open
        vSwitch takes it for untagged."""
        return frame[:self.random.randint(type_place(frame) + 2, min(len(frame), 90))]

    def spoilt(self, sound):
        """One byte or two that are not what they should be: lengths, versions, checksums."""
        pick = self.random
        frame = bytearray(sound)
        for _ in range(pick.choice([1, 1, 2])):
            frame[pick.randint(12, min(len(frame), 80) - 1)] = pick.choice([0, 1, 0x45, 0x60, 0xff, pick.randrange(256)])
        return bytes(frame) if not is_misread(frame) else sound

    def other(self):
        pick = self.random
        body = bytes(range(46))
        return pick.choice([
            (0x88b6, body),
            (0x0801, body),
            (0x9100, struct.pack("!HH", 5, 0x0800) + body),
            (0x05ff, struct.pack("!H", len(body) + 3) + b"\x42\x42\x03" + body),
            (0x05ff, struct.pack("!H", len(body) + 8) + b"\xaa\xaa\x03\0\0\0\x88\xb6" + body),
            (0x05ff, struct.pack("!H", 60) + b"\xaa\xaa\x03\0\0\0\x08\x00" + self.ipv4()[1]),
        ])

    def arp(self):
        pick = self.random
        others = [(6, 0x0800, 6, 4), (1, 0x86dd, 6, 4), (1, 0x0800, 8, 4)] * self.has_foreign_arp
        kind = pick.choice([(1, 0x0800, 6, 4)] * 12 + others)
        operation = pick.choice([1, 2, 1, 2, 1, 2, 3, 255])
        return pick.choice([0x0806, 0x0806, 0x8035]), struct.pack(
            "!HHBBH6s4s6s4s", *kind, operation, mac(pick.choice(MACS[:3])),
            ipv4(pick.choice(IPV4)), mac(pick.choice(MACS[:3])), ipv4(pick.choice(IPV4)))

    def mpls(self):
        pick = self.random
        stack = b""
        depth = min(pick.choice([1, 1, 2, 3, 4, 5]), self.deepest_stack)
        for level in range(depth):
            entry = pick.choice(LABELS) << 12 | pick.choice([0, 5]) << 9 | (level == depth - 1) << 8 | pick.choice(
                [1, 2, 64])
            stack += struct.pack("!I", entry)
        payload = pick.choice([self.ipv4, self.ipv4, self.ipv6, self.arp])()[1]
        return pick.choice([0x8847, 0x8848]), stack + payload

    def ipv4(self):
        pick = self.random
        source, destination = ipv4(pick.choice(IPV4)), ipv4(pick.choice(IPV4))
        protocol, make = pick.choice(
            [(6, self.tcp), (6, self.tcp), (17, self.udp), (17, self.udp), (132, self.sctp), (1, self.icmp), (47, self.raw),
             (2, self.igmp), (58, self.icmp), (51, self.raw)])
        fragment = pick.choice([0, 0, 0, 0, 0, 0x4000, 0x2000, 0x2001, 0x0005])
        if not self.has_later_fragments:
            fragment &= 0xe000
        if make == self.sctp and fragment & 0x3fff:
            fragment = 0  # nobody can keep the checksum of a message right that is in pieces
        payload = make(source + destination + struct.pack("!BBH", 0, protocol, 0))
        options = pick.choice([b"", b"", b"", b"\x01\x01\x01\x00", bytes([1] * 39 + [0])])
        header = struct.pack(
            "!BBHHHBBH4s4s", 0x45 + len(options) // 4, pick.choice([0, 0, 0x28, 0xb8, 0x03]),
            20 + len(options) + len(payload), 7, fragment, pick.choice([0, 1, 2, 64, 255]), protocol, 0, source,
            destination) + options
        return 0x0800, header[:10] + struct.pack("!H", checksum(header)) + header[12:] + payload

    def ipv6(self):
        pick = self.random
        source, destination = ipv6(pick.choice(IPV6)), ipv6(pick.choice(IPV6))
        protocol, make = pick.choice(
            [(6, self.tcp), (17, self.udp), (17, self.udp), (132, self.sctp), (58, self.icmp6), (58, self.nd), (58, self.nd),
             (59, self.raw), (50, self.raw), (1, self.icmp)])
        payload = make(source + destination + struct.pack("!HBB", 0, 0, protocol))
        following, extensions = self.extensions(protocol, make != self.sctp)
        first = 6 << 28 | pick.choice([0, 0, 0x28, 0x03]) << 20 | pick.choice([0, 1, 0xfffff])
        return 0x86dd, struct.pack(
            "!IHBB16s16s", first, len(extensions) + len(payload), following, pick.choice([0, 1, 2, 64, 255]), source,
            destination) + extensions + payload

    def extensions(self, protocol, may_be_fragment):
        """What follows the header: its first byte, and extension headers up to `protocol`."""
        pick = self.random
        kinds = []
        if pick.random() < 0.4:
            # None twice: of two routing headers Open vSwitch forgets the checksum.
            kinds = pick.sample([0, 60, 43, 51, 44, 135], pick.choice([1, 1, 2, 3]))
            kinds = [kind for kind in kinds if kind != 44 or may_be_fragment]
        data = b""
        following = protocol
        for kind in reversed(kinds):
            if kind == 44:
                header = struct.pack("!BBHI", following, 0, pick.choice([0, 1, 8, 9] if self.has_later_fragments else [0, 1]), 99)
            elif kind == 43:
                # Of type 0, on its last address or before: then the destination is not the one that is summed up.
                header = struct.pack("!BBBBI16s", following, 2, 0, pick.choice([0, 1]), 0, ipv6(pick.choice(IPV6)))
            elif kind == 51:
                header = struct.pack("!BBHIII", following, 2, 0, 1, 1, 0)
            else:
                header = struct.pack("!BB", following, 0) + b"\x01\x04\0\0\0\0"
            data = header + data
            following = kind
        return following, data

    def near(self, values):
        """A datagram that one of the rules of `rules.Maker.narrow` matches, or only just does not."""
        pick = self.random
        header = {"nw_src": pick.getrandbits(32), "nw_dst": pick.getrandbits(32), "udp_dst": pick.getrandbits(16)}
        for field, (bits, length) in pick.choice(values).items():
            width = 16 if field == "udp_dst" else 32
            rest = pick.getrandbits(width) & (1 << width - length) - 1
            header[field] = bits & -(1 << width - length) & (1 << width) - 1 | rest
            if pick.random() < 0.4:
                header[field] ^= 1 << width - pick.choice([length, length, pick.randint(1, length)])
        datagram = struct.pack("!HHHH", 7, header["udp_dst"], 8, 0)
        start = struct.pack("!BBHHHBBHII", 0x45, 0, 28, 0, 0, 64, 17, 0, header["nw_src"], header["nw_dst"])
        packet = start[:10] + struct.pack("!H", checksum(start)) + start[12:] + datagram
        return mac(MACS[0]) + mac(MACS[1]) + b"\x08\x00" + packet + bytes(18)

    def body(self):
        return bytes(self.random.choice([0, 1, 18, 19, 64, 300]))

    def tcp(self, pseudo):
        pick = self.random
        segment = struct.pack(
            "!HHIIBBHHH", pick.choice(PORTS), pick.choice(PORTS), 1, 2, 0x50 | pick.choice([0, 1]),
            pick.choice([0x02, 0x10, 0x12, 0x11, 0x04]), 1000, 0, 0) + self.body()
        return self.summed(segment, 16, pseudo)

    def udp(self, pseudo):
        pick = self.random
        body = self.body()
        datagram = struct.pack("!HHHH", pick.choice(PORTS), pick.choice(PORTS), 8 + len(body), 0) + body
        if len(pseudo) == 12 and pick.random() < 0.2:
            return datagram  # without a checksum
        return self.summed(datagram, 6, pseudo)

    def summed(self, segment, place, pseudo):
        value = checksum(pseudo[:-4] + self.lengthened(pseudo, len(segment)) + segment)
        if place == 6 and value == 0:
            value = 0xffff
        return segment[:place] + struct.pack("!H", value) + segment[place + 2:]

    def lengthened(self, pseudo, length):
        if len(pseudo) == 12:
            return pseudo[8:10] + struct.pack("!H", length)
        return struct.pack("!IBBBB", length, 0, 0, 0, pseudo[-1])[0:8]

    def sctp(self, pseudo):
        pick = self.random
        packet = struct.pack("!HHII", pick.choice(PORTS), pick.choice(PORTS), 5, 0) + b"\0\3\0\x11" + bytes(16)
        return packet[:8] + struct.pack("<I", crc32c(packet)) + packet[12:]

    def icmp(self, pseudo):
        pick = self.random
        message = struct.pack("!BBHHH", pick.choice([8, 0, 3]), pick.choice([0, 1]), 0, 1, 1) + self.body()
        return message[:2] + struct.pack("!H", checksum(message)) + message[4:]

    def igmp(self, pseudo):
        message = struct.pack("!BBH4s", self.random.choice([0x11, 0x16, 0x17]), 0, 0, ipv4("224.0.0.5"))
        return message[:2] + struct.pack("!H", checksum(message)) + message[4:]

    def icmp6(self, pseudo):
        pick = self.random
        message = struct.pack("!BBHHH", pick.choice([128, 129, 1]), pick.choice([0, 1]), 0, 1, 1) + self.body()
        return self.summed(message, 2, pseudo)

    def nd(self, pseudo):
        pick = self.random
        kind = pick.choice([135, 136])
        message = struct.pack(
            "!BBHI16s", kind, pick.choice([0] * 9 + [1]), 0, pick.choice([0, 0, 0x20000000]), ipv6(pick.choice(IPV6)))
        usual = 1 if kind == 135 else 2
        for _ in range(pick.choice([0, 1, 1, 1, 1, 2])):
            option, length = pick.choice([(usual, 1)] * 8 + [(3 - usual, 1), (usual, 2), (usual, 0), (14, 1)])
            message += struct.pack("!BB6s", option, length, mac(pick.choice(MACS[:3]))) + bytes(max(0, length - 1) * 8)
        return self.summed(message, 2, pseudo)

    def raw(self, pseudo):
        return bytes(range(32))
