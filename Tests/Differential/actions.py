"""Random actions and instructions, in ovs-ofctl's words, that fit what a match says of its packets."""

import re

import fields
import frames


class Maker:
    """Actions of flows in one of `tables` tables, on ports `ports`."""

    def __init__(self, random, ports, tables):
        self.random, self.ports, self.tables = random, ports, tables
        self.groups = []
        self.meters = []
        # Whether both switches make equal random choices and differ in nothing else: they are of one make.
        self.are_alike = False
        # Whether packets may come round on their way, for a choice by their hash or for what a label hid. In a clone that
        # ends what stands after the clone in Open vSwitch 3.1: the one or the other.
        self.halts = False
        # What is below a label that is taken off: other labels, or something else. Open vSwitch takes all labels off if it is to
        # be something else, ovs-actions(7) notwithstanding.
        self.pops_to_labels = self.pops_to_others = True
        self.learns = self.is_normal = False
        self.learners = 0

    def instructions(self, table, kinds):
        """What a flow does."""
        while True:
            text = self.any_instructions(table, kinds)
            if self.may_be(text):
                return text

    def may_be(self, text):
        """Where addresses are learned, a packet that changes its own source would teach two things in one go; what it
        meets itself is then a matter of when a cached flow is looked at."""
        return not (self.is_normal and re.search(r"(->|pop:)(eth_src|NXM_OF_ETH_SRC)|mod_dl_src", text))

    def any_instructions(self, table, kinds):
        pick = self.random
        actions = self.list(table, kinds, pick.choice([0, 1, 1, 2, 3, 5]))
        if self.meters and pick.random() < 0.1:
            actions.insert(0, f"meter:{pick.choice(self.meters)}")
        if table + 1 < self.tables:
            if pick.random() < 0.05:
                actions.append("clear_actions")
            if pick.random() < 0.2:
                actions.append(f"write_actions({self.write_set(kinds)})")
            if pick.random() < 0.2:
                actions.append(f"write_metadata:{pick.choice([1, 2])}/{pick.choice(['0x3', '0x1'])}")
            if pick.random() < 0.45:
                actions.append(f"goto_table:{pick.randint(table + 1, self.tables - 1)}")
        return ",".join(actions) if actions else "drop"

    def list(self, table, kinds, count):
        return [self.action(table, kinds) for _ in range(count)]

    def write_set(self, kinds):
        """For the action set, in which each kind of action has one place."""
        pick = self.random
        words = [self.outward()]
        if pick.random() < 0.4:
            words.insert(0, f"set_field:{pick.choice(frames.MACS[:3])}->eth_src")
        if pick.random() < 0.3:
            words.insert(0, self.changed_field(kinds))
        if pick.random() < 0.3:
            words.insert(0, pick.choice(["pop_vlan", "pop_vlan", "push_vlan:0x8100"]) if self.are_alike else "pop_vlan")
        if "ip" in kinds and pick.random() < 0.3:
            words.insert(0, "dec_ttl")
        if "mpls" in kinds and pick.random() < 0.3:
            words.insert(0, pick.choice(["dec_mpls_ttl"] + ["pop_mpls:0x0800"] * (self.halts and self.pops_to_others)))
        if self.groups and pick.random() < 0.2:
            words.append(f"group:{pick.choice(self.groups)}")
        return ",".join(words)

    def outward(self):
        return f"output:{self.random.choice(self.ports)}"

    def action(self, table, kinds):
        pick = self.random
        choices = [self.output] * 5 + [self.registers] * 2 + [self.ethernet] * 2 + [lambda: self.vlan(kinds)] * 2
        choices += [lambda: self.special(kinds), lambda: self.nested(table, kinds)]
        choices += [lambda: self.changed_field(kinds)] * 4 + [lambda: self.stored(kinds)] * 2 + [lambda: self.moved(kinds)] * 2
        if table + 1 < self.tables:
            choices += [lambda: f"resubmit({self.again()},{pick.randint(table + 1, self.tables - 1)})"] * 2
        if self.groups:
            choices.append(lambda: f"group:{pick.choice(self.groups)}")
        if "ip" in kinds:
            # A label on a packet whose time to live is 0 gets 64 from Open vSwitch.
            choices += [lambda: "dec_ttl", lambda: pick.choice(["dec_ttl", "dec_ttl,push_mpls:0x8847"])]
        if "mpls" in kinds:
            choices += [self.mpls] * 3
        if self.learns and table + 1 < self.tables:
            choices += [lambda: self.learn(table, kinds)] * 4
        if self.is_normal:
            choices += [lambda: "normal"] * 8
        return pick.choice(choices)()

    def again(self):
        """As what port a packet is looked up again: most often as it came."""
        pick = self.random
        return pick.choice([""] * 5 + [str(pick.choice(self.ports))])

    # Where packets go ---------------------------------------------------------------------------

    def output(self):
        pick = self.random
        return pick.choice(
            [self.outward()] * 6
            + ["in_port", "all", "flood", "local", "output:NXM_NX_REG1[]", "output:NXM_NX_REG0[0..3]",
               f"enqueue:{pick.choice(self.ports)}:0",
               f"bundle(eth_src,0,active_backup,ofport,members:{pick.choice(self.ports)},{pick.choice(self.ports)})",
               f"clone({self.ethernet()},{self.outward()})"]
            # What is pushed comes on top of the length in Open vSwitch.
            + [f"output(port={pick.choice(self.ports)},max_len={pick.choice([14, 20, 60, 61, 100, 1000])})"] * self.are_alike)

    def nested(self, table, kinds):
        """Actions within actions."""
        pick = self.random
        inner = [self.flat(kinds) for _ in range(pick.randint(1, 3))] + [self.outward()]
        if table + 1 < self.tables and not self.halts and pick.random() < 0.4:
            inner.append(f"resubmit(,{pick.randint(table + 1, self.tables - 1)})")
        if pick.random() < 0.2:
            inner.append("exit")
        return f"clone({','.join(inner)})"

    def flat(self, kinds):
        pick = self.random
        return pick.choice(
            [self.output, lambda: self.vlan(kinds), self.ethernet, self.registers] + [lambda: self.changed_field(kinds)] * 3
            + ([self.mpls] if "mpls" in kinds else []))()

    def learn(self, table, kinds):
        """A rule of a priority of its own, so that what others make does not overlap it; often for the way back."""
        pick = self.random
        self.learners += 1
        target = pick.randint(table + 1, self.tables - 1)
        words = [f"table={target}", f"priority={3000 + self.learners}", f"cookie={100 + self.learners}"]
        words += [word for chance, word in (
            # When there are as many, Open vSwitch does not alter those either.
            (0.2 * self.are_alike, "limit=2"), (0.2 * self.are_alike, "limit=1,result_dst=NXM_NX_REG2[0]"),
            (0.2, "delete_learned"),
            (0.1, "send_flow_rem"), (0.2, "hard_timeout=1000"), (0.2, "idle_timeout=2000")) if pick.random() < chance]
        matched = [["NXM_OF_ETH_DST[]=NXM_OF_ETH_SRC[]"], ["NXM_OF_ETH_SRC[]"], ["NXM_OF_VLAN_TCI[0..11]"],
                   ["NXM_OF_IN_PORT[]"], ["NXM_NX_REG0[0..7]"], ["NXM_OF_ETH_DST[0..7]=NXM_OF_ETH_SRC[0..7]"],
                   ["NXM_NX_REG1[0..3]=0x2"]]
        if "ip4" in kinds:
            matched += [["eth_type=0x800", "NXM_OF_IP_DST[]=NXM_OF_IP_SRC[]"], ["eth_type=0x800", "NXM_OF_IP_SRC[8..31]"]] * 3
        if "ip6" in kinds:
            matched += [["eth_type=0x86dd", "NXM_NX_IPV6_DST[]=NXM_NX_IPV6_SRC[]"]] * 3
        if "arp" in kinds:
            matched += [["eth_type=0x806", "NXM_OF_ARP_TPA[]=NXM_OF_ARP_SPA[]"]]
        for kind, number in (("tcp", 6), ("udp", 17)):
            if kind in kinds and "ip4" in kinds:
                matched += [["eth_type=0x800", f"nw_proto={number}", f"NXM_OF_{kind.upper()}_DST[]=NXM_OF_{kind.upper()}_SRC[]"]] * 3
        for part in pick.sample(matched, pick.choice([1, 1, 2])):
            words += [word for word in part if word not in words]
        done = [
            "output:NXM_OF_IN_PORT[]", "load:NXM_OF_IN_PORT[]->NXM_NX_REG1[0..15]", "load:NXM_OF_ETH_SRC[]->NXM_OF_ETH_DST[]",
            "load:0x2->NXM_NX_REG2[0..7]", "load:NXM_OF_VLAN_TCI[0..11]->NXM_NX_REG0[0..11]", "output:NXM_NX_REG1[0..15]"]
        words += pick.sample(done, pick.choice([1, 2]))
        return f"learn({','.join(words)})"

    # What becomes of them -----------------------------------------------------------------------

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
            f"mod_dl_src:{pick.choice(frames.MACS[:3])}",
        ])

    def writable(self, kinds):
        # Tags are what `vlan` deals with.
        return [field for field in fields.of(kinds) if field.written and field.needs != "vlan"]

    def changed_field(self, kinds):
        """set_field or load of any field, or of a part."""
        pick = self.random
        usual = [field for field in self.writable(kinds) if field.needs]
        field = pick.choice(usual if usual and pick.random() < 0.7 else self.writable(kinds))
        if pick.random() < 0.6:
            return field.set_field(pick)
        place, width = field.range(pick)
        return f"load:{field.value(pick) & (1 << min(width, 64)) - 1:#x}->{place}" if width <= 64 else field.set_field(pick)

    def moved(self, kinds):
        """move between parts of equal width."""
        pick = self.random
        source = pick.choice(fields.of(kinds) + fields.of(kinds, fields.READ_ONLY))
        destination = pick.choice(self.writable(kinds))
        width = min(source.bits, destination.bits)
        if pick.random() < 0.5:
            width = pick.randint(1, width)
        return f"move:{source.range(pick, width)[0]}->{destination.range(pick, width)[0]}"

    def stored(self, kinds):
        """By way of the stack, which may also be empty."""
        pick = self.random
        source, destination = pick.choice(fields.of(kinds)), pick.choice(self.writable(kinds))
        push, pop = f"push:{source.range(pick)[0]}", f"pop:{destination.range(pick)[0]}"
        return pick.choice([f"{push},{pop}"] * 4 + [push, pop, f"{push},{push},{pop}"])

    def vlan(self, kinds):
        pick = self.random
        vid = pick.choice(frames.VLANS[1:5])
        return pick.choice([
            "pop_vlan",
            "strip_vlan",
            # Never more tags than came: Open vSwitch forgets the inner ones beyond two.
            f"pop_vlan,push_vlan:0x8100,set_field:{vid | 0x1000}->vlan_vid",
            f"pop_vlan,push_vlan:0x8100,set_field:{vid | 0x1000}->vlan_vid,set_field:{pick.choice([0, 3])}->vlan_pcp",
            f"pop_vlan,mod_vlan_vid:{vid}",
            f"pop_vlan,mod_vlan_pcp:{pick.choice([0, 3, 7])}",
            f"load:{vid | 0x1000:#x}->NXM_OF_VLAN_TCI[]",
        ] + [
            # Without a tag it makes one of nothing but a priority, which Open vSwitch's own switching hands on.
            f"load:{pick.choice([0, 1, 5])}->NXM_OF_VLAN_TCI[13..15]",
        ] * (not self.is_normal or self.are_alike) + [f"mod_vlan_vid:{vid}", f"mod_vlan_pcp:{pick.choice([0, 3, 7])}"] * ("vlan" in kinds))

    def mpls(self):
        pick = self.random
        below = ["0x8847"] * self.pops_to_labels + ["0x0800", "0x86dd", "0x88b6"] * self.pops_to_others
        return pick.choice([
            f"set_field:{pick.choice(frames.LABELS)}->mpls_label", f"set_field:{pick.choice([0, 5])}->mpls_tc",
            "dec_mpls_ttl", f"set_mpls_ttl({pick.choice([1, 64])})",
        ] + [
            f"push_mpls:0x8847,set_field:{pick.choice(frames.LABELS)}->mpls_label", "push_mpls:0x8848",
        ] * self.pops_to_labels + [f"pop_mpls:{pick.choice(below)}"] * self.halts)

    def special(self, kinds):
        pick = self.random
        words = [
            "note:01.02", "exit", f"set_queue:{pick.choice([0, 1])}", "pop_queue",
            f"controller(max_len={pick.choice([0, 14, 50, 65535])},id=0)",
            f"controller(reason={pick.choice(['action', 'no_match', 'invalid_ttl'])},userdata=01.02)",
            # One link: which of more is chosen depends on a hash that is nobody else's.
            f"multipath(symmetric_l4,1,{pick.choice(['modulo_n', 'hash_threshold', 'hrw', 'iter_hash'])},1,0,NXM_NX_REG2[0..7])",
            f"bundle_load(symmetric_l4,0,hrw,ofport,NXM_NX_REG1[],members:{pick.choice(self.ports)})",
            f"bundle_load(eth_src,0,active_backup,ofport,NXM_NX_REG1[],members:9,{pick.choice(self.ports)})",
            f"check_pkt_larger({pick.choice([59, 60, 61, 100, 300])})->NXM_NX_REG{pick.randint(0, 2)}[{pick.choice([0, 1, 31])}]",
        ]
        if "tcp" in kinds:
            words.append("fin_timeout(idle_timeout=1000,hard_timeout=2000)")
        return pick.choice(words)
