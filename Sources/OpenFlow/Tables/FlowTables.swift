import Control
import Packets

/// A bridge's flow tables 0 to 254 with the semantics of OFPT_FLOW_MOD (OpenFlow 1.3.5 section 6.4; OVS: ofproto).
@ControlActor
public final class FlowTables {
    /// How many tables there are; 255 (OFPTT_ALL) is not one.
    public nonisolated static let count = 255
    /// The table that OVS keeps for its own rules: nobody else may change it (OVS: TBL_INTERNAL).
    public nonisolated static let internalTable: UInt8 = 254

    /// Called once after each change that can alter what happens to a packet.
    public var changed: (@ControlActor (FlowTableChange) -> Void)?
    /// Grows with each call of ``changed``.
    public internal(set) var generation: UInt64 = 0
    /// Called after each change with what it did to rules; who has no use for that leaves it nil, which costs less.
    public var observer: (@ControlActor (FlowEvents) -> Void)?
    /// Called when a table gets nearly full, or has room again, if ``apply(_:)-(TableMod)`` asked for it.
    public var vacancyChanged: (@ControlActor (TableStatus) -> Void)?

    /// Change them through ``apply(_:)-(GroupMod)``.
    public let groups = GroupTable()
    /// Change them through ``apply(_:)-(MeterMod)``.
    public let meters = MeterTable()

    /// The fields for options of tunnels. Change them through ``apply(_:)-(TLVTableMod)``.
    public internal(set) var tunnelOptions: TunnelOptions?

    let actionLists = ActionListStore()
    private var tables: [FlowTable?] = Array(repeating: nil, count: FlowTables.count)
    var expiring: Set<Rule> = []
    /// How many rules have learning actions whose flows are to go with the last of them.
    var learners: [LearnedFlows: Int] = [:]
    /// The change under way.
    var batch: Batch?
    private let clock: @ControlActor () -> ContinuousClock.Instant

    /// - Parameter clock: tells the time at which rules are created and modified.
    public init(clock: @escaping @ControlActor () -> ContinuousClock.Instant = { ControlClock.shared.now }) {
        self.clock = clock
    }

    /// The table, or nil if there is no such number or it has never held a rule.
    public func table(_ number: UInt8) -> FlowTable? {
        number < FlowTables.count ? tables[Int(number)] : nil
    }

    /// The table, made if it has never held a rule; nil: there is no such number.
    public func madeTable(_ number: UInt8) -> FlowTable? { number < FlowTables.count ? existing(number) : nil }

    /// The tables that have held a rule, by number.
    public var existingTables: [FlowTable] { tables.compactMap { $0 } }

    public var ruleCount: Int { tables.reduce(0) { $0 + ($1?.ruleCount ?? 0) } }

    /// Now, by the clock that rules are dated with.
    public var now: ContinuousClock.Instant { clock() }

    public var hasExpiringRules: Bool { !expiring.isEmpty }

    /// The rule for `key` in a table, or nil for a miss; adds to `mask` what had to be looked at.
    public func lookup(_ key: FlowKey, table: UInt8, mask: inout FlowMask) -> Rule? {
        self.table(table)?.lookup(key, mask: &mask)
    }

    /// The rule with exactly this match and priority.
    public func find(table: UInt8, match: Match, priority: UInt16) -> Rule? {
        self.table(table)?.find(match, priority: priority)
    }

    /// Calls `body` with every rule, tables ascending; the tables must not be changed meanwhile.
    public func forEach(table: UInt8? = nil, _ body: (Rule) -> Void) {
        for candidate in tables {
            guard let candidate, table == nil || table == candidate.number else { continue }
            for rule in candidate.rules { body(rule) }
        }
    }

    /// The rules that a loose request means, tables ascending.
    public func select(_ selection: RuleSelection) -> [Rule] {
        var found: [Rule] = []
        for table in tables {
            guard let table, selection.table == nil || selection.table == table.number else { continue }
            table.forEach(asSpecificAs: selection.match) { if selection.includes($0) { found.append($0) } }
        }
        return found
    }

    /// Carries out a flow-mod and returns the rules that left the tables by it.
    ///
    /// - Throws: the standard's error; nothing has changed then.
    @discardableResult
    public func apply(_ change: FlowMod, origin: ChangeOrigin? = nil) throws(OpenFlowError) -> [RemovedRule] {
        try apply(.flow(change), origin: origin)
    }

    /// Removes the rules whose idle or hard timeout has passed at `now`.
    ///
    /// Counters and last uses must be up to date, or a rule in use goes.
    public func expire(now: ContinuousClock.Instant) -> [RemovedRule] {
        var removed: [RemovedRule] = []
        for rule in expiring {
            let hard = Duration.seconds(Int(rule.hardTimeoutSeconds))
            let idle = Duration.seconds(Int(rule.idleTimeoutSeconds))
            if rule.hardTimeoutSeconds != 0, now - rule.modified > hard {
                removed.append(RemovedRule(rule: rule, reason: .hardTimeout))
            } else if rule.idleTimeoutSeconds != 0, now - rule.used > idle {
                removed.append(RemovedRule(rule: rule, reason: .idleTimeout))
            }
        }
        begin(Batch(origin: nil, isReversible: false))
        for gone in removed { delete([gone.rule], reason: gone.reason) }
        return finish()
    }

    /// Empties every table, and removes groups and meters.
    public func removeAll() -> [RemovedRule] {
        begin(Batch(origin: nil, isReversible: false))
        delete(select(RuleSelection()), reason: .delete)
        for group in groups.all { groups.remove(group) }
        deleteMeters(MeterMod.all)
        return finish()
    }

    // MARK: Parts

    func existing(_ number: UInt8) -> FlowTable {
        if let table = tables[Int(number)] { return table }
        let table = FlowTable(number: number)
        tables[Int(number)] = table
        return table
    }
}

extension Rule {
    /// Whether the rule's values are those of `match` wherever both look.
    func agrees(with match: Match) -> Bool {
        for (position, index) in shape.indices.enumerated() {
            if (values[position] ^ match.key[index]) & shape.words[position] & match.mask[index] != 0 { return false }
        }
        return true
    }

    /// Whether a packet may match of which some bits are known.
    ///
    /// - Parameter word: tells a word of the key, by its place in ``FlowKey``, and which of its bits are known.
    public nonisolated func mayMatch(_ word: (Int) -> (value: UInt64, known: UInt64)) -> Bool {
        for (position, index) in shape.indices.enumerated() {
            let (value, known) = word(index)
            if (values[position] ^ value) & shape.words[position] & known != 0 { return false }
        }
        return true
    }
}
