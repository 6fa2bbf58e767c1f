import Packets

/// Set-Field and Nicira's loads.
extension ActionDecoder {
    func rewrite(_ kind: ActionForm.Kind, _ body: inout ByteReader) throws(OpenFlowError) -> Action {
        switch kind {
        case .regLoad: return .setField(try load(&body))
        case .regLoad2:
            let entry = try body.fieldEntry(allowsMask: true)
            try body.zeros(body.remaining, else: .badSetArgument)
            guard entry.field.isSettable(version) else {
                throw OpenFlowError(.badSetArgument, "\(entry.field) is read-only")
            }
            return .setField(entry.rewrite(style: .load2))
        default: return .setField(try setField(&body, allowsMask: kind == .setField15))
        }
    }

    private func setField(_ body: inout ByteReader, allowsMask: Bool) throws(OpenFlowError) -> FieldRewrite {
        let entry: FieldCodec.Entry
        do throws(OpenFlowError) {
            entry = try body.fieldEntry(allowsMask: allowsMask)
        } catch {
            throw error.code == .badMatchMask ? OpenFlowError(.badSetMask, error.context) : error
        }
        try body.zeros(body.remaining, else: .badSetArgument)
        let field = entry.field
        let isInPort = field === MatchField.named(by: .inPortWide)
        guard field.isSettable(version), !isInPort else {
            throw OpenFlowError(.badSetArgument, "\(field) is read-only")
        }
        guard field.isValid(entry.value) else {
            throw OpenFlowError(.badSetArgument, "\(entry.value) for \(field)")
        }
        // A number below is a length.
        if field === MatchField.named(by: .etherType), entry.value < UInt128(EtherType.smallest) {
            throw OpenFlowError(.badSetArgument, "\(entry.value) for \(field)")
        }
        if field === MatchField.named(by: .vlanID) {
            // The bit that says that there is a tag must be set, and be set to one.
            let present = UInt128(FlowField.vlanPresent)
            guard entry.mask & present != 0, entry.value & present != 0 else {
                throw OpenFlowError(.badSetArgument, "\(entry.value) for vlan_vid")
            }
        }
        let isRedundant = entry.hasMask && entry.mask != field.wholeMask && entry.mask == field.significant
        return entry.rewrite(style: isRedundant ? .setFieldMasked : .setField)
    }

    private func load(_ body: inout ByteReader) throws(OpenFlowError) -> FieldRewrite {
        let packed = try body.u16()
        let field = try body.shortFieldHeader()
        let value = try body.u64()
        // More may be loaded than other actions may write.
        let range = try FieldRange.checked(field, packed: packed, isWritten: !field.isSettable(version))
        guard range.bits >= 64 || value >> UInt64(range.bits) == 0 else {
            throw OpenFlowError(.badActionArgument, "\(value) does not fit into \(range.bits) bits")
        }
        return FieldRewrite(range, value: FieldValue(UInt128(value)), style: .load)
    }
}

extension FieldRewrite {
    /// Whether all of the field is written.
    var isWhole: Bool {
        if field.isWide { return wholeMask == FieldValue(ones: field.bits) }
        return mask & field.significant == field.significant
    }

    /// The mask that is told, nil for none: OVS tells one for a field that does not fill its bytes if it was told one,
    /// or if its bits were loaded.
    var toldMask: UInt128? {
        let isPartial = style == .load && field.bits < field.size * 8
        return isWhole && style != .setFieldMasked && !isPartial ? nil : mask
    }

    /// The stretches of at most 64 bits in a row that are written, the lowest first: one `load` each.
    var segments: [(range: FieldRange, value: UInt64)] {
        if isWhole, field.bits <= 64, field.bits > 0 {
            return [(FieldRange(field), UInt64(truncatingIfNeeded: value))]
        }
        var segments = Self.segments(field, value, mask, part: 0)
        for (index, part) in upper.enumerated() {
            segments += Self.segments(field, part.value, part.mask, part: index + 1)
        }
        return segments
    }

    private static func segments(
        _ field: MatchField, _ value: UInt128, _ mask: UInt128, part: Int
    ) -> [(range: FieldRange, value: UInt64)] {
        let count = min(field.bits - 128 * part, 128)
        var segments: [(FieldRange, UInt64)] = []
        var start = 0
        while start < count {
            guard mask >> UInt128(start) & 1 != 0 else {
                start += 1
                continue
            }
            var end = start + 1
            while end < count, end - start < 64, mask >> UInt128(end) & 1 != 0 { end += 1 }
            let range = FieldRange(field, offset: 128 * part + start, bits: end - start)
            let bits = value >> UInt128(start) & MatchField.ones(end - start)
            segments.append((range, UInt64(truncatingIfNeeded: bits)))
            start = end
        }
        return segments
    }
}

extension ActionEncoder {
    /// Writes Set-Field of a whole field.
    mutating func setField(_ header: MatchField.Header, _ value: UInt128) {
        guard let field = MatchField.named(by: header) else { return }
        setField(field, value, mask: nil)
    }

    private mutating func setField(_ field: MatchField, _ value: UInt128, mask: UInt128?) {
        let version = version
        standard(25) {
            FieldCodec.writeHeader(field, hasMask: mask != nil, version: version, into: &$0)
            $0.number(value, field.size)
            if let mask { $0.number(mask, field.size) }
        }
    }

