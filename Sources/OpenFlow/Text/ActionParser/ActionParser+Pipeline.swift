import Packets

/// What steers the pipeline.
extension ActionParser {
    /// A table's number.
    ///
    /// - Parameter complaint: what is said when it is none.
    func table(_ text: String, _ complaint: String) throws(TextError) -> UInt8 {
        guard let table = TextNumber.parse(text, as: UInt8.self) else { throw TextError(complaint) }
        return table
    }

    func resubmit(_ argument: ActionArgument) throws(TextError) -> Action {
        let parts = argument.parts
        var action = ResubmitAction()
        if let text = parts.first, !text.isEmpty {
            action.inPort = try port(text, "\(text): resubmit to unknown port")
            if action.inPort == .inPort { action.inPort = nil }
        }
        if parts.count > 1, !parts[1].isEmpty {
            let table = try table(parts[1], "\(parts[1]): resubmit to unknown table")
            action.table = table == .max ? nil : table
        }
        if parts.count > 2, !parts[2].isEmpty {
            guard parts[2] == "ct" else { throw TextError("\(parts[2]): unknown parameter") }
            throw TextError("resubmit: connection tracking is not supported")
        }
        guard action.inPort != nil || action.table != nil else {
            throw TextError("at least one \"in_port\" or \"table\" must be specified on resubmit")
        }
        return .resubmit(action)
    }

    func conjunction(_ argument: ActionArgument) throws(TextError) -> Action {
        let parts = argument.parts
        let fraction = parts.count == 2 ? parts[1].split(separator: "/").map { $0.filter { !$0.isWhitespace } } : []
        guard fraction.count == 2, let id = TextNumber.parse(parts[0], as: UInt32.self),
            let clause = TextNumber.parse(fraction[0], as: UInt8.self),
            let count = TextNumber.parse(fraction[1], as: UInt8.self)
        else { throw TextError("\"conjunction\" syntax is \"conjunction(id,i/n)\"") }
        guard count >= 2 else { throw TextError("conjunction must have at least 2 clauses") }
        guard count <= 64 else { throw TextError("conjunction must have at most 64 clauses") }
        guard clause >= 1 else { throw TextError("clause index must be positive") }
        guard clause <= count else {
            throw TextError("clause index must be less than or equal to number of clauses")
        }
        return .conjunction(id: id, clause: clause - 1, count: count)
    }

    func note(_ argument: ActionArgument) throws(TextError) -> Action {
        guard let bytes = Self.bytes(argument.text) else { throw TextError("bad hex digit in `note' argument") }
        guard bytes.count <= 0xfff0 else { throw TextError("input too big") }
        // As on the wire: with the action's header, a multiple of 8.
        let padding = 7 - (bytes.count + 1) % 8
        return .note(bytes + [UInt8](repeating: 0, count: padding))
    }

    func finTimeout(_ argument: ActionArgument) throws(TextError) -> Action {
        var (idle, hard): (UInt16, UInt16) = (0, 0)
        for part in argument.pairs {
            switch part.name {
            case "idle_timeout": idle = try part.number(part.name)
            case "hard_timeout": hard = try part.number(part.name)
            default: throw TextError("invalid key '\(part.name)' in 'fin_timeout' argument")
            }
        }
        return .finTimeout(idleSeconds: idle, hardSeconds: hard)
    }

    func sample(_ argument: ActionArgument) throws(TextError) -> Action {
        var action = SampleAction(probability: 0, collectorSetID: 0, observationDomainID: 0, observationPointID: 0)
        for part in argument.pairs {
            switch part.name {
            case "probability":
                action.probability = try part.number("probability")
                guard action.probability != 0 else { throw TextError("invalid probability value \"\(part.text)\"") }
            case "collector_set_id": action.collectorSetID = try part.wide()
            case "obs_domain_id": action.observationDomainID = try part.wide()
            case "obs_point_id": action.observationPointID = try part.wide()
            case "sampling_port":
                action.samplingPort = try port(part.text, "\(part.text): unknown port")
                action.form = max(action.form, 2)
            case "ingress": (action.direction, action.form) = (.ingress, 3)
            case "egress": (action.direction, action.form) = (.egress, 3)
            default: throw TextError("invalid key \"\(part.name)\" in \"sample\" argument")
            }
        }
        guard action.probability != 0 else { throw TextError("non-zero \"probability\" must be specified on sample") }
        return .sample(action)
    }

    func checkPacketLarger(_ argument: ActionArgument) throws(TextError) -> Action {
        guard let name = argument.target else { throw TextError("\(argument.text): missing `->'") }
        let target = try writable(name)
        guard target.bits == 1 else { throw TextError("Only 1-bit destination field is allowed") }
        return .checkPacketLarger(try argument.number("packet length"), destination: target)
    }
}
