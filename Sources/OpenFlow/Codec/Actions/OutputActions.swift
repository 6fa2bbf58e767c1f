/// Actions that send a packet: to ports, queues and controllers.
extension ActionDecoder {
    func output(_ kind: ActionForm.Kind, _ body: inout ByteReader) throws(OpenFlowError) -> Action {
        switch kind {
        case .enqueue:
            let port = OpenFlowPort(rawValue: try body.u16())
            try body.skip(6)
            guard port.rawValue < OpenFlowPort.limit || port == .inPort || port == .local else {
                throw OpenFlowError(.badOutPort, "enqueue at port \(port.rawValue)")
            }
            return .enqueue(port, queue: try body.u32())
        case .outputReg:
            let packed = try body.u16()
            let field = try body.shortFieldHeader()
            let maxLength = try body.u16()
            try body.zeros(6, else: .badActionArgument)
            return .outputRegister(try .checked(field, packed: packed), maxLength: maxLength)
        case .outputReg2:
            let packed = try body.u16()
            let maxLength = try body.u16()
            let field = try body.fieldHeader()
            try body.zeros(body.remaining, else: .mustBeZeroRequest)
            return .outputRegister(try .checked(field, packed: packed), maxLength: maxLength)
        case .outputTrunc:
            let port = OpenFlowPort(rawValue: try body.u16())
            let maxLength = try body.u32()
            guard maxLength >= 14 else { throw OpenFlowError(.badActionArgument, "output of \(maxLength) bytes") }
            return .outputTruncated(try port.checkedForOutput(), maxLength: maxLength)
        case .controller: return .controller(try controller(&body))
        case .controller2: return .controller(try controller2(&body))
        default:
            let port = try body.port(kind == .output10 ? .v10 : .v11)
            let maxLength = try body.u16()
            return .output(try port.checkedForOutput(), maxLength: maxLength)
        }
    }

    private func controller(_ body: inout ByteReader) throws(OpenFlowError) -> ControllerAction {
        var action = ControllerAction()
        action.maxLength = try body.u16()
        action.controllerID = try body.u16()
        action.reason = try .checked(try body.u8())
        return action
    }

    /// NXAST_CONTROLLER2: properties, each a type, a length with these four bytes, and padding to 8.
    private func controller2(_ body: inout ByteReader) throws(OpenFlowError) -> ControllerAction {
        var action = ControllerAction()
        try body.zeros(6, else: .mustBeZeroRequest)
        while body.remaining > 0 {
            let type = try body.u16()
            let length = Int(try body.u16())
            guard length >= 4 else { throw OpenFlowError(.badActionLength, "property of \(length) bytes") }
            var value = try body.part(length - 4)
            // The last one's padding may be missing, as for OVS.
            try body.skip(min((8 - length % 8) % 8, body.remaining))
            switch type {
            case 0: action.maxLength = try value.property16()
            case 1: action.controllerID = try value.property16()
            case 2: action.reason = try .checked(try value.property8())
            case 3: action.userdata = value.rest()
            case 4: action.pauses = true
            case 5: action.meter = try value.property32()
            default: throw OpenFlowError(.badActionArgument, "controller property \(type)")
            }
        }
        return action
    }
}

extension PacketInReason {
    fileprivate static func checked(_ number: UInt8) throws(OpenFlowError) -> PacketInReason {
        guard let reason = PacketInReason(rawValue: number) else {
            throw OpenFlowError(.badActionArgument, "packet-in reason \(number)")
        }
        return reason
    }
}

extension OpenFlowPort {
    /// Itself, if a packet can be sent to it.
    ///
    /// - Throws: `badOutPort`.
    func checkedForOutput() throws(OpenFlowError) -> OpenFlowPort {
        switch self {
        case .inPort, .table, .normal, .flood, .all, .controller, .local: return self
        default:
            guard rawValue < OpenFlowPort.limit else { throw OpenFlowError(.badOutPort, "output to port \(rawValue)") }
            return self
        }
    }
}

extension ActionEncoder {
    mutating func output(_ action: Action) {
        switch action {
        case .output(let port, let maxLength): output(port, maxLength)
        case .outputRegister(let range, let maxLength): outputRegister(range, maxLength)
        case .outputTruncated(let port, let maxLength):
            nicira(39) {
                $0.u16(port.rawValue)
                $0.u32(maxLength)
            }
        case .enqueue(let port, let queue) where version == .v10:
            standard(11) {
                $0.u16(port.rawValue)
                $0.zeros(6)
                $0.u32(queue)
            }
        case .enqueue(let port, let queue):
            // Later versions have no such action; the queue is chosen, used and given back.
            standard(21) { $0.u32(queue) }
            output(port, .max)
            nicira(5)
        case .controller(let controller): self.controller(controller)
        default: break
        }
    }

    private mutating func output(_ port: OpenFlowPort, _ maxLength: UInt16) {
        let version = version
        standard(0) {
            $0.port(port, version)
            $0.u16(maxLength)
        }
    }

    private mutating func outputRegister(_ range: FieldRange, _ maxLength: UInt16) {
        if FieldCodec.header(of: range.field) != nil {
            nicira(15) {
                $0.u16(range.packed)
                $0.shortFieldHeader(range.field)
                $0.u16(maxLength)
                $0.zeros(6)
            }
        } else {
            nicira(32) {
                $0.u16(range.packed)
                $0.u16(maxLength)
                let start = $0.count
                $0.niciraHeader(range.field)
                $0.zeros(10 - ($0.count - start))
            }
        }
    }

    private mutating func controller(_ action: ControllerAction) {
        guard !action.userdata.isEmpty || action.pauses || action.meter != nil else {
            nicira(20) {
                $0.u16(action.maxLength)
                $0.u16(action.controllerID)
                $0.u8(action.reason.rawValue)
                $0.u8(0)
            }
            return
        }
        nicira(37) {
            $0.zeros(6)
            if action.maxLength != .max { $0.property(0, action.maxLength) }
            if action.controllerID != 0 { $0.property(1, action.controllerID) }
            if action.reason != .action { $0.property(2, action.reason.rawValue) }
            if !action.userdata.isEmpty { $0.property(3) { $0.append(action.userdata) } }
            if action.pauses { $0.property(4) { _ in } }
            if let meter = action.meter { $0.property(5) { $0.u32(meter) } }
        }
    }
}
