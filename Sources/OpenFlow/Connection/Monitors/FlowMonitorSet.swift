import Control

/// One connection's flow monitors, and what they are still to be told (NXST_FLOW_MONITOR, OFPMP_FLOW_MONITOR; OVS:
/// `ofmonitor_*`).
///
/// A peer that does not read makes updates pause: then only removals go on, and when the peer has read everything it is
/// told at once what was added and changed meanwhile.
@ControlActor
final class FlowMonitorSet {
    /// What a flow that changed during a pause is told as.
    private struct Change {
        let rule: Rule
        var isNew: Bool
        /// Their order.
        let number: Int
    }

    private var monitors: [UInt32: FlowMonitorRequest] = [:]
    private(set) var isPaused = false
    private var changes: [ObjectIdentifier: Change] = [:]
    private var changeCount = 0
    /// How many changes there may be before those of flows that have gone are swept out.
    private var sweepLimit = 1024

    /// Every change of a flow is held against each of them.
    private static let mostMonitors = 1024

    var isEmpty: Bool { monitors.isEmpty }

    // MARK: Requests

    /// Carries out a request, and gives the flows that its monitors are to be told at once.
    ///
    /// - Throws: the standard's error; the monitors that the request had added are gone then.
    func apply(
        _ requests: [FlowMonitorRequest], to tables: FlowTables
    ) throws(OpenFlowError) -> [FlowUpdate] {
        var added: [FlowMonitorRequest] = []
        do throws(OpenFlowError) {
            for request in requests { try apply(request, &added) }
        } catch {
            added.forEach { monitors[$0.id] = nil }
            throw error
        }
        // A flow that several monitors want is told once.
        var told: [ObjectIdentifier: Int] = [:]
        var rules: [(rule: Rule, withActions: Bool)] = []
        for monitor in added where monitor.flags.contains(.initial) {
            for rule in tables.select(monitor.selection) {
                let withActions = monitor.flags.contains(.actions)
                if let index = told[ObjectIdentifier(rule)] {
                    if withActions { rules[index].withActions = true }
                } else {
                    told[ObjectIdentifier(rule)] = rules.count
                    rules.append((rule, withActions))
                }
            }
        }
        return rules.map { .full(Self.flow($0.rule, .initial, withActions: $0.withActions)) }
    }

    private func apply(_ request: FlowMonitorRequest, _ added: inout [FlowMonitorRequest]) throws(OpenFlowError) {
        if let table = request.selection.table, table >= FlowTables.count {
            throw OpenFlowError(.badTable, "table \(table) does not exist")
        }
        switch request.command {
        case .add:
            guard monitors[request.id] == nil else {
                throw OpenFlowError(.monitorExists, "monitor \(request.id) exists already")
            }
            guard monitors.count < Self.mostMonitors else {
                throw OpenFlowError(.monitorUnknown, "\(monitors.count) monitors")
            }
            monitors[request.id] = request
            added.append(request)
        case .modify:
            try remove(request.id)
            monitors[request.id] = request
            added.append(request)
        case .delete:
            try remove(request.id)
        }
    }

    /// Ends a monitor.
    func remove(_ id: UInt32) throws(OpenFlowError) {
        guard monitors.removeValue(forKey: id) != nil else {
            throw OpenFlowError(.unknownMonitor, "no monitor \(id)")
        }
    }

    // MARK: Updates

    /// What of `events` is to be told now.
    ///
    /// - Parameter requester: the connection that these monitors belong to.
    func updates(for events: FlowEvents, requester: ObjectIdentifier) -> [FlowUpdate] {
        guard !monitors.isEmpty else { return [] }
        let isOwn = events.origin?.requester == requester
        var updates: [FlowUpdate] = []
        var isAbbreviated = false
        for event in events.events {
            if isPaused, !isToldInPause(event) { continue }
            guard let flags = flags(for: event) else { continue }
            if flags.contains(.ownInFull) || !isOwn || isPaused {
                updates.append(.full(Self.flow(event, withActions: flags.contains(.actions))))
            } else if !isAbbreviated, let origin = events.origin {
                updates.append(.abbreviated(transaction: origin.transaction))
                isAbbreviated = true
            }
        }
        return updates
    }

