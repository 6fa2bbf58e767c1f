import Control
import Datapath
import OpenFlow
import Packets

/// `ofproto/trace`: how a packet would fare.
extension Switch {
    /// What a trace starts from.
    public struct TraceRequest {
        /// The headers, and in_port as the datapath numbers it; with `bridge`, as the bridge does.
        public var key: FlowKey
        /// Where the packet comes in; nil: where in_port says.
        public var bridge: Bridge?
        /// The packet itself. With one, the trace has all effects but that nothing is sent out.
        public var frame: [UInt8]?
        /// What to do instead of looking it up in table 0 (`ofproto/trace-packet-out`).
        public var actions: [Action]?
        /// Ports by name.
        public var withNames = false

        public init(key: FlowKey) { self.key = key }
    }

    /// Puts options of a tunnel into the key of a packet as the datapath sees it; false if the bridge
    /// that it comes to cannot take it.
    public func fill(_ key: inout FlowKey, with options: [TunnelOption]) -> Bool {
        let port = portsByID[PortID(rawValue: key.host32(FlowField.inPort))]
        return TunnelOptions.fill(&key, with: options, port?.bridge.flowTables.tunnelOptions)
    }

    /// Whether a pipeline waits for packets with this number.
    public func isRecirculating(_ id: UInt32) -> Bool { recirculations[id] != nil }

    /// The explanation of what happens, in OVS's layout; nil if no bridge has the port.
    public func trace(_ request: TraceRequest) -> String? {
        let port: BridgePort?
        let number: OpenFlowPort
        if let bridge = request.bridge {
            number = OpenFlowPort(rawValue: UInt16(truncatingIfNeeded: request.key.host32(FlowField.inPort)))
            port = bridge.port(numbered: number)
        } else {
            guard let owner = portsByID[PortID(rawValue: request.key.host32(FlowField.inPort))] else { return nil }
            port = owner
            number = owner.number
        }
        guard let bridge = request.bridge ?? port?.bridge else { return nil }

        let recirculated = request.key.host32(FlowField.recircID)
        let translator = Translator(
            self, on: bridge, key: request.key, hasPacket: request.frame != nil,
            seen: request.frame == nil ? nil : clock())
        let names = TraceText(bridge: bridge, withNames: request.withNames)
        let trace = TranslationTrace(names)
        translator.trace = trace
        translator.packet.key.setHost32(FlowField.inPort, UInt32(number.rawValue))
        let initial = translator.packet.key
        trace.enter(bridge)
        if let actions = request.actions {
            translator.run(actions, inPort: number)
        } else if recirculated == 0 {
            translator.run(from: port, numbered: number)
        } else if let state = recirculations[recirculated] {
            translator.run(state, from: port)
        } else {
            translator.report(error: "Recirculation context not found for ID \(String(recirculated, radix: 16))")
            translator.failure = .noRecirculation
        }
        return text(of: translator, trace, names, from: initial, request)
    }

    private func text(
        of translator: Translator, _ trace: TranslationTrace, _ names: TraceText, from initial: FlowKey,
        _ request: TraceRequest
    ) -> String {
        var result = "Flow: \(names.flow(initial))\n"
        trace.root.write(to: &result)
        let final = translator.packet.key
        result += "\nFinal flow: \(initial == final ? "unchanged" : names.flow(final))\n"
        result += "Megaflow: \(names.match(Match(key: initial, mask: translator.tracedMask)))\n"
        let actions = translator.failure == nil ? DatapathAction.flattened(translator.actions) : []
        let ports = request.withNames ? portsByID.mapValues(\.name) : [:]
        result += "Datapath actions: " + describe(actions) { ports[$0] }
        if let failure = translator.failure {
            result += "\nTranslation failed (\(failure.text)), packet is dropped.\n"
        } else if let frame = request.frame {
            let effects = DatapathAction.withoutOutputs(DatapathAction.tidied(translator.actions))
            if !effects.isEmpty { datapath.execute(frame, actions: effects) }
        }
        if translator.failure == nil, translator.isSlow {
            result += "\nThis flow is handled by the userspace slow path because it:\n"
                + "  - Uses action(s) not supported by datapath."
        }
        return result
    }
}

extension DatapathAction {
    /// As OVS writes programs: a clone at the end is what it holds.
    fileprivate static func flattened(_ actions: [DatapathAction]) -> [DatapathAction] {
        guard case .clone(let list)? = actions.last else { return actions }
        return actions.dropLast() + list
    }

    /// What is left when packets neither leave nor come round.
    fileprivate static func withoutOutputs(_ actions: [DatapathAction]) -> [DatapathAction] {
        actions.compactMap { action in
            switch action {
            case .output, .recirculate, .truncate: nil
            case .clone(let list): .clone(withoutOutputs(list))
            case .checkLength(let length, let larger, let otherwise):
                .checkLength(length, larger: withoutOutputs(larger), otherwise: withoutOutputs(otherwise))
            default: action
            }
        }
    }
}
