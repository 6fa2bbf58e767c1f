"""Random matches: a kind of packet, then fields that it has."""

import fields
import frames

# What ovs-ofctl calls a kind of packet, and the kinds of fields that it has.
PROFILES = {
    "": [],
    "arp": ["arp"],
    "rarp": ["rarp"],
    "mpls": ["mpls"],
    "mplsm": ["mpls"],
    "ip": ["ip", "ip4"],
    "tcp": ["ip", "ip4", "tcp"],
    "udp": ["ip", "ip4", "udp"],
    "sctp": ["ip", "ip4", "sctp"],
    "icmp": ["ip", "ip4", "icmp"],
    "ipv6": ["ip", "ip6"],
    "tcp6": ["ip", "ip6", "tcp"],
    "udp6": ["ip", "ip6", "udp"],
    "sctp6": ["ip", "ip6", "sctp"],
    "icmp6": ["ip", "ip6", "icmp6"],
    "icmp6,icmp_type=135,icmp_code=0": ["ip", "ip6", "icmp6", "nd", "ns"],
    "icmp6,icmp_type=136,icmp_code=0": ["ip", "ip6", "icmp6", "nd", "na"],
}
OTHERS = [
    "dl_type=0x05ff", "dl_type=0x88b6", "ip,nw_proto=47", "ip,nw_proto=2", "ipv6,nw_proto=59",
    "ipv6,nw_proto=44", "ip,nw_proto=58",
]
TRANSPORTS = {"tcp", "udp", "sctp", "icmp", "icmp6"}


class Match:
    """Its text, and what its packets have."""

    def __init__(self, text, kinds):
        self.text, self.kinds = text, kinds


class Maker:
    def __init__(self, random, ports):
        self.random, self.ports = random, ports

    def match(self, table):
        """A match for some table; metadata and registers have values only behind the first."""
        pick = self.random
        if pick.random() < 0.06:
            profile = pick.choice(OTHERS)
            kinds = ["ip"] if profile.startswith("ip") else []
        else:
            profile = pick.choice(list(PROFILES))
            kinds = list(PROFILES[profile])
        words = [profile] if profile else []
        if pick.random() < 0.3:
            words.append(f"in_port={pick.choice(self.ports)}")
        if pick.random() < 0.3:
            words.append(self.masked("dl_src", pick.choice(frames.MACS[:3]), "ff:ff:ff:ff:ff:00"))
        if pick.random() < 0.4:
            words.append(self.masked("dl_dst", pick.choice(frames.MACS), "01:00:00:00:00:00"))
        words += self.tag(kinds)
        if table and pick.random() < 0.25:
            words.append(pick.choice([f"reg{pick.randint(0, 2)}={pick.choice([0, 1, 2, 3])}", self.register()]))
        if table and pick.random() < 0.15:
            words.append(f"metadata={pick.choice([0, 1, 2])}/{pick.choice(['0x3', '0xffffffffffffffff'])}")
        if "ip" in kinds:
            words += self.network(kinds)
        words += self.own(kinds)
        words = self.once(words)
        return Match(",".join(words), kinds)

    def masked(self, field, value, mask):
        return f"{field}={value}/{mask}" if self.random.random() < 0.2 else f"{field}={value}"

    def tag(self, kinds):
        """What to say of VLANs."""
        pick = self.random
        vid, chance = pick.choice(frames.VLANS[1:]), pick.random()
        if chance < 0.08:
            kinds.append("vlan")
            return [f"dl_vlan={vid}"]
        if chance < 0.16:
            kinds.append("vlan")
            return ["vlan_tci=0x1000/0x1000"]
        if chance < 0.22:
            return ["vlan_tci=0"]
        if chance < 0.28:
            kinds.append("vlan")
            return [f"dl_vlan={vid},dl_vlan_pcp={pick.choice([0, 3, 7])}"]
        if chance < 0.31:
            return [f"vlan_tci={vid | 0x1000:#x}/{pick.choice([0x1fff, 0x1001, 0x0fff, 0xf000]):#x}"]
        if chance < 0.34:
            kinds.append("vlan")
            return ["vlan_vid=0x1000/0x1000"]
        return []

    def register(self):
        pick = self.random
        known = [field for field in fields.EVERY if "reg" in field.name or "tun_" in field.name or field.name == "pkt_mark"]
        return pick.choice(known).match(pick)

    def network(self, kinds):
        """What both versions of IP have beside addresses."""
        pick = self.random
        fragments = ["no", "first", "not_later"] if TRANSPORTS & set(kinds) else ["no", "yes", "first", "later", "not_later"]
        return [word for chance, word in (
            (0.12, f"nw_ttl={pick.choice([0, 1, 2, 64])}"),
            (0.12, f"nw_tos={pick.choice([0, 40, 184])}"),
            (0.1, f"nw_ecn={pick.choice([0, 1, 3])}"),
            (0.15, "nw_frag=" + pick.choice(fragments)),
        ) if pick.random() < chance]

    def own(self, kinds):
        """Fields that only such packets have."""
        pick = self.random
        usual = {"vlan_vid", "vlan_pcp", "nw_ttl", "ip_dscp", "nw_ecn", "icmpv6_type", "icmpv6_code"}
        # RARP has the fields of ARP, but Open vSwitch writes none of them.
        kinds = kinds + ["arp"] * ("rarp" in kinds)
        known = [field for field in fields.of(kinds) if field.needs and field.name not in usual]
        if "icmp6" in kinds and "nd" not in kinds:
            known += [field for field in fields.EVERY if field.name in ("icmpv6_type", "icmpv6_code")]
        if "mpls" in kinds:
            return [field.match(pick) for field in known if pick.random() < 0.3] + (
                [f"mpls_bos={pick.choice([0, 1])}"] if pick.random() < 0.3 else [])
        count = min(len(known), pick.choice([0, 1, 1, 2, 2, 3]))
        return [self.own_field(field) for field in pick.sample(known, count)]

    def own_field(self, field):
        pick = self.random
        if field.form in ("ip", "ipv6") and pick.random() < 0.7:
            lengths = [32, 32, 24, 16, 8, 31] if field.form == "ip" else [128, 128, 64, 16, 127]
            return f"{field.name}={field.text(field.value(pick))}/{pick.choice(lengths)}"
        if field.name == "tcp_flags" and pick.random() < 0.6:
            return f"tcp_flags={pick.choice(['+syn', '+syn+ack', '-ack', '+fin+ack', '+syn-ack'])}"
        return field.match(pick)

    def once(self, words):
        """No field twice: what is said last would count, and the text would not tell."""
        seen = {}
        for word in words:
            name = word.split("=")[0]
            if name not in seen:
                seen[name] = word
        return list(seen.values())