    /// The flags of all monitors that want the event; nil: none does.
    private func flags(for event: FlowEvent) -> FlowMonitorRequest.Flags? {
        var flags: FlowMonitorRequest.Flags = []
        for monitor in monitors.values {
            let (wanted, previous): (FlowMonitorRequest.Flags, [Action]?) =
                switch event.kind {
                case .added(let previous): (.added, previous)
                case .removed: (.removed, nil)
                case .modified(let previous): (.modified, previous)
                }
            guard monitor.flags.contains(wanted), Self.isMeant(event.rule, previous, by: monitor.selection) else {
                continue
            }
            flags.formUnion(monitor.flags)
        }
        return flags.isEmpty ? nil : flags
    }

    private static func isMeant(_ rule: Rule, _ previous: [Action]?, by selection: RuleSelection) -> Bool {
        if let table = selection.table, table != rule.table { return false }
        if let port = selection.outPort, !rule.outputs(to: port) {
            // It may have gone there before.
            guard let previous, previous.contains(where: { $0.outputs(to: port) }) else { return false }
        }
        if let group = selection.outGroup, !rule.sends(toGroup: group) { return false }
        let match = rule.match
        return match.mask.isSuperset(of: selection.match.mask)
            && Match(key: match.key, mask: selection.match.mask).key == selection.match.key
    }

    // MARK: Pauses

    /// Begins a pause; false: there is one.
    func pause() -> Bool {
        guard !isPaused, !monitors.isEmpty else { return false }
        isPaused = true
        return true
    }

    /// Ends a pause, and gives what has changed meanwhile; nil: there was none.
    func resume() -> [FlowUpdate]? {
        guard isPaused else { return nil }
        isPaused = false
        defer {
            changes = [:]
            sweepLimit = 1024
        }
        return changes.values.filter(\.rule.isInstalled).sorted { $0.number < $1.number }.compactMap { change in
            let wanted: FlowMonitorRequest.Flags = change.isNew ? [.added, .modified] : .modified
            var flags: FlowMonitorRequest.Flags = []
            for monitor in monitors.values where !monitor.flags.isDisjoint(with: wanted) {
                if Self.isMeant(change.rule, nil, by: monitor.selection) { flags.formUnion(monitor.flags) }
            }
            guard !flags.isEmpty else { return nil }
            return .full(
                Self.flow(change.rule, change.isNew ? .added : .modified, withActions: flags.contains(.actions)))
        }
    }

    /// Remembers what is told after the pause; true for what is told all the same: that a flow from before it is gone.
    private func isToldInPause(_ event: FlowEvent) -> Bool {
        let key = ObjectIdentifier(event.rule)
        switch event.kind {
        case .added:
            changes[key] = Change(rule: event.rule, isNew: true, number: nextNumber())
        case .modified:
            if changes[key] == nil { changes[key] = Change(rule: event.rule, isNew: false, number: nextNumber()) }
        case .removed:
            return changes.removeValue(forKey: key)?.isNew != true
        }
        if changes.count > sweepLimit {
            changes = changes.filter { $0.value.rule.isInstalled }
            sweepLimit = max(1024, 2 * changes.count)
        }
        return false
    }

    private func nextNumber() -> Int {
        changeCount += 1
        return changeCount
    }

    // MARK: Flows

    private static func flow(_ event: FlowEvent, withActions: Bool) -> FlowUpdate.Flow {
        switch event.kind {
        case .added: return flow(event.rule, .added, withActions: withActions)
        case .modified: return flow(event.rule, .modified, withActions: withActions)
        case .removed(let reason):
            var flow = flow(event.rule, .removed, withActions: withActions)
            flow.reason = reason.wireValue ?? 0
            return flow
        }
    }

    private static func flow(_ rule: Rule, _ event: FlowUpdate.Event, withActions: Bool) -> FlowUpdate.Flow {
        FlowUpdate.Flow(
            event: event, table: rule.table, priority: rule.priority, match: rule.match, cookie: rule.cookie,
            idleTimeoutSeconds: rule.idleTimeoutSeconds, hardTimeoutSeconds: rule.hardTimeoutSeconds,
            actions: withActions ? rule.actions : [])
    }
}
