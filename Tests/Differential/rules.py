"""Random flow tables in ovs-ofctl's words, out of the world of frames.py."""

import frames

TABLES = 5
PROFILES = {
    "": [],
    "arp": ["eth"],
    "rarp": ["eth"],
    "mpls": ["eth", "mpls"],
    "mplsm": ["eth", "mpls"],
    "ip": ["eth", "ip4"],
    "tcp": ["eth", "ip4", "tcp"],
    "udp": ["eth", "ip4", "udp"],
    "sctp": ["eth", "ip4", "sctp"],
    "icmp": ["eth", "ip4", "icmp"],
    "ipv6": ["eth", "ip6"],
    "tcp6": ["eth", "ip6", "tcp"],
    "udp6": ["eth", "ip6", "udp"],
    "sctp6": ["eth", "ip6", "sctp"],
    "icmp6": ["eth", "ip6", "icmp6"],
    "icmp6,icmp_type=135,icmp_code=0": ["eth", "ip6", "ns"],
    "icmp6,icmp_type=136,icmp_code=0": ["eth", "ip6", "na"],
}


class Maker:
    """Flow tables from one random number generator; ports 1 to `ports` exist."""

    def __init__(self, random, ports, has_groups=True):
        self.random, self.ports, self.has_groups = random, ports, has_groups
        self.groups = []

    def tables(self):
        """Groups and flows of one case."""
        pick = self.random
        self.groups = []
        groups = [self.group(number) for number in range(1, pick.choice([1, 3, 4]) if self.has_groups else 1)]
        flows = {}
        for table in range(TABLES):
            for _ in range(pick.choice([2, 6, 12, 25])):
                profile = pick.choice(list(PROFILES))
                match = self.match(profile, table)
                # Rules of one priority must not overlap, or either may be taken.
                priority = len(flows) + 2
                flows[(table, match)] = self.flow(table, priority, match, profile)
            flows[(table, "")] = self.flow(table, 1, "", "")
        marker = "table=0,priority=65535,dl_type=0x88b5,actions=all"
        return groups, [marker] + list(flows.values())

    def flow(self, table, priority, match, profile):
        words = [f"table={table}", f"priority={priority}"] + ([match] if match else [])
        return ",".join(words) + ",actions=" + self.instructions(table, profile)

    # Matches ------------------------------------------------------------------------------------

    def match(self, profile, table):
        pick = self.random
        words = [profile] if profile else []
        if pick.random() < 0.3:
            words.append(f"in_port={pick.randint(1, self.ports)}")
        if pick.random() < 0.3:
            words.append(self.masked("dl_src", pick.choice(frames.MACS[:3]), "ff:ff:ff:ff:ff:00"))
        if pick.random() < 0.4:
            words.append(self.masked("dl_dst", pick.choice(frames.MACS), "01:00:00:00:00:00"))
        tagged = pick.random()
        if tagged < 0.15:
            words.append(f"dl_vlan={pick.choice(frames.VLANS[1:])}")
        elif tagged < 0.25:
            words.append("vlan_tci=0x1000/0x1000")
        elif tagged < 0.3:
            words.append("vlan_tci=0")
        elif tagged < 0.35:
            words.append(f"dl_vlan={pick.choice(frames.VLANS[1:])},dl_vlan_pcp={pick.choice([0, 3, 7])}")
        if table and pick.random() < 0.25:
            words.append(f"reg{pick.randint(0, 2)}={pick.choice([0, 1, 2, 3])}")
        if table and pick.random() < 0.15:
            words.append(f"metadata={pick.choice([0, 1, 2])}/{pick.choice(['0x3', '0xffffffffffffffff'])}")
        self.has_transport = len(PROFILES[profile]) > 2
        for kind in PROFILES[profile]:
            words += getattr(self, f"match_{kind}")()
        if profile in ("arp", "rarp"):
            words += self.match_arp()
        return ",".join(words)

    def masked(self, field, value, mask):
        return f"{field}={value}/{mask}" if self.random.random() < 0.2 else f"{field}={value}"

    def some(self, *choices):
        return [make() for chance, make in choices if self.random.random() < chance]

    def match_eth(self):
        return []

    def match_arp(self):
        pick = self.random
        return self.some(
            (0.4, lambda: f"arp_op={pick.choice([1, 2])}"),
            (0.4, lambda: f"arp_spa={pick.choice(frames.IPV4)}/{pick.choice([32, 24, 8])}"),
            (0.4, lambda: f"arp_tpa={pick.choice(frames.IPV4)}/{pick.choice([32, 24, 8])}"),
            (0.2, lambda: f"arp_sha={pick.choice(frames.MACS[:3])}"),
            (0.2, lambda: f"arp_tha={pick.choice(frames.MACS[:3])}"))

    def match_mpls(self):
        pick = self.random
        return self.some(
            (0.6, lambda: f"mpls_label={pick.choice(frames.LABELS)}"),
            (0.2, lambda: f"mpls_tc={pick.choice([0, 5])}"),
            (0.3, lambda: f"mpls_bos={pick.choice([0, 1])}"))

    def match_ip4(self):
        pick = self.random
        return self.some(
            (0.4, lambda: f"nw_src={pick.choice(frames.IPV4)}/{pick.choice([32, 32, 24, 16, 8, 31])}"),
            (0.5, lambda: f"nw_dst={pick.choice(frames.IPV4)}/{pick.choice([32, 32, 24, 16, 8, 31])}"),
            (0.15, lambda: f"nw_ttl={pick.choice([1, 2, 64])}"),
            (0.15, lambda: f"nw_tos={pick.choice([0, 40, 184])}"),
            (0.1, lambda: f"nw_ecn={pick.choice([0, 3])}"),
            (0.2, lambda: "nw_frag=" + pick.choice(
                ["no", "first", "not_later"] if self.has_transport else ["no", "yes", "first", "later", "not_later"])))

    def match_ip6(self):
        pick = self.random
        return self.some(
            (0.4, lambda: f"ipv6_src={pick.choice(frames.IPV6)}/{pick.choice([128, 128, 64, 16, 127])}"),
            (0.5, lambda: f"ipv6_dst={pick.choice(frames.IPV6)}/{pick.choice([128, 128, 64, 16, 127])}"),
            (0.15, lambda: f"ipv6_label={pick.choice([0, 1, 0xfffff])}"),
            (0.15, lambda: f"nw_ttl={pick.choice([1, 2, 64])}"),
            (0.1, lambda: f"nw_tos={pick.choice([0, 40])}"))

    def match_tcp(self):
        pick = self.random
        return self.ports_of() + self.some(
            (0.2, lambda: f"tcp_flags={pick.choice(['+syn', '+syn+ack', '-ack', '+fin+ack', '0x2'])}"))

    def match_udp(self):
        return self.ports_of()

    def match_sctp(self):
        return self.ports_of()

    def ports_of(self):
        pick = self.random
        return self.some(
            (0.4, lambda: f"tp_src={pick.choice(frames.PORTS)}{pick.choice(['', '', '/0xfff0'])}"),
            (0.5, lambda: f"tp_dst={pick.choice(frames.PORTS)}{pick.choice(['', '', '/0xfff0'])}")) and [
                f"tp_dst={pick.choice(frames.PORTS)}"]

    def match_icmp(self):
        pick = self.random
        return self.some(
            (0.6, lambda: f"icmp_type={pick.choice([8, 0, 3])}"), (0.3, lambda: f"icmp_code={pick.choice([0, 1])}"))

    def match_icmp6(self):
        pick = self.random
        return self.some(
            (0.6, lambda: f"icmp_type={pick.choice([128, 129, 1])}"), (0.3, lambda: f"icmp_code={pick.choice([0, 1])}"))

    def match_ns(self):
        pick = self.random
        return self.some(
            (0.5, lambda: f"nd_target={pick.choice(frames.IPV6)}"),
            (0.3, lambda: f"nd_sll={pick.choice(frames.MACS[:3])}"))

    def match_na(self):
        pick = self.random
        return self.some(
            (0.5, lambda: f"nd_target={pick.choice(frames.IPV6)}"),
            (0.3, lambda: f"nd_tll={pick.choice(frames.MACS[:3])}"))

    # Actions ------------------------------------------------------------------------------------

    def instructions(self, table, profile):
        pick = self.random
        actions = self.actions(table, profile, pick.choice([0, 1, 1, 2, 3, 5]))
        if table + 1 < TABLES:
            if pick.random() < 0.15:
                actions.append(f"write_actions({self.write_set(profile)})")
            if pick.random() < 0.05:
                actions.append("clear_actions")
                actions.sort(key=lambda word: word.startswith("write_actions"))
            if pick.random() < 0.2:
                actions.append(f"write_metadata:{pick.choice([1, 2])}/{pick.choice(['0x3', '0x1'])}")
            if pick.random() < 0.45:
                actions.append(f"goto_table:{pick.randint(table + 1, TABLES - 1)}")
        return ",".join(actions) if actions else "drop"

    def write_set(self, profile):
        pick = self.random
        words = [f"output:{pick.randint(1, self.ports)}"]
        if pick.random() < 0.4:
            words.insert(0, f"set_field:{pick.choice(frames.MACS[:3])}->eth_src")
        if pick.random() < 0.3:
            words.insert(0, "pop_vlan")
        if "ip4" in PROFILES[profile] and pick.random() < 0.3:
            words.insert(0, "dec_ttl")
        return ",".join(words)

    def actions(self, table, profile, count):
        pick = self.random
        return [self.action(table, profile) for _ in range(count)]

    def action(self, table, profile):
        pick = self.random
        kinds = PROFILES[profile]
        choices = [self.output] * 5 + [self.registers] * 2 + [self.ethernet] * 2 + [self.vlan] * 2 + [self.special]
        if table + 1 < TABLES:
            choices += [lambda: f"resubmit(,{pick.randint(table + 1, TABLES - 1)})"] * 2
        if self.groups:
            choices.append(lambda: f"group:{pick.choice(self.groups)}")
        if "ip4" in kinds:
            choices += [self.ip4] * 3
        if "ip6" in kinds:
            choices += [self.ip6] * 3
        for kind in ("tcp", "udp", "sctp"):
            if kind in kinds:
                choices += [lambda kind=kind: f"set_field:{pick.choice(frames.PORTS)}->{kind}_{pick.choice(['src', 'dst'])}"] * 2
        if profile == "arp":
            choices += [self.arp] * 3
        if "mpls" in kinds:
            choices += [self.mpls] * 3
        if "icmp" in kinds:
            choices += [lambda: f"set_field:{pick.choice([0, 8])}->icmp_type"]
        if "ns" in kinds:
            choices += [lambda: f"set_field:{pick.choice(frames.IPV6)}->nd_target"]
        return pick.choice(choices)()

    def output(self):
        pick = self.random
        return pick.choice(
            [f"output:{pick.randint(1, self.ports)}"] * 6
            + ["in_port", "all", "flood", "output:NXM_NX_REG1[]", f"clone({self.ethernet()},output:{pick.randint(1, self.ports)})"])

    def registers(self):
        pick = self.random
        return pick.choice([
            f"set_field:{pick.choice([0, 1, 2, 3])}->reg{pick.randint(0, 2)}",
            f"load:{pick.choice([0, 1, 2, 3])}->NXM_NX_REG{pick.randint(0, 2)}[0..3]",
            "move:NXM_OF_IN_PORT[]->NXM_NX_REG1[0..15]",
            "move:NXM_OF_ETH_SRC[0..7]->NXM_NX_REG2[0..7]",
            "move:NXM_NX_REG0[0..15]->NXM_NX_REG2[16..31]",
            "push:NXM_NX_REG0[],pop:NXM_NX_REG1[]",
            "push:NXM_OF_ETH_DST[0..7],pop:NXM_NX_REG0[0..7]",
        ])

    def ethernet(self):
        pick = self.random
        return pick.choice([
            f"set_field:{pick.choice(frames.MACS[:3])}->eth_src",
            f"set_field:{pick.choice(frames.MACS)}->eth_dst",
            "move:NXM_OF_ETH_SRC[]->NXM_OF_ETH_DST[]",
            f"load:{pick.choice(['0x1', '0x11'])}->NXM_OF_ETH_DST[0..7]",
        ])

    def vlan(self):
        pick = self.random
        vid = pick.choice(frames.VLANS[1:5])
        return pick.choice([
            "pop_vlan",
            # Never more tags than came: Open vSwitch forgets the inner ones beyond two.
            f"pop_vlan,push_vlan:0x8100,set_field:{vid | 0x1000}->vlan_vid",
            f"pop_vlan,push_vlan:0x8100,set_field:{vid | 0x1000}->vlan_vid,set_field:{pick.choice([0, 3])}->vlan_pcp",
        ])

    def special(self):
        pick = self.random
        return pick.choice(["note:01.02", "exit", f"set_queue:{pick.choice([0, 1])}", "pop_queue",
                            "multipath(symmetric_l4,1,modulo_n,1,0,NXM_NX_REG2[])"][:4])

    def ip4(self):
        pick = self.random
        return pick.choice([
            "dec_ttl", f"set_field:{pick.choice(frames.IPV4)}->ip_src", f"set_field:{pick.choice(frames.IPV4)}->ip_dst",
            f"set_field:{pick.choice(['10.0.0.0', '10.1.0.0'])}/255.255.0.0->ip_dst", f"set_field:{pick.choice([0, 10])}->ip_dscp",
            f"set_field:{pick.choice([1, 64])}->nw_ttl", f"set_field:{pick.choice([0, 3])}->nw_ecn",
            "move:NXM_OF_IP_SRC[]->NXM_OF_IP_DST[]", "move:NXM_OF_IP_DST[0..15]->NXM_NX_REG0[0..15]",
        ])

    def ip6(self):
        pick = self.random
        return pick.choice([
            "dec_ttl", f"set_field:{pick.choice(frames.IPV6)}->ipv6_src", f"set_field:{pick.choice(frames.IPV6)}->ipv6_dst",
            f"set_field:{pick.choice([0, 7])}->ipv6_label", f"set_field:{pick.choice([0, 10])}->ip_dscp",
            "move:NXM_NX_IPV6_SRC[]->NXM_NX_IPV6_DST[]",
        ])

    def arp(self):
        pick = self.random
        return pick.choice([
            f"set_field:{pick.choice([1, 2])}->arp_op", f"set_field:{pick.choice(frames.IPV4)}->arp_spa",
            f"set_field:{pick.choice(frames.MACS[:3])}->arp_sha", "move:NXM_OF_ARP_SPA[]->NXM_OF_ARP_TPA[]",
            "move:NXM_NX_ARP_SHA[]->NXM_NX_ARP_THA[]", f"set_field:{pick.choice(frames.MACS[:3])}->arp_tha",
        ])

    def mpls(self):
        pick = self.random
        return pick.choice([
            f"set_field:{pick.choice(frames.LABELS)}->mpls_label", f"set_field:{pick.choice([0, 5])}->mpls_tc",
            "dec_mpls_ttl", f"set_mpls_ttl({pick.choice([1, 64])})",
            f"push_mpls:0x8847,set_field:{pick.choice(frames.LABELS)}->mpls_label",
        ])

    # Groups -------------------------------------------------------------------------------------

    def group(self, number):
        pick = self.random
        kind = pick.choice(["all", "all", "indirect", "ff"])
        buckets = []
        for bucket in range(1 if kind == "indirect" else pick.randint(1, 3)):
            watch = f"watch_port={pick.randint(1, self.ports)}," if kind == "ff" else ""
            change = f"set_field:{pick.choice(frames.MACS[:3])}->eth_src," if pick.random() < 0.5 else ""
            buckets.append(f"bucket={watch}actions={change}output:{pick.randint(1, self.ports)}")
        self.groups.append(number)
        return f"group_id={number},type={kind}," + ",".join(buckets)
