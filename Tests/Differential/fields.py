"""What flow entries match and change: the fields of ovs-fields(7), with values out of the world of frames.py."""

import frames


class Field:
    """One field: its names, its width, what a packet must be to have it, and values for it."""

    def __init__(self, name, nxm, bits, needs, values, masked=True, written=True, form="hex"):
        self.name, self.nxm, self.bits, self.needs = name, nxm, bits, needs
        self.values, self.masked, self.written, self.form = values, masked, written, form

    def text(self, value):
        if self.form == "mac":
            raw = f"{value:012x}"
            return ":".join(raw[place:place + 2] for place in range(0, 12, 2))
        if self.form == "ip":
            return ".".join(str(part) for part in value.to_bytes(4, "big"))
        if self.form == "ipv6":
            return frames.ipv6_text(value)
        return str(value) if self.form == "number" else hex(value)

    def value(self, random):
        return random.choice(self.values)

    def mask(self, random):
        """Few bits, many, or a prefix: each has its own way through a classifier."""
        every = (1 << self.bits) - 1
        kind = random.random()
        if kind < 0.4:
            return every ^ (every >> random.randint(1, self.bits))
        if kind < 0.7:
            return every ^ (1 << random.randrange(self.bits))
        if kind < 0.9:
            return 1 << random.randrange(self.bits)
        return random.getrandbits(self.bits) or 1

    def drawn(self, random, whole):
        """A value, with a mask where the field has masks, but for a share `whole` of them."""
        value = self.value(random)
        if not self.masked or random.random() < whole:
            return self.text(value)
        mask = self.mask(random)
        return f"{self.text(value & mask)}/{self.text(mask)}"

    def match(self, random):
        return f"{self.name}={self.drawn(random, 0.6)}"

    def set_field(self, random):
        return f"set_field:{self.drawn(random, 0.75)}->{self.name}"

    def range(self, random, width=None):
        """A part of the field, as NAME[from..to]; all of it as often as not."""
        width = width or (self.bits if random.random() < 0.5 else random.randint(1, self.bits))
        start = random.randint(0, self.bits - width)
        if width == self.bits:
            return f"{self.nxm}[]", width
        return f"{self.nxm}[{start}..{start + width - 1}]" if width > 1 else f"{self.nxm}[{start}]", width


class Option(Field):
    """An option of tunnels: tun_metadata with the width that OPTIONS gives it, which ovs-ofctl does not know of."""

    def __init__(self, number, values):
        super().__init__(f"tun_metadata{number}", f"NXM_NX_TUN_METADATA{number}", 8 * OPTIONS[number], "", values)

    # No delete_field: Open vSwitch reads what was there before as the value of an option that is there no more.

    def match(self, random):
        # That the packet has it, whatever the value.
        return self.name if random.random() < 0.2 else super().match(random)

    def range(self, random, width=None):
        width = width or random.randint(1, self.bits)
        start = random.randint(0, self.bits - width)
        return f"{self.nxm}[{start}..{start + width - 1}]" if width > 1 else f"{self.nxm}[{start}]", width


# Bytes by number; both switches map them.
OPTIONS = {0: 4, 1: 8, 5: 40, 63: 124}
TLV_MAP = ",".join(f"{{class=0xffff,type={number},len={length}}}->tun_metadata{number}" for number, length in OPTIONS.items())


MACS = [int.from_bytes(frames.mac(text), "big") for text in frames.MACS]
IPV4 = [int.from_bytes(frames.ipv4(text), "big") for text in frames.IPV4]
IPV6 = [int.from_bytes(frames.ipv6(text), "big") for text in frames.IPV6]
SMALL = [0, 1, 2, 3]
WIDE = SMALL + [0xffff, 0xdeadbeef]
VERY_WIDE = WIDE + [0x0123456789abcdef]