    mutating func setField(_ rewrite: FieldRewrite) {
        if rewrite.field.option != nil {
            setOption(rewrite)
        } else if version >= .v15 {
            setField(rewrite.field, rewrite.value, mask: rewrite.toldMask)
        } else if rewrite.style == .load || rewrite.style == .load2 {
            load(rewrite)
        } else if version < .v12 {
            setLegacyField(rewrite)
        } else if rewrite.toldMask == nil {
            setField(rewrite.field, rewrite.value, mask: nil)
        } else {
            load(rewrite)
        }
    }

    /// Versions that have no Set-Field, or none with masks, know options of tunnels by NXAST_REG_LOAD2 alone.
    private mutating func setOption(_ rewrite: FieldRewrite) {
        let version = version
        let isMasked = rewrite.field.size == 0 || !rewrite.isWhole
        if version >= .v15 || version >= .v12 && rewrite.style == .setField && !isMasked {
            standard(25) {
                FieldCodec.writeOption(
                    rewrite.field, value: rewrite.wholeValue, mask: rewrite.wholeMask, version: version, into: &$0)
            }
        } else {
            nicira(33) {
                FieldCodec.writeOption(
                    rewrite.field, value: rewrite.wholeValue, mask: rewrite.wholeMask, version: nil, into: &$0)
            }
        }
    }

    /// Loads a whole field that a header names.
    mutating func load(_ header: MatchField.Header, _ value: UInt64) {
        guard let field = MatchField.named(by: header) else { return }
        load(FieldRange(field), value)
    }

    private mutating func load(_ range: FieldRange, _ value: UInt64) {
        nicira(7) {
            $0.u16(range.packed)
            $0.shortFieldHeader(range.field)
            $0.u64(value)
        }
    }

    private mutating func load(_ rewrite: FieldRewrite) {
        if rewrite.style == .load2 || FieldCodec.header(of: rewrite.field) == nil {
            nicira(33) {
                FieldCodec.writeEntry(
                    rewrite.field, value: rewrite.value, mask: rewrite.isWhole ? nil : rewrite.mask, version: nil,
                    into: &$0)
            }
        } else {
            for segment in rewrite.segments { load(segment.range, segment.value) }
        }
    }

    /// Versions 1.0 and 1.1 have an action for each of some fields.
    private mutating func setLegacyField(_ rewrite: FieldRewrite) {
        let field = rewrite.field
        guard rewrite.isWhole, let action = Self.legacyAction(field, rewrite.value) else { return load(rewrite) }
        if field === MatchField.named(by: .vlanTCI) {
            setLegacyTCI(UInt16(truncatingIfNeeded: rewrite.value))
        } else {
            var inner = ActionEncoder(version: version, match: headers.match)
            inner.list([action])
            writer.append(inner.writer.bytes)
        }
    }

    private static let legacyActions: [MatchField.Header: @Sendable (UInt128) -> Action] = [
        .vlanTCI: { _ in .popVLAN },
        .vlanID: { .setVLANID(UInt16(truncatingIfNeeded: $0 & 0xfff), mayPush: false) },
        .vlanPriority: { .setVLANPriority(UInt8(truncatingIfNeeded: $0), mayPush: false) },
        .ethernetSource: { .setEthernetSource(MACAddress(number: UInt64(truncatingIfNeeded: $0))) },
        .ethernetDestination: { .setEthernetDestination(MACAddress(number: UInt64(truncatingIfNeeded: $0))) },
        .ipv4Source: { .setIPv4Source(IPv4Address(number: UInt32(truncatingIfNeeded: $0))) },
        .ipv4Destination: { .setIPv4Destination(IPv4Address(number: UInt32(truncatingIfNeeded: $0))) },
        .tos: { .setDSCP(UInt8(truncatingIfNeeded: $0)) },
        .dscp: { .setDSCP(UInt8(truncatingIfNeeded: $0 << 2)) },
        .ecn: { .setECN(UInt8(truncatingIfNeeded: $0)) },
        .tcpSource: { .setTransportSource(UInt16(truncatingIfNeeded: $0)) },
        .udpSource: { .setTransportSource(UInt16(truncatingIfNeeded: $0)) },
        .tcpDestination: { .setTransportDestination(UInt16(truncatingIfNeeded: $0)) },
        .udpDestination: { .setTransportDestination(UInt16(truncatingIfNeeded: $0)) },
    ]

    private static func legacyAction(_ field: MatchField, _ value: UInt128) -> Action? {
        for versioned in field.headers {
            if let make = legacyActions[versioned.header] { return make(value) }
        }
        return nil
    }

    /// A tag, or none, as one value.
    private mutating func setLegacyTCI(_ tci: UInt16) {
        guard tci & FlowField.vlanPresent != 0 else { return standard(version == .v10 ? 3 : 18) }
        if version > .v10, !headers.hasVLAN { standard(17) { $0.u16(EtherType.vlan) } }
        standard(1) { $0.u16(tci & 0xfff) }
        standard(2) { $0.u8(UInt8(truncatingIfNeeded: tci >> 13)) }
    }
}
