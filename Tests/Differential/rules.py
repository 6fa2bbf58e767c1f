"""Random groups, meters and flow tables in ovs-ofctl's words, out of the world of frames.py."""

import re

import actions
import frames
import matches

TABLES = 5
MARKER = "table=0,priority=65535,dl_type=0x88b5,actions=all,controller"


class Tables:
    """What is installed before the packets of a case, and what sets ports right after it."""

    def __init__(self):
        self.groups, self.meters, self.flows = [], [], []
        self.settings, self.undo = [], []
        # What begins so is not compared at the end.
        self.ignored = []


def writes_arp_operation(tables):
    """Whether some flow does, in any of the ways there are."""
    return any(re.search(r"(->|pop:)(arp_op|\w+_ARP_OP)\b", flow) for flow in tables.flows)


class Maker:
    """Tables from one random number generator; `ports` exist."""

    def __init__(self, random, ports, has_groups=True, are_alike=False):
        self.random, self.ports, self.has_groups = random, ports, has_groups
        self.matches = matches.Maker(random, ports)
        self.actions = actions.Maker(random, ports, TABLES)
        self.actions.are_alike = are_alike
        self.tables_count = TABLES
        self.has_timeouts = self.is_normal = False
        # What packets of a match have, by its text.
        self.kinds = {"": []}

    def learn(self):
        """Some rules make others."""
        self.actions.learns = True

    def normal(self):
        """Some rules leave packets to the bridge's own switching, over ports of all kinds."""
        self.is_normal = self.actions.is_normal = True

    def address(self, port):
        """The source address of packets that come in by a port; None: any will do."""
        # Each has its place: what becomes of a packet to an address that has just moved is a matter of when a cached flow's
        # counters are read.
        return frames.MACS_BY_PORT[port] if self.is_normal else None

    def vlans(self, result):
        """What the ports carry of VLANs."""
        pick = self.random
        for port in (1, 2, 3, 4):
            mode = pick.choice(["", "", "access", "trunk", "native-tagged", "native-untagged"])
            words = [f"vlan_mode={mode}"] if mode else []
            if mode in ("access", "native-tagged", "native-untagged"):
                words.append(f"tag={pick.choice([1, 2, 10])}")
            if mode not in ("", "access"):
                words.append(f"trunks={pick.choice(['1', '1,2', '1,2,10', '0,1'])}")
            if pick.random() < 0.3:
                # Where a VLAN's tag is taken off, Open vSwitch does not "retain" it, though it is to for `always`.
                always = "always" if mode not in ("access", "native-untagged") or self.actions.are_alike else "true"
                words.append(f"other_config:priority-tags={pick.choice(['true', always, 'if-nonzero', 'never'])}")
            if words:
                result.settings.append(["ovs-vsctl", "set", "port", f"p{port}", *words])
                result.undo.append(["ovs-vsctl", "clear", "port", f"p{port}", "vlan_mode", "tag", "trunks", "other_config"])

    def tables(self):
        pick = self.random
        result = Tables()
        self.actions.halts = pick.random() < 0.5
        if self.actions.halts and not self.actions.are_alike:
            self.actions.pops_to_labels = pick.random() < 0.5
            self.actions.pops_to_others = not self.actions.pops_to_labels
        if self.is_normal:
            self.vlans(result)
        result.meters = [self.meter(number) for number in range(1, pick.choice([1, 1, 3]))]
        self.actions.meters = list(range(1, len(result.meters) + 1))
        for number in range(1, pick.choice([1, 3, 5]) if self.has_groups else 1):
            result.groups.append(self.group(number))
            self.actions.groups.append(number)
        flows = {}
        for table in range(TABLES):
            for _ in range(pick.choice([2, 6, 12, 25])):
                match = self.matches.match(table)
                # Rules of one priority must not overlap, or either may be taken.
                priority = len(flows) + 2
                flows[(table, match.text)] = self.flow(table, priority, match)
            flows[(table, "")] = self.flow(table, 1, matches.Match("", []))
        if pick.random() < 0.3:
            result.flows += self.conjunctions(pick.randint(0, TABLES - 1))
        result.flows = [MARKER] + list(flows.values()) + result.flows
        return result

    def narrow(self):
        """Few rules that look at little: prefixes of addresses and ports, so that a bit too few in a cached flow's mask lets
        some neighbour pass. Returns what they match too: pairs of a field's bits and how many count."""
        pick = self.random
        result, values = Tables(), []
        flows = {}
        for _ in range(pick.choice([3, 6, 12])):
            words = []
            value = {}
            for field, width in (("nw_src", 32), ("nw_dst", 32), ("udp_dst", 16)):
                if words and pick.random() < 0.7 or field == "nw_src" and pick.random() < 0.5:
                    continue
                length = pick.randint(1, width)
                bits = pick.getrandbits(width)
                if values and field in values[-1] and pick.random() < 0.5:
                    # A neighbour of the rule before.
                    bits = values[-1][field][0] ^ 1 << width - pick.randint(1, width)
                mask = (1 << width) - (1 << width - length)
                value[field] = (bits, length)
                text = [frames.ipv4_text(bits & mask), frames.ipv4_text(mask)] if width == 32 else [hex(bits & mask), hex(mask)]
                words.append(f"{field}={text[0]}/{text[1]}")
            values.append(value)
            flows[",".join(words)] = pick.choice(self.ports[1:])
        result.flows = [MARKER] + [
            f"table=0,priority={number + 2},udp,{match},actions=output:{port}"
            for number, (match, port) in enumerate(flows.items())] + ["table=0,priority=1,actions=output:1,output:2"]
        return result, values

    def flow(self, table, priority, match):
        action = self.actions.instructions(table, match.kinds)
        text = self.fitted(match.text, action)
        self.kinds[text] = match.kinds
        words = [f"table={table}", f"priority={priority}", f"cookie={priority}"]
        if self.has_timeouts and self.random.random() < 0.3:
            # Time passes by fours: nothing is ever just about to expire, or only just has.
            words.append(f"{self.random.choice(['idle', 'hard'])}_timeout={self.random.choice([2, 6, 14])}")
            words.append(self.random.choice(["send_flow_rem", "no_packet_counts", ""]))
        words = [word for word in words + [text] if word]
        return ",".join(words) + ",actions=" + action

    def fitted(self, match, action):
        """The match, narrowed to what Open vSwitch does right."""
        # It writes the type into later fragments too, which have data in that place.
        if re.search(r"(->|:)(icmp|nd_|NXM_OF_ICMP|NXM_NX_ICMP|NXM_NX_ND|ERICOXM)", action) and "nw_frag" not in match:
            match += ",nw_frag=not_later"
        return match

    def conjunctions(self, table):
        """Conjunctive matches of two or three clauses, above all else, and what is done with what they match."""
        pick = self.random
        flows = []
        for number in range(1, pick.choice([2, 3])):
            # Of two at one priority either might be taken.
            priority = 1000 + number
            dimensions = pick.sample([
                ("nw_src", frames.IPV4[:5]), ("nw_dst", frames.IPV4[:5]), ("in_port", self.ports), ("nw_ttl", [1, 2, 64]),
                ("dl_src", frames.MACS[:3])], pick.choice([2, 2, 3]))
            for clause, (field, values) in enumerate(dimensions):
                for value in pick.sample(values, pick.randint(1, len(values))):
                    action = f"conjunction({number},{clause + 1}/{len(dimensions)})"
                    flows.append(f"table={table},priority={priority},ip,{field}={value},actions={action}")
            action = self.actions.instructions(table, ["ip", "ip4"])
            flows.append(f"table={table},priority={priority + 100},conj_id={number},ip,actions={action}")
        return flows

    def meter(self, number):
        """Counts, and never drops."""
        return f"meter={number},{self.random.choice(['kbps', 'pktps'])},stats,band=type=drop,rate=1000000"

    def group(self, number):
        """A group; of its buckets all, one or the first that is alive is taken. May send on to groups before it."""
        pick = self.random
        kind = pick.choice(["all", "all", "indirect", "ff"] + ["select"] * self.actions.halts)
        count = 1 if kind == "indirect" else pick.randint(0 if kind == "all" else 1, 3)
        buckets = [self.bucket(kind) for _ in range(count)]
        if kind == "select":
            # All but one are never taken: which one is chosen is a matter of a hash that is nobody else's.
            chosen = pick.randrange(count)
            weights = [0 if place != chosen and not self.actions.are_alike else pick.choice([1, 5, 100]) for place in range(count)]
            buckets = [bucket.replace("bucket=", f"bucket=weight={weight},") for bucket, weight in zip(buckets, weights)]
        return f"group_id={number},type={kind}" + "".join("," + bucket for bucket in buckets)

    def bucket(self, kind):
        while True:
            text = self.any_bucket(kind)
            if self.actions.may_be(text):
                return text

    def any_bucket(self, kind):
        pick = self.random
        watch = f"watch_port={pick.choice(self.ports)}," if kind == "ff" else ""
        if kind == "ff" and self.actions.groups and pick.random() < 0.3:
            watch = f"watch_group={pick.choice(self.actions.groups)},"
        words = [f"set_field:{pick.choice(frames.MACS[:3])}->eth_src"] if pick.random() < 0.5 else []
        if pick.random() < 0.3:
            words.append(pick.choice([
                "pop_vlan", "dec_ttl", "set_field:1->reg0", "move:NXM_OF_ETH_SRC[]->NXM_OF_ETH_DST[]",
                # No push and pop: Open vSwitch takes them, and leaves them out.
                "load:1->NXM_NX_REG1[0..3]"]))
        end = self.actions.outward()
        if self.actions.groups and pick.random() < 0.2:
            end = f"group:{pick.choice(self.actions.groups)}"
        elif pick.random() < 0.2:
            end = f"resubmit(,{pick.randint(1, TABLES - 1)})"
        return f"bucket={watch}actions=" + ",".join(words + [end])