EVERY = (
    [
        Field("eth_src", "NXM_OF_ETH_SRC", 48, "", MACS[:3], form="mac"),
        Field("eth_dst", "NXM_OF_ETH_DST", 48, "", MACS, form="mac"),
        Field("vlan_tci", "NXM_OF_VLAN_TCI", 16, "", [0, 0x1001, 0x1002, 0x7064, 0xf00a], written=False),
        Field("vlan_vid", "OXM_OF_VLAN_VID", 12, "vlan", frames.VLANS, form="number"),
        Field("vlan_pcp", "OXM_OF_VLAN_PCP", 3, "vlan", [0, 3, 7], masked=False, form="number"),
        Field("metadata", "OXM_OF_METADATA", 64, "", VERY_WIDE),
        Field("tun_id", "NXM_NX_TUN_ID", 64, "", SMALL),
        Field("pkt_mark", "NXM_NX_PKT_MARK", 32, "", SMALL),
        Field("mpls_label", "OXM_OF_MPLS_LABEL", 20, "mpls", frames.LABELS, masked=False, form="number"),
        Field("mpls_tc", "OXM_OF_MPLS_TC", 3, "mpls", [0, 5], masked=False, form="number"),
        Field("mpls_ttl", "NXM_NX_MPLS_TTL", 8, "mpls", [1, 2, 64], masked=False, form="number"),
        Field("ip_src", "NXM_OF_IP_SRC", 32, "ip4", IPV4, form="ip"),
        Field("ip_dst", "NXM_OF_IP_DST", 32, "ip4", IPV4, form="ip"),
        Field("ipv6_src", "NXM_NX_IPV6_SRC", 128, "ip6", IPV6, form="ipv6"),
        Field("ipv6_dst", "NXM_NX_IPV6_DST", 128, "ip6", IPV6, form="ipv6"),
        Field("ipv6_label", "NXM_NX_IPV6_LABEL", 20, "ip6", [0, 1, 0xfffff]),
        Field("nw_ttl", "NXM_NX_IP_TTL", 8, "ip", [0, 1, 2, 64, 255], masked=False, form="number"),
        Field("ip_dscp", "OXM_OF_IP_DSCP", 6, "ip", [0, 10, 46], masked=False, form="number"),
        Field("nw_ecn", "NXM_NX_IP_ECN", 2, "ip", [0, 1, 3], masked=False, form="number"),
        # Both know its lower half only.
        Field("arp_op", "NXM_OF_ARP_OP", 8, "arp", [1, 2, 3], masked=False, form="number"),
        Field("arp_spa", "NXM_OF_ARP_SPA", 32, "arp", IPV4, form="ip"),
        Field("arp_tpa", "NXM_OF_ARP_TPA", 32, "arp", IPV4, form="ip"),
        Field("arp_sha", "NXM_NX_ARP_SHA", 48, "arp", MACS[:3], form="mac"),
        Field("arp_tha", "NXM_NX_ARP_THA", 48, "arp", MACS[:3], form="mac"),
        Field("tcp_flags", "NXM_NX_TCP_FLAGS", 12, "tcp", [0x002, 0x010, 0x012, 0x011, 0x112], written=False),
        Field("icmp_type", "NXM_OF_ICMP_TYPE", 8, "icmp", [8, 0, 3], masked=False, form="number"),
        Field("icmp_code", "NXM_OF_ICMP_CODE", 8, "icmp", [0, 1], masked=False, form="number"),
        Field("icmpv6_type", "NXM_NX_ICMPV6_TYPE", 8, "icmp6", [128, 129, 1, 135], masked=False, form="number"),
        Field("icmpv6_code", "NXM_NX_ICMPV6_CODE", 8, "icmp6", [0, 1], masked=False, form="number"),
        Field("nd_target", "NXM_NX_ND_TARGET", 128, "nd", IPV6, form="ipv6"),
        Field("nd_reserved", "ERICOXM_OF_ICMPV6_ND_RESERVED", 32, "nd", [0, 1, 0x20000000, 0xe0000000], masked=False),
        Field("nd_options_type", "ERICOXM_OF_ICMPV6_ND_OPTIONS_TYPE", 8, "nd", [0, 1, 2], masked=False, form="number"),
        Field("nd_sll", "NXM_NX_ND_SLL", 48, "ns", MACS[:3], form="mac"),
        Field("nd_tll", "NXM_NX_ND_TLL", 48, "na", MACS[:3], form="mac"),
    ]
    + [Field(f"reg{number}", f"NXM_NX_REG{number}", 32, "", WIDE) for number in (0, 1, 2, 3, 7, 15)]
    + [Field(f"xreg{number}", f"OXM_OF_PKT_REG{number}", 64, "", VERY_WIDE) for number in (0, 1, 7)]
    + [Field("xxreg0", "NXM_NX_XXREG0", 128, "", VERY_WIDE)]
    + [
        Field(f"{kind}_{end}", f"{'OXM' if kind == 'sctp' else 'NXM'}_OF_{kind.upper()}_{end.upper()}", 16, kind, frames.PORTS)
        for kind in ("tcp", "udp", "sctp") for end in ("src", "dst")
    ])

# Asked for by `--tunnel-options`.
OPTION_FIELDS = [Option(0, WIDE), Option(1, VERY_WIDE), Option(5, WIDE), Option(63, VERY_WIDE)]

# Only as the source of `move` and `push`, since reading them is all that OpenFlow lets one do.
READ_ONLY = [
    Field("eth_type", "NXM_OF_ETH_TYPE", 16, "", [0], written=False),
    Field("nw_proto", "NXM_OF_IP_PROTO", 8, "ip", [0], written=False),
    Field("in_port", "NXM_OF_IN_PORT", 16, "", [0], written=False),
    Field("ip_frag", "NXM_NX_IP_FRAG", 8, "ip", [0], written=False),
    Field("mpls_bos", "OXM_OF_MPLS_BOS", 1, "mpls", [0], written=False),
    Field("actset_output", "OXM_OF_ACTSET_OUTPUT", 32, "", [0], written=False),
]


def of(kinds, everything=EVERY):
    """The fields that a packet of these kinds has."""
    return [field for field in everything if not field.needs or field.needs in kinds]
