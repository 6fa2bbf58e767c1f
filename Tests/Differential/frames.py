"""Random frames out of a small world, so that random rules meet them."""

import struct

MACS = ["02:00:00:00:00:01", "02:00:00:00:00:02", "02:00:00:00:00:11", "ff:ff:ff:ff:ff:ff", "01:00:5e:00:00:05"]
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


def ipv6(text):
    import ipaddress
    return ipaddress.IPv6Address(text).packed


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


class Maker:
    """Frames from one random number generator."""

    def __init__(self, random):
        self.random = random

    def frame(self):
        pick = self.random
        header = mac(pick.choice(MACS[:3] + MACS)) + mac(pick.choice(MACS[:3]))
        for _ in range(pick.choice([0, 0, 0, 1, 1])):
            # An outer 802.1ad tag may hold an 802.1Q one, not the other way round.
            tpid = 0x88a8 if header[-4:-2] != b"\x81\x00" and pick.random() < 0.2 and len(header) == 12 else 0x8100
            header += struct.pack("!HH", tpid, pick.choice(VLANS) | pick.choice([0, 0, 3, 7]) << 13)
        type_number, payload = pick.choice(
            [self.ipv4, self.ipv4, self.ipv4, self.ipv6, self.ipv6, self.arp, self.mpls, self.other])()
        frame = header + struct.pack("!H", type_number) + payload
        return frame + bytes(max(0, 60 - len(frame)))

    def other(self):
        return self.random.choice([0x88b6, 0x0801]), bytes(range(46))

    def arp(self):
        pick = self.random
        return pick.choice([0x0806, 0x0806, 0x8035]), struct.pack(
            "!HHBBH6s4s6s4s", 1, 0x0800, 6, 4, pick.choice([1, 2]), mac(pick.choice(MACS[:3])),
            ipv4(pick.choice(IPV4)), mac(pick.choice(MACS[:3])), ipv4(pick.choice(IPV4)))

    def mpls(self):
        pick = self.random
        stack = b""
        depth = pick.choice([1, 1, 2, 3])
        for level in range(depth):
            entry = pick.choice(LABELS) << 12 | pick.choice([0, 5]) << 9 | (level == depth - 1) << 8 | pick.choice(
                [1, 2, 64])
            stack += struct.pack("!I", entry)
        return pick.choice([0x8847, 0x8848]), stack + self.ipv4()[1]

    def ipv4(self):
        pick = self.random
        source, destination = ipv4(pick.choice(IPV4)), ipv4(pick.choice(IPV4))
        protocol, make = pick.choice(
            [(6, self.tcp), (17, self.udp), (17, self.udp), (132, self.sctp), (1, self.icmp), (47, self.raw)])
        fragment = pick.choice([0, 0, 0, 0, 0, 0x4000, 0x2000, 0x2001, 0x0005])
        if make == self.sctp and fragment & 0x3fff:
            fragment = 0  # nobody can keep the checksum of a message right that is in pieces
        payload = make(source + destination + struct.pack("!BBH", 0, protocol, 0))
        options = pick.choice([b"", b"", b"", b"\x01\x01\x01\x00"])
        header = struct.pack(
            "!BBHHHBBH4s4s", 0x45 + len(options) // 4, pick.choice([0, 0, 0x28, 0xb8, 0x03]),
            20 + len(options) + len(payload), 7, fragment, pick.choice([0, 1, 2, 64, 255]), protocol, 0, source,
            destination) + options
        return 0x0800, header[:10] + struct.pack("!H", checksum(header)) + header[12:] + payload

    def ipv6(self):
        pick = self.random
        source, destination = ipv6(pick.choice(IPV6)), ipv6(pick.choice(IPV6))
        protocol, make = pick.choice(
            [(6, self.tcp), (17, self.udp), (17, self.udp), (132, self.sctp), (58, self.icmp6), (58, self.nd)])
        payload = make(source + destination + struct.pack("!HBB", 0, 0, protocol))
        following, extension = protocol, b""
        kind = pick.choice([None, None, None, None, 0, 60, 44])
        if kind == 44 and make == self.sctp:
            kind = None
        if kind == 44:
            extension = struct.pack("!BBHI", protocol, 0, pick.choice([1, 8, 9]), 99)
            following = 44
        elif kind is not None:
            extension = struct.pack("!BB", protocol, 0) + b"\x01\x04\0\0\0\0"
            following = kind
        first = 6 << 28 | pick.choice([0, 0, 0x28, 0x03]) << 20 | pick.choice([0, 1, 0xfffff])
        return 0x86dd, struct.pack(
            "!IHBB16s16s", first, len(extension) + len(payload), following, pick.choice([0, 1, 2, 64, 255]), source,
            destination) + extension + payload

    def body(self):
        return bytes(self.random.choice([0, 1, 18, 19, 64]))

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

    def icmp6(self, pseudo):
        pick = self.random
        message = struct.pack("!BBHHH", pick.choice([128, 129, 1]), pick.choice([0, 1]), 0, 1, 1) + self.body()
        return self.summed(message, 2, pseudo)

    def nd(self, pseudo):
        pick = self.random
        kind = pick.choice([135, 136])
        message = struct.pack("!BBHI16s", kind, 0, 0, 0, ipv6(pick.choice(IPV6)))
        if pick.random() < 0.7:
            message += struct.pack("!BB6s", 1 if kind == 135 else 2, 1, mac(pick.choice(MACS[:3])))
        return self.summed(message, 2, pseudo)

    def raw(self, pseudo):
        return bytes(range(32))
