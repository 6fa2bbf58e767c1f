import OpenFlow
import Packets

extension Translator {
    /// Looks the packet up in a table and carries out the actions of what is found.
    ///
    /// - Parameters:
    ///   - inPort: matched as the packet's in_port.
    ///   - mayPuntMiss: whether a miss may be told to controllers.
    ///   - heedsMissSetting: whether the table's own setting for misses counts.
    ///   - staysThere: the action set that follows belongs to what is found here.
    func walk(
        to number: UInt8, inPort: OpenFlowPort, mayPuntMiss: Bool, heedsMissSetting: Bool, staysThere: Bool = false
    ) {
        if packet.hidden != .nothing { return freeze() }
        guard mayGoDeeper() else { return }
        let before = Place(table: table, rule: rule, cookie: cookie, isInternal: isInternal)
        let found = lookup(
            from: number, inPort: inPort, mayPuntMiss: mayPuntMiss, heedsMissSetting: heedsMissSetting)
        // The first table lies within nothing.
        let deepens = number <= before.table && lookups > 0
        lookups += 1
        let outer = trace?.current
        switch found {
        case .rule(let found, let priority):
            rule = found
            cookie = found.cookie
            isInternal = false
            trace?.enter(found, table: table, priority: priority)
            let wasInBucket = isInBucket
            isInBucket = false
            if deepens { depth += 1 }
            perform(found.actions)
            if deepens { depth -= 1 }
            isInBucket = wasInBucket
        case .miss(let isPunted):
            rule = nil
            cookie = 0
            isInternal = true
            trace?.enterMiss(
                table: table, isPunted ? "No match, and a \"packet-in\" is called for." : "No match.")
            if isPunted { puntMiss() } else { trace?.action("drop") }
        case .fragment:
            trace?.enterMiss(
                table: table, "Packets are IP fragments and the fragment handling mode is \"drop\".")
            trace?.action("drop")
        }
        trace?.leave(to: outer)
        if staysThere { return }
        table = before.table
        rule = before.rule
        cookie = before.cookie
        isInternal = before.isInternal
    }

    /// Where a look-up was made from, to be restored when what was found is done.
    private struct Place {
        let table: UInt8
        let rule: Rule?
        let cookie: UInt64
        let isInternal: Bool
    }

    private enum Found {
        case rule(Rule, priority: Int)
        /// No rule; whether controllers are to be told.
        case miss(isPunted: Bool)
        /// A fragment, which is to be dropped.
        case fragment
    }

    /// Finds the rule, in this table or, where the setting for misses says so, a later one; ``table`` is set to it.
    @inline(never)
    private func lookup(
        from number: UInt8, inPort: OpenFlowPort, mayPuntMiss: Bool, heedsMissSetting: Bool
    ) -> Found {
        table = number
        if packet.key.u8(FlowField.networkFragment) & FlowField.fragmentAny != 0, bridge.fragments == .drop {
            lookAtFragment()
            return .fragment
        }
        let ownPort = packet.key.host32(FlowField.inPort)
        packet.key.setHost32(FlowField.inPort, UInt32(inPort.rawValue))
        let ports = packet.key.u32(FlowField.transportSource)
        let hidesPorts = hidesPorts
        if hidesPorts {
            lookAtFragment()
            packet.key.setU32(FlowField.transportSource, 0)
        }
        defer {
            packet.key.setHost32(FlowField.inPort, ownPort)
            packet.key.setU32(FlowField.transportSource, ports)
        }
        // Rules that controllers neither see nor outrank stand in the first table.
        if number == 0, bridge.inBand.hasRules {
            if let rule = find(in: bridge.inBand.tables, hidesPorts: hidesPorts) {
                note(rule)
                return .rule(rule, priority: InBandControl.priority(of: rule))
            }
        }
        var setting = TableMissSetting.continue
        while true {
            let rule = find(in: bridge.flowTables, hidesPorts: hidesPorts)
            note(rule)
            if let rule { return .rule(rule, priority: Int(rule.priority)) }
            guard heedsMissSetting else { break }
            setting = bridge.missSetting(ofTable: table)
            guard setting == .continue, Int(table) + 1 < FlowTables.count - 1 else { break }
            table += 1
        }
        guard mayPuntMiss else { return .miss(isPunted: false) }
        switch setting {
        case .drop: return .miss(isPunted: false)
        case .version: return .miss(isPunted: bridge.wantsMisses && tellsMisses(ownPort))
        case .continue, .controller: return .miss(isPunted: tellsMisses(ownPort))
        }
    }

    /// What the packet meets in ``table``; what decides that is looked at.
    private func find(in tables: FlowTables, hidesPorts: Bool) -> Rule? {
        guard owner.usesCaches else { return tables.table(table)?.plainLookup(packet.key) }
        var seen = FlowMask()
        let rule = tables.lookup(packet.key, table: table, mask: &seen)
        if hidesPorts { seen.setU32(FlowField.transportSource, 0) }
        look(at: seen)
        return rule
    }

    /// The packet has been looked up in ``table``.
    private func note(_ rule: Rule?) {
        context.note(
            TableVisit(
                bridge: bridge, number: table, table: bridge.flowTables.madeTable(table), rule: rule,
                changes: keyChanges))
    }

    private func tellsMisses(_ number: UInt32) -> Bool {
        guard let port = bridge.port(numbered: OpenFlowPort(rawValue: UInt16(truncatingIfNeeded: number))) else {
            return false
        }
        return port.openFlowConfiguration & PortConfigurationBits.noPacketIn == 0
    }

    /// Whether another look-up may be made within this one; if not, it is logged and the packet dropped.
    func mayGoDeeper() -> Bool {
        if depth >= Translator.maximumDepth {
            report(error: "over max translation depth \(Translator.maximumDepth)")
            failure = .tooDeep
        } else if lookups > Translator.maximumLookups {
            report(error: "over \(Translator.maximumLookups) resubmit actions")
            failure = .tooManyLookups
        } else if actions.count > Translator.maximumActions {
            report(error: "resubmits yielded over 64 kB of actions")
            exits = true
        } else if stack.count >= Translator.maximumStack {
            report(error: "resubmits yielded over 64 kB of stack")
            failure = .stackTooDeep
        } else {
            return true
        }
        dropReason = .tooDeep
        return false
    }

    /// 64 kB of outputs, of 8 bytes each.
    private static let maximumActions = 8192

    /// Later fragments have no ports, so first ones are not told by theirs either, unless asked for (OFPC_FRAG_NORMAL).
    /// TCP's flags do tell them.
    private var hidesPorts: Bool {
        bridge.fragments == .normal && packet.isIP
            && packet.key.u8(FlowField.networkFragment) & FlowField.fragmentAny != 0
    }

    private func lookAtFragment() {
        mask.setU16(FlowField.ethernetType, .max)
        mask.setU8(FlowField.networkFragment, FlowField.fragmentAny | FlowField.fragmentLater)
    }

    // MARK: Reports

    /// Says what went wrong, in the log or, if that is what the translation is for, in the trace.
    func report(error text: String) {
        if let trace {
            trace.error(text)
        } else {
            owner.reports.error(text, of: self, on: bridge)
        }
    }
}
