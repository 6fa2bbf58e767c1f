"""Random changes of tables that are in use."""

import re

BRIDGE = "br0"


class Maker:
    def __init__(self, random, rules):
        self.random, self.rules = random, rules
        # Ports that may not send for what has been done to them.
        self.mute = set()
        self.priority = 5000

    def steps(self, tables, count):
        """Changes of what is installed, and how to undo those that are not of flows and groups."""
        kinds = [self.modify] * 3 + [self.modify_strictly] * 3 + [self.add, self.replace, self.delete, self.delete_strictly]
        kinds += [self.port, self.fragments] + ([self.group, self.remove_group] if tables.groups else [])
        return [("do", *self.random.choice(kinds)(tables)) for _ in range(count)]

    def split(self, tables):
        """Table, priority, match and kinds of some flow."""
        flow = self.random.choice([flow for flow in tables.flows[1:] if "conjunction(" not in flow])
        text = flow.partition(",actions=")[0]
        table, priority = re.match(r"table=(\d+),priority=(\d+)", text).groups()
        match = re.sub(r"^table=\d+,priority=\d+(,cookie=\d+)?(,(idle|hard)_timeout=\d+|,send_flow_rem|,no_packet_counts)*,?", "", text)
        return int(table), int(priority), match

    def comma(self, *words):
        return ",".join(word for word in words if word)

    def kinds(self, match):
        return self.rules.kinds.get(re.sub(r",?cookie=.*", "", match), [])

    def instructions(self, table, match):
        """Actions that fit a match as it is."""
        actions = self.rules.actions.instructions(table, self.kinds(match))
        return actions if self.rules.fitted(match, actions) == match else "drop"

    def modify(self, tables):
        """Every flow that is at least as specific."""
        table, priority, match = self.split(tables)
        if any("conjunction(" in flow for flow in tables.flows):
            # Clauses that do anything else would be rules of one priority that overlap.
            match = self.comma(match, f"cookie={priority}/-1")
        elif self.random.random() < 0.5:
            match = match.split(",")[0] if not match.startswith(("in_port", "dl_", "vlan", "reg")) else ""
        if table == 0 and not match:
            match = "ip"  # the marker's flow stays
        actions = self.instructions(table, match)
        return ["ovs-ofctl", "mod-flows", BRIDGE, self.comma(f"table={table}", match) + f" actions={actions}"]

    def modify_strictly(self, tables):
        table, priority, match = self.split(tables)
        actions = self.instructions(table, match)
        text = self.comma(f"table={table}", f"priority={priority}", match)
        return ["ovs-ofctl", "--strict", "mod-flows", BRIDGE, f"{text} actions={actions}"]

    def add(self, tables):
        """A flow above all others."""
        table = self.random.randrange(self.rules.tables_count)
        match = self.rules.matches.match(table)
        self.priority += 1
        actions = self.rules.actions.instructions(table, match.kinds)
        text = self.comma(f"table={table}", f"priority={self.priority}", self.rules.fitted(match.text, actions))
        return ["ovs-ofctl", "add-flow", BRIDGE, f"{text} actions={actions}"]

    def replace(self, tables):
        """The very same match; its counters begin anew or not."""
        table, priority, match = self.split(tables)
        actions = self.instructions(table, match)
        flags = self.random.choice(["", "reset_counts"])
        text = self.comma(f"table={table}", f"priority={priority}", flags, match)
        return ["ovs-ofctl", "add-flow", BRIDGE, f"{text} actions={actions}"]

    def delete(self, tables):
        table, priority, match = self.split(tables)
        if table == 0 and not match:
            match = "ip"
        selection = self.random.choice([match, match, f"cookie={priority}/-1", f"out_port={self.random.choice([1, 2])}"])
        if selection.startswith("out_port"):
            # The marker's flow is none of them: it has no port.
            selection = f"{selection},ip"
        return ["ovs-ofctl", "del-flows", BRIDGE, self.comma(f"table={table}", selection)]

    def delete_strictly(self, tables):
        table, priority, match = self.split(tables)
        return ["ovs-ofctl", "--strict", "del-flows", BRIDGE, self.comma(f"table={table}", f"priority={priority}", match)]

    def group(self, tables):
        number = self.random.randint(1, len(tables.groups))
        groups = self.rules.actions.groups
        # It may send on to those before it only.
        self.rules.actions.groups = groups[:number - 1]
        text = self.rules.group(number)
        self.rules.actions.groups = groups
        # What the group has counted goes on, what its buckets have begins anew (OpenFlow 1.3.5, 6.5); Open vSwitch begins
        # both.
        if not self.rules.actions.are_alike:
            tables.ignored.append(f"group_id={number}")
        return ["ovs-ofctl", "mod-group", BRIDGE, text]

    def remove_group(self, tables):
        return ["ovs-ofctl", "del-groups", BRIDGE, f"group_id={self.random.randint(1, len(tables.groups))}"]

    def port(self, tables):
        """Port 3 or 4: by 1 and 2 one sees what has come out."""
        port = self.random.choice([3, 4])
        # Dummies of Open vSwitch send while they are down.
        setting = self.random.choice(["no-flood", "no-forward", "no-receive"] + ["down"] * self.rules.actions.are_alike)
        opposite = {"no-flood": "flood", "no-forward": "forward", "no-receive": "receive", "down": "up"}[setting]
        if setting in ("no-forward", "down"):
            self.mute.add(port)
        if setting == "no-receive" and not self.rules.actions.are_alike:
            # Open vSwitch counts packets that such a port drops by the rules that they would have met.
            tables.ignored += ["table ", "table=", "meter"]
        tables.undo.append(["ovs-ofctl", "mod-port", BRIDGE, f"p{port}", opposite])
        return ["ovs-ofctl", "mod-port", BRIDGE, f"p{port}", setting]

    def fragments(self, tables):
        tables.undo.append(["ovs-ofctl", "set-frags", BRIDGE, "normal"])
        mode = self.random.choice(["drop", "nx-match", "normal"])
        if mode == "drop" and not self.rules.actions.are_alike:
            # Open vSwitch counts them as matched.
            tables.ignored.append("table ")
        return ["ovs-ofctl", "set-frags", BRIDGE, mode]
