/// Actions that choose among links by a hash: `multipath`, `bundle`, `bundle_load`.
extension ActionDecoder {
    func multipath(_ body: inout ByteReader) throws(OpenFlowError) -> MultipathAction {
        let fields = try body.u16()
        let basis = try body.u16()
        try body.skip(2)
        let algorithm = try body.u16()
        let maximumLink = try body.u16()
        let argument = try body.u32()
        try body.skip(2)
        let packed = try body.u16()
        let field = try body.shortFieldHeader()
        guard let hash = FlowHashFields(rawValue: fields), let known = MultipathAction.Algorithm(rawValue: algorithm)
        else { throw OpenFlowError(.badActionArgument, "multipath of fields \(fields), algorithm \(algorithm)") }
        // As many bits as the number of links less one has.
        guard Int(packed & 0x3f) + 1 >= UInt16.bitWidth - maximumLink.leadingZeroBitCount else {
            throw OpenFlowError(.badActionArgument, "too few bits for \(maximumLink) links")
        }
        return MultipathAction(
            fields: hash, basis: basis, algorithm: known, maximumLink: maximumLink, argument: argument,
            destination: try .checked(field, packed: packed, isWritten: true))
    }

    func bundle(_ body: inout ByteReader, loads: Bool) throws(OpenFlowError) -> BundleAction {
        let algorithm = try body.u16()
        let fields = try body.u16()
        let basis = try body.u16()
        let memberType = try body.u32()
        let count = Int(try body.u16())
        let packed = try body.u16()
        var destination: FieldRange?
        if loads {
            let field = try body.shortFieldHeader()
            guard packed & 0x3f >= 15 else { throw OpenFlowError(.badActionArgument, "too few bits for a port") }
            destination = try .checked(field, packed: packed, isWritten: true)
        } else {
            guard packed == 0, try body.u32() == 0 else {
                throw OpenFlowError(.badActionArgument, "bundle with a destination")
            }
        }
        try body.zeros(4, else: .badActionArgument)
        // Members are told by number, as in_port is (NXM_OF_IN_PORT).
        guard let hash = FlowHashFields(rawValue: fields), let known = BundleAction.Algorithm(rawValue: algorithm),
            memberType == 0x0000_0002, count <= 2048
        else {
            throw OpenFlowError(
                .badActionArgument, "bundle of fields \(fields), algorithm \(algorithm), \(count) members")
        }
        var members: [OpenFlowPort] = []
        for _ in 0..<count { members.append(try Self.member(try body.u16())) }
        return BundleAction(algorithm: known, fields: hash, basis: basis, members: members, destination: destination)
    }

    private static func member(_ number: UInt16) throws(OpenFlowError) -> OpenFlowPort {
        let port = OpenFlowPort(rawValue: number)
        if port == .none { return port }
        guard port != .controller else { throw OpenFlowError(.badOutPort, "a bundle cannot send to controllers") }
        return try port.checkedForOutput()
    }
}

extension ActionEncoder {
    mutating func multipath(_ action: MultipathAction) {
        nicira(10) {
            $0.u16(action.fields.rawValue)
            $0.u16(action.basis)
            $0.zeros(2)
            $0.u16(action.algorithm.rawValue)
            $0.u16(action.maximumLink)
            $0.u32(action.argument)
            $0.zeros(2)
            $0.u16(action.destination.packed)
            $0.shortFieldHeader(action.destination.field)
        }
    }

    mutating func bundle(_ action: BundleAction) {
        nicira(action.destination == nil ? 12 : 13) {
            $0.u16(action.algorithm.rawValue)
            $0.u16(action.fields.rawValue)
            $0.u16(action.basis)
            $0.u32(0x0000_0002)
            $0.u16(UInt16(truncatingIfNeeded: action.members.count))
            $0.u16(action.destination?.packed ?? 0)
            if let destination = action.destination { $0.shortFieldHeader(destination.field) } else { $0.zeros(4) }
            $0.zeros(4)
            for member in action.members { $0.u16(member.rawValue) }
        }
    }
}
