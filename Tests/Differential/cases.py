"""A case: tables, and what is done to a switch that has them: packets, changes of the tables, time that passes."""

import changes
import frames
import rules

PORTS = [1, 2, 3, 4, "LOCAL"]


class Case:
    """`phases` are lists of steps: ("send", port, frame), ("do", words of a tool), ("warp", seconds).

    What comes out of a phase is compared as a whole. A case is stateful if what becomes of a packet depends on the ones
    before it: then each is let sink in before the next.
    """

    def __init__(self, source, number_of_packets, options):
        kind = source.random()
        self.is_stateful = False
        self.mute = set()
        maker = rules.Maker(source, PORTS, not options.no_groups, options.are_alike)
        packets = frames.Maker(source)
        if kind > 0.8:
            self.tables, values = maker.narrow()
            sends = [("send", 3, packets.near(values)) for _ in range(number_of_packets)]
            self.phases = [sends, sends[::-1]]
            return
        if kind < 0.15:
            maker.learn()
            self.is_stateful = True
        elif kind < 0.3:
            maker.normal()
            self.is_stateful = True
        changing = changes.Maker(source, maker) if source.random() < 0.35 else None
        maker.has_timeouts = changing is not None and source.random() < 0.4
        self.is_stateful |= maker.has_timeouts
        self.tables = maker.tables()
        packets.are_sound = options.are_sound
        packets.has_later_fragments = options.are_alike or not maker.actions.halts
        if not packets.has_later_fragments:
            packets.deepest_stack = 3 if maker.actions.pops_to_labels else 1
        packets.has_foreign_arp = options.are_alike or not changing and not rules.writes_arp_operation(self.tables)
        sends = []
        for _ in range(number_of_packets):
            port = source.choice(PORTS)
            sends.append(("send", port, packets.frame(maker.address(port))))
        self.phases = [sends]
        if changing:
            for _ in range(source.choice([1, 2])):
                steps = changing.steps(self.tables, source.choice([1, 2, 4]))
                self.mute |= changing.mute
                if maker.has_timeouts:
                    steps.append(("warp", 4))
                self.phases.append(steps + source.sample(sends, len(sends)))
        else:
            self.phases.append(sends[::-1])

    @property
    def changes(self):
        return [step for phase in self.phases for step in phase if step[0] != "send"]

    @property
    def sends(self):
        return sum(step[0] == "send" for phase in self.phases for step in phase)
