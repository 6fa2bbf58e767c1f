import Control
import Packets

/// A flow: one entry of a ``FlowTable`` (OVS: `struct rule`).
///
/// Identity counts: two rules with equal contents are two rules. A rule that has left its table may still be credited;
/// if an equal match replaced it and the counters were to be kept, its successor gets the credit.
@ControlActor
public final class Rule {
    public nonisolated let table: UInt8
    public nonisolated let priority: UInt16
    private var flags: Flags
    /// False once the rule has left its table.
    public internal(set) var isInstalled = false
    public internal(set) var idleTimeoutSeconds: UInt16
    public internal(set) var hardTimeoutSeconds: UInt16
    public nonisolated let importance: UInt16
    /// Where the table keeps it in its list.
    var position: UInt32 = 0
    public internal(set) var cookie: UInt64
    public private(set) var packets: UInt64 = 0
    public private(set) var bytes: UInt64 = 0
    private var createdAt: Moment
    private var modifiedAt: Moment
    private var usedAt: Moment

    /// The mask, shared with other rules of the subtable that holds the rule.
    nonisolated let shape: MaskShape
    /// What the masked words of a key must be, in the shape's order.
    nonisolated let values: ContiguousArray<UInt64>
    nonisolated let hash: UInt64
    /// Shared with the rules that do the same.
    var list: ActionList
    /// The rule that took this one's place and its counters.
    var successor: Rule?
    /// The next rule in the subtable's bucket, of lower or equal priority; the table keeps both alive.
    var next: Unmanaged<Rule>?

    init(
        _ change: FlowMod, list: ActionList, table: UInt8, shape: MaskShape, values: ContiguousArray<UInt64>,
        hash: UInt64, now: ContinuousClock.Instant
    ) {
        self.table = table
        self.shape = shape
        self.values = values
        self.hash = hash
        priority = change.priority
        cookie = change.cookie
        idleTimeoutSeconds = change.idleTimeoutSeconds
        hardTimeoutSeconds = change.hardTimeoutSeconds
        importance = change.importance
        flags = Flags(change)
        self.list = list
        createdAt = Moment(now)
        modifiedAt = createdAt
        usedAt = createdAt
    }

    public var sendsFlowRemoved: Bool { flags.contains(.sendsFlowRemoved) }
    public var checksOverlap: Bool { flags.contains(.checksOverlap) }
    public var resetsCounts: Bool { flags.contains(.resetsCounts) }
    public var keepsNoPacketCounts: Bool { flags.contains(.keepsNoPacketCounts) }
    public var keepsNoByteCounts: Bool { flags.contains(.keepsNoByteCounts) }

    /// When the rule was added; durations count from here.
    public internal(set) var created: ContinuousClock.Instant {
        get { createdAt.instant }
        set { createdAt = Moment(newValue) }
    }
    /// When it was last added or modified; hard timeouts count from here.
    public internal(set) var modified: ContinuousClock.Instant {
        get { modifiedAt.instant }
        set { modifiedAt = Moment(newValue) }
    }
    /// When a packet last met it, or its creation; idle timeouts count from here.
    public var used: ContinuousClock.Instant { usedAt.instant }

    /// What the rule matches; made from the compact form at each call.
    public nonisolated var match: Match { shape.match(from: values) }

    /// What is done with packets that match.
    public var actions: [Action] { list.actions }

    /// Whether idle or hard timeouts can remove it.
    public var canExpire: Bool { idleTimeoutSeconds != 0 || hardTimeoutSeconds != 0 }

    /// Adds what a datapath flow counted; `used` never moves back.
    public func credit(packets: UInt64, bytes: UInt64, used: ContinuousClock.Instant) {
        // A chain of replacements is as long as there were replacements since the datapath last told its counters.
        var rule = self
        var counts = true
        while !rule.isInstalled, let successor = rule.successor {
            counts = counts && !rule.flags.contains(.keepsOwnCounts)
            rule = successor
        }
        if counts {
            rule.packets &+= packets
            rule.bytes &+= bytes
        }
        rule.usedAt = max(rule.usedAt, Moment(used))
    }

    /// Another rule takes this one's place: it counts as used when this one was and, unless they begin anew, has its
    /// counters.
    func hand(over rule: Rule, resetsCounts: Bool) {
        successor = rule
        rule.usedAt = usedAt
        guard !resetsCounts else {
            flags.insert(.keepsOwnCounts)
            return
        }
        flags.remove(.keepsOwnCounts)
        rule.packets = packets
        rule.bytes = bytes
    }

    /// Whether some action outputs to `port`, those of the action set included.
    public func outputs(to port: OpenFlowPort) -> Bool { actions.contains { $0.outputs(to: port) } }

    /// Whether some action sends to the group.
    public func sends(toGroup id: UInt32) -> Bool { list.references.groups.contains(id) }

    /// Everything that a modification changes.
    struct State {
        let cookie: UInt64
        let list: ActionList
        let modified: ContinuousClock.Instant
        let packets: UInt64
        let bytes: UInt64
    }

    /// For undoing a change; the list is exchanged elsewhere, since lists are counted.
    var state: State {
        get { State(cookie: cookie, list: list, modified: modified, packets: packets, bytes: bytes) }
        set {
            modified = newValue.modified
            packets = newValue.packets
            bytes = newValue.bytes
        }
    }

    func resetCounters() {
        packets = 0
        bytes = 0
    }
}

extension Rule {
    /// What a flow-mod asks for by flags.
    private struct Flags: OptionSet {
        let rawValue: UInt8

        static let sendsFlowRemoved = Flags(rawValue: 1 << 0)
        static let checksOverlap = Flags(rawValue: 1 << 1)
        static let resetsCounts = Flags(rawValue: 1 << 2)
        static let keepsNoPacketCounts = Flags(rawValue: 1 << 3)
        static let keepsNoByteCounts = Flags(rawValue: 1 << 4)
        /// What is credited to the rule late is not its successor's.
        static let keepsOwnCounts = Flags(rawValue: 1 << 5)

        init(rawValue: UInt8) { self.rawValue = rawValue }

        init(_ change: FlowMod) {
            self = []
            if change.sendsFlowRemoved { insert(.sendsFlowRemoved) }
            if change.checksOverlap { insert(.checksOverlap) }
            if change.resetsCounts { insert(.resetsCounts) }
            if change.keepsNoPacketCounts { insert(.keepsNoPacketCounts) }
            if change.keepsNoByteCounts { insert(.keepsNoByteCounts) }
        }
    }
}

extension Rule: Hashable {
    public nonisolated static func == (left: Rule, right: Rule) -> Bool { left === right }
    public nonisolated func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
