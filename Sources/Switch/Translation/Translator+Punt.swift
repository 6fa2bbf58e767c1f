import Datapath
import OpenFlow
import Packets

/// Packets for controllers.
extension Translator {
    /// `controller(…)` that does not wait.
    func punt(_ action: ControllerAction) {
        punt(
            reason: action.reason, maxLength: action.maxLength, controller: action.controllerID, meter: action.meter,
            userdata: action.userdata)
    }

    /// A packet that no rule matched.
    func puntMiss() { punt(reason: .implicitMiss) }

    /// Gives a copy of the packet as it now is to the bridge's controllers.
    func punt(
        reason: PacketInReason, maxLength: UInt16 = .max, controller: UInt16 = 0, meter: UInt32? = nil,
        userdata: [UInt8] = []
    ) {
        commit()
        var reason = reason
        if reason == .action, let rule, rule.isTableMiss { reason = .explicitMiss }
        punt(
            Punt(
                state: FrozenState(
                    bridge: bridge, table: table, metadata: FrozenState.metadata(of: packet.key), stack: [], steps: [],
                    actionSet: []),
                reason: reason, cookie: cookie, maxLength: maxLength, controllerID: controller, userdata: userdata,
                isContinuation: false),
            meter: meter)
    }

    /// Gives the packet to a controller that is to send it back, with what is left to do.
    func punt(_ state: FrozenState, _ action: ControllerAction) {
        punt(
            Punt(
                state: state, reason: action.reason, cookie: cookie, maxLength: action.maxLength,
                controllerID: action.controllerID, userdata: action.userdata, isContinuation: true),
            meter: action.meter)
    }

    private func punt(_ punt: Punt, meter: UInt32?) {
        let entry = owner.punts.entry(for: punt)
        context.hold(entry)
        if let number = bridge.datapathMeter(meter ?? MeterMod.controller) {
            // A copy: what exceeds the rate is only not told.
            actions.append(.sample(probability: .max, [.meter(number), .punt(entry.id)]))
        } else {
            actions.append(.punt(entry.id))
        }
    }
}

extension Rule {
    /// Whether it is the table-miss rule: it matches everything at the lowest priority (OVS: rule_is_table_miss).
    var isTableMiss: Bool { priority == 0 && match.mask.isEmpty }
}
