/// Actions on the pipeline itself: where it goes on, what it remembers, when it ends.
extension ActionDecoder {
    func pipeline(_ kind: ActionForm.Kind, _ body: inout ByteReader) throws(OpenFlowError) -> Action {
        switch kind {
        case .resubmit: return .resubmit(ResubmitAction(inPort: try resubmitPort(&body)))
        case .resubmitTable, .resubmitTableCT:
            let port = try resubmitPort(&body)
            let table = try body.u8()
            try body.zeros(3, else: .badActionArgument)
            var action = ResubmitAction(inPort: port, table: table == 0xff ? nil : table)
            action.swapsConnectionTuple = kind == .resubmitTableCT
            return .resubmit(action)
        case .note: return .note(body.rest())
        case .finTimeout:
            let idle = try body.u16()
            return .finTimeout(idleSeconds: idle, hardSeconds: try body.u16())
        case .conjunction:
            let clause = try body.u8()
            let count = try body.u8()
            guard (2...64).contains(count), clause < count else {
                throw OpenFlowError(.badConjunction, "clause \(clause) of \(count)")
            }
            return .conjunction(id: try body.u32(), clause: clause, count: count)
        case .clone:
            try body.skip(6)
            let actions = try nested.list(body)
            try ActionOrder.check(actions, version: version, context: .clone)
            return .clone(actions)
        case .debugRecirculate, .debugSlowPath:
            try body.zeros(6, else: .badActionArgument)
            return kind == .debugSlowPath ? .debugSlowPath : .debugRecirculate
        default: return .exit
        }
    }

    /// Reads a list within this one.
    var nested: ActionDecoder {
        ActionDecoder(version: version, depth: depth + 1, takesDebugActions: takesDebugActions)
    }

    private func resubmitPort(_ body: inout ByteReader) throws(OpenFlowError) -> OpenFlowPort? {
        let port = OpenFlowPort(rawValue: try body.u16())
        return port == .inPort ? nil : port
    }
}

extension ActionEncoder {
    mutating func pipeline(_ action: Action) {
        switch action {
        case .resubmit(let resubmit): self.resubmit(resubmit)
        case .conjunction(let identifier, let clause, let count):
            nicira(34) {
                $0.u8(clause)
                $0.u8(count)
                $0.u32(identifier)
            }
        case .note(let bytes): nicira(8) { $0.append(bytes) }
        case .exit: nicira(17)
        case .debugSlowPath: nicira(254)
        case .debugRecirculate: nicira(255)
        case .finTimeout(let idle, let hard):
            nicira(19) {
                $0.u16(idle)
                $0.u16(hard)
                $0.zeros(2)
            }
        case .clone(let actions):
            var inner = ActionEncoder(version: version, match: headers.match)
            inner.list(actions)
            nicira(42) {
                $0.zeros(6)
                $0.append(inner.writer.bytes)
            }
        default: break
        }
    }

    /// As ovs-ofctl does, by the form that names a table, though it may be "the same".
    private mutating func resubmit(_ action: ResubmitAction) {
        nicira(action.swapsConnectionTuple ? 44 : 14) {
            $0.u16((action.inPort ?? .inPort).rawValue)
            $0.u8(action.table ?? 0xff)
            $0.zeros(3)
        }
    }
}
