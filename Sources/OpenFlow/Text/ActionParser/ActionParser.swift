import Packets

/// Reads a list of actions from text, in the syntax of ovs-actions(7) (OVS: ofpacts_parse_actions).
///
/// Each action has a reader in ``readers``. What none of them understands is refused, in OVS's words where scripts may
/// know them.
public struct ActionParser {
    /// Reads one action from what stands behind its name.
    typealias Reader = @Sendable (ActionParser, ActionArgument) throws(TextError) -> Action

    /// Ports by name.
    let portNumber: FieldText.PortNumber
    /// The bridge's fields for options of tunnels.
    let options: TunnelOptions?
    /// How many lists this one stands in.
    let depth: Int

    /// The actions of a packet-out: no instructions.
    public static func parse(
        _ text: some StringProtocol, options: TunnelOptions? = nil,
        portNumber: @escaping FieldText.PortNumber = { _ in nil }
    ) throws(TextError) -> [Action] {
        try parse(text, for: .packetOut, options: options, portNumber: portNumber)
    }

    static func parse(
        _ text: some StringProtocol, for context: ActionCodec.Context, options: TunnelOptions? = nil,
        portNumber: @escaping FieldText.PortNumber = { _ in nil }
    ) throws(TextError) -> [Action] {
        let actions = try ActionParser(portNumber: portNumber, options: options, depth: 0).list(text)
        try check(actions, context)
        return actions
    }

    /// What keeps a packet of these headers from having the actions, by its name in OpenFlow; nil: nothing.
    ///
    /// - Parameter isStrict: actions may not be without effect, as from version 1.1 on.
    public static func objection(to actions: [Action], for packet: FlowKey, isStrict: Bool) -> String? {
        var mask = FlowMask()
        for word in 0..<FlowKey.wordCount { mask[word] = .max }
        do throws(OpenFlowError) {
            try ActionCheck(version: isStrict ? .v13 : .v10, table: 0).check(
                actions, match: Match(key: packet, mask: mask))
            return nil
        } catch {
            return error.name
        }
    }

    /// A list within an action.
    func inner(_ text: some StringProtocol, _ context: ActionCodec.Context) throws(TextError) -> [Action] {
        guard depth < ActionCodec.depthLimit else { throw TextError("Action nested too deeply") }
        let actions = try ActionParser(portNumber: portNumber, options: options, depth: depth + 1).list(text)
        try Self.check(actions, context)
        return actions
    }

    /// The field of a name, its own or that of one of its headers.
    func field(named name: String) -> MatchField? {
        MatchField.named(bySymbol: name) ?? MatchField.named(name) ?? options?.named(name)
    }

    private func list(_ text: some StringProtocol) throws(TextError) -> [Action] {
        var actions: [Action] = []
        var isDrop = false
        for argument in ActionArgument.all(of: text) {
            let name = argument.name.lowercased()
            if let reader = Self.readers[name] {
                actions.append(try reader(self, argument))
            } else if name == "drop" {
                isDrop = true
            } else if name == "apply_actions" {
                throw TextError("apply_actions is the default instruction")
            } else if let reason = Self.unsupported[name] {
                throw TextError("\(name): \(reason) not supported")
            } else if let port = OpenFlowPort(text: argument.name, number: portNumber) {
                actions.append(.output(port, maxLength: 0))
            } else {
                throw TextError("unknown action \(argument.name)")
            }
        }
        guard !isDrop || actions.isEmpty else {
            throw TextError("\"drop\" must not be accompanied by any other action or instruction")
        }
        return actions
    }

    private static func check(_ actions: [Action], _ context: ActionCodec.Context) throws(TextError) {
        for action in actions {
            if case .conjunction = action { continue }
            let instruction = ActionOrder.instruction(of: action, version: .v15)
            if instruction > .apply, context != .flow {
                throw TextError("\(instruction.text) instruction not allowed here")
            }
            if context == .actionSet, !action.isAllowedInSet {
                throw TextError("\(ActionFormat().text(action)) action not allowed here")
            }
        }
        do throws(OpenFlowError) {
            try ActionOrder.check(actions, version: .v15, context: context)
        } catch {
            guard error.code != .badConjunction else {
                throw TextError(
                    "\"conjunction\" actions may be used along with \"note\" but not any other kind of action")
            }
            throw TextError(error.context)
        }
    }

    /// Actions of OVS's that this switch does not have yet, by what they need.
    private static let unsupported: [String: String] = [
        "ct": "connection tracking is", "ct_clear": "connection tracking is", "nat": "connection tracking is",
        "encap": "encapsulation is", "decap": "encapsulation is", "dec_nsh_ttl": "NSH is",
    ]
}

extension ActionOrder.Instruction {
    /// The name that ovs-actions(7) gives it.
    fileprivate var text: String {
        switch self {
        case .meter: "meter"
        case .apply: "apply_actions"
        case .clear: "clear_actions"
        case .write: "write_actions"
        case .metadata: "write_metadata"
        case .goto: "goto_table"
        }
    }
}
