import Datapath
import OpenFlow
import Packets

/// A pipeline that stops and goes on later: when the packet has been looked up again or a controller has sent it back.
extension Translator {
    /// Ends all lists here; what is left of them is kept.
    func freeze() {
        exits = true
        isFreezing = true
    }

    /// Keeps what is left of the list under way.
    func keep(_ rest: ArraySlice<Action>) {
        let left: [Action] = rest.compactMap { action in
            switch action {
            case .note, .conjunction: nil
            // Instructions have no place in the list that a controller is given.
            case .gotoTable(let number): .resubmit(ResubmitAction(inPort: .inPort, table: number))
            case .writeMetadata(let value, let bits):
                MatchField.named("metadata").map {
                    .setField(FieldRewrite($0, value: UInt128(value), mask: UInt128(bits)))
                }
            default: action
            }
        }
        guard !left.isEmpty else { return }
        frozen.append(FrozenStep(actions: left, table: table, cookie: cookie))
    }

    /// Whether an action cannot be carried out while part of the packet is out of sight.
    func needsInside(_ action: Action) -> Bool {
        switch action {
        case .output(let port, _): return port == .normal && packet.hidden == .everything
        case .outputTruncated, .enqueue, .outputRegister, .setTunnelID, .setQueue, .group, .note: return false
        case .setVLANID, .setVLANPriority, .setEthernetSource, .setEthernetDestination:
            return packet.hidden == .everything
        case .setField(let rewrite):
            if rewrite.field.isPipelineField || rewrite.field.isTunnelField { return false }
            return packet.hidden == .everything || !rewrite.field.isLinkField
        default: return true
        }
    }

    /// Stops here: the packet is sent on its way round, or to the controller that is to send it back.
    func freezeNow() {
        commit()
        let state = FrozenState(
            bridge: bridge, table: 0, metadata: FrozenState.metadata(of: packet.key), stack: stack, steps: frozen,
            actionSet: actionSet.written)
        if let pause {
            punt(state, pause)
        } else {
            let recirculation = owner.recirculations.entry(for: state)
            context.hold(recirculation)
            if let pendingHash { actions.append(.hash(pendingHash)) }
            actions.append(.recirculate(recirculation.id))
        }
        isFreezing = false
        exits = false
        frozen = []
        pause = nil
        pendingHash = nil
        actionSet.clear()
    }

    /// Goes on with what was kept.
    func resume(_ state: FrozenState) {
        guard let target = state.bridge else {
            report(error: "Frozen bridge no longer exists.")
            failure = .noRecirculation
            return
        }
        bridge = target
        context.note(target)
        table = state.table
        trace?.thaw(state)
        state.restoreMetadata(in: &packet.key)
        stack = state.stack
        actionSet.write(state.actionSet)
        setActionSetOutput()
        guard !state.steps.isEmpty else {
            return walk(
                to: state.table, inPort: inPort, mayPuntMiss: true, heedsMissSetting: true, staysThere: true)
        }
        perform(state.steps)
    }

    /// The lists that were under way, the innermost first.
    private func perform(_ steps: [FrozenStep]) {
        for (index, step) in steps.enumerated() {
            if failure != nil { return }
            if exits {
                if isFreezing { frozen += steps[index...] }
                return
            }
            table = step.table
            cookie = step.cookie
            perform(step.actions)
        }
    }
}

extension MatchField {
    /// Whether it is of the Ethernet header or a VLAN tag.
    fileprivate var isLinkField: Bool {
        switch prerequisite {
        case .ethernet, .vlan: true
        case .none: name.hasPrefix("eth_") || name.hasPrefix("vlan_") || name.hasPrefix("dl_")
        default: false
        }
    }
}
