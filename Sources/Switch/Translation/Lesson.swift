import Control
import OpenFlow

/// A flow that a packet taught: as long as packets like it come, it stays in use (OVS: XC_LEARN).
struct Lesson {
    let bridge: Bridge
    let change: FlowMod
    /// So many flows may the learning rule's action have made; 0: any number.
    let limit: UInt32

    /// The flow, if it is there.
    @ControlActor
    private var rule: Rule? {
        guard let table = change.table else { return nil }
        return bridge.flowTables.find(table: table, match: change.match, priority: change.priority)
    }

    /// Whether the flow is in its table.
    @ControlActor
    var isThere: Bool { rule != nil }

    /// How many flows there are that the limit counts.
    @ControlActor
    var siblings: Int {
        var same = RuleSelection(table: change.table ?? 0)
        same.cookie = change.cookie
        same.cookieMask = .max
        return bridge.flowTables.select(same).count
    }

    /// Whether the limits of both count the same flows.
    @ControlActor
    func isOfFamily(of other: Lesson) -> Bool {
        bridge === other.bridge && change.table == other.change.table && change.cookie == other.change.cookie
    }

    /// Adds the flow or, if it is there as it should be, keeps it alive. False: there may be no more.
    @ControlActor
    func learn(at time: ContinuousClock.Instant, failed: (OpenFlowError) -> Void = { _ in }) -> Bool {
        do {
            return try bridge.learn(change, limit: limit, seen: time)
        } catch {
            failed(error)
            return true
        }
    }
}

/// A rule whose timeouts become shorter when a TCP connection that it carries ends (OVS: XC_FIN_TIMEOUT).
struct FinTimeout {
    /// FIN and RST.
    static let endFlags: UInt16 = 0x05

    let rule: Rule
    let idleSeconds: UInt16
    let hardSeconds: UInt16

    /// The rule's bridge.
    let bridge: Bridge

    @ControlActor
    func apply() { bridge.flowTables.reduceTimeouts(of: rule, idleSeconds: idleSeconds, hardSeconds: hardSeconds) }
}
