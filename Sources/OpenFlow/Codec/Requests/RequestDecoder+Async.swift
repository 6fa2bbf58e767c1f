extension RequestDecoder {
    /// OFPT_SET_ASYNC of 1.3 and NXT_SET_ASYNC_CONFIG: three pairs of masks. Bits that mean nothing are let stand.
    func asyncMasks(_ body: inout ByteReader) throws(OpenFlowError) -> AsyncChange {
        var change = AsyncChange(replacesAll: true, masks: [])
        for kind in [AsyncConfiguration.Kind.packetIn, .portStatus, .flowRemoved] {
            for isSecondary in [false, true] {
                let bits = try body.u32() & kind.allowed(version)
                change.masks.append(mask(kind, isSecondary: isSecondary, bits))
            }
        }
        try body.expectEnd()
        return change
    }

    /// OFPT_SET_ASYNC of 1.4 and NXT_SET_ASYNC_CONFIG2: a property for each mask that changes.
    func asyncProperties(_ body: ByteReader) throws(OpenFlowError) -> AsyncChange {
        var change = AsyncChange(replacesAll: false, masks: [])
        var properties = PropertyReader(body, firstExperimenterType: 0xfffe)
        while let (kind, contents) = try properties.next() {
            // Numbers are even for secondary connections, and one more for the others.
            guard case .standard(let type) = kind, let kind = AsyncConfiguration.Kind(rawValue: Int(type / 2)) else {
                throw OpenFlowError(.asyncUnsupported, "property \(kind)")
            }
            let bits = try contents.property32()
            guard bits & ~kind.allowed(version) == 0 else {
                throw OpenFlowError(.asyncInvalid, "\(kind): \(bits)")
            }
            change.masks.append(mask(kind, isSecondary: type % 2 == 0, bits))
        }
        return change
    }

    /// Reasons that the version does not tell apart go along with the one that stands for them.
    private func mask(
        _ kind: AsyncConfiguration.Kind, isSecondary: Bool, _ bits: UInt32
    ) -> AsyncChange.Mask {
        func bit(_ reason: PacketInReason) -> UInt32 { 1 << UInt32(reason.rawValue) }
        var bits = bits
        if kind == .packetIn {
            if bits & bit(.noMatch) != 0 {
                bits |= bit(.explicitMiss)
                if version < .v13 { bits |= bit(.implicitMiss) }
            }
            if version < .v14, bits & bit(.action) != 0 { bits |= bit(.actionSet) | bit(.group) | bit(.packetOut) }
        }
        return AsyncChange.Mask(kind: kind, isSecondary: isSecondary, bits: bits)
    }
}

extension AsyncConfiguration.Kind {
    /// The reasons that a peer may name.
    func allowed(_ version: OpenFlowVersion) -> UInt32 {
        switch self {
        case .packetIn: version < .v14 ? 0b111 : 0b11_1111
        case .portStatus: 0b111
        case .flowRemoved: 0b11_1111
        case .roleStatus: 0b111
        case .tableStatus: 0b1_1000
        case .requestForward: 0b11
        }
    }
}
