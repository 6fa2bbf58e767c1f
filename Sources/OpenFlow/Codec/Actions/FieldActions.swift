import Packets

/// Actions that copy between fields, and to and from the stack.
extension ActionDecoder {
    func fieldCopy(_ kind: ActionForm.Kind, _ body: inout ByteReader) throws(OpenFlowError) -> Action {
        switch kind {
        case .stackPush: return .stackPush(try stackRange(&body, isWritten: false))
        case .stackPop: return .stackPop(try stackRange(&body, isWritten: true))
        case .checkPacketLarger:
            let length = try body.u16()
            let offset = Int(try body.u16())
            let field = try body.fieldHeader()
            try body.zeros(body.remaining, else: .mustBeZeroRequest)
            return .checkPacketLarger(
                length, destination: try .checked(field, offset: offset, bits: 1, isWritten: true))
        case .deleteField:
            let field = try body.fieldHeader()
            try body.zeros(body.remaining, else: .mustBeZeroRequest)
            guard field.option != nil else {
                throw OpenFlowError(.badActionArgument, "\(field.name) cannot be deleted")
            }
            return .deleteField(field)
        case .copyField13:
            try body.skip(2)
            return try move(&body, padding: 2)
        case .copyField15: return try move(&body, padding: 2)
        default: return try move(&body, padding: 0)
        }
    }

    private func move(_ body: inout ByteReader, padding: Int) throws(OpenFlowError) -> Action {
        let bits = Int(try body.u16())
        let sourceOffset = Int(try body.u16())
        let targetOffset = Int(try body.u16())
        try body.skip(padding)
        let source = try body.fieldHeader()
        let target = try body.fieldHeader()
        try body.zeros(body.remaining, else: .mustBeZeroRequest)
        return .move(
            from: try .checked(source, offset: sourceOffset, bits: bits),
            to: try .checked(target, offset: targetOffset, bits: bits, isWritten: true))
    }

    private func stackRange(_ body: inout ByteReader, isWritten: Bool) throws(OpenFlowError) -> FieldRange {
        let offset = Int(try body.u16())
        let field = try body.fieldHeader()
        let bits = Int(try body.u16())
        try body.zeros(body.remaining, else: .mustBeZeroRequest)
        return try .checked(field, offset: offset, bits: bits, isWritten: isWritten)
    }
}

extension ActionEncoder {
    mutating func fieldCopy(_ action: Action) {
        switch action {
        case .move(let source, let target): move(source, target)
        case .stackPush(let range): stack(27, range)
        case .stackPop(let range): stack(28, range)
        case .deleteField(let field):
            nicira(50) {
                let start = $0.count
                $0.niciraHeader(field)
                $0.zeros(14 - ($0.count - start))
            }
        case .checkPacketLarger(let length, let destination):
            nicira(49) {
                $0.u16(length)
                $0.u16(UInt16(truncatingIfNeeded: destination.offset))
                let start = $0.count
                $0.niciraHeader(destination.field)
                $0.zeros(10 - ($0.count - start))
            }
        default: break
        }
    }

    private mutating func move(_ source: FieldRange, _ target: FieldRange) {
        let version = version
        let numbers = [target.bits, source.offset, target.offset].map { UInt16(truncatingIfNeeded: $0) }
        if version >= .v15 {
            standard(28) {
                for number in numbers { $0.u16(number) }
                $0.zeros(2)
                FieldCodec.writeHeader(source.field, version: version, into: &$0)
                FieldCodec.writeHeader(target.field, version: version, into: &$0)
            }
        } else {
            nicira(6) {
                for number in numbers { $0.u16(number) }
                $0.niciraHeader(source.field)
                $0.niciraHeader(target.field)
            }
        }
    }

    private mutating func stack(_ subtype: UInt16, _ range: FieldRange) {
        nicira(subtype) {
            $0.u16(UInt16(truncatingIfNeeded: range.offset))
            let start = $0.count
            $0.niciraHeader(range.field)
            $0.u16(UInt16(truncatingIfNeeded: range.bits))
            $0.zeros(12 - ($0.count - start))
        }
    }
}
