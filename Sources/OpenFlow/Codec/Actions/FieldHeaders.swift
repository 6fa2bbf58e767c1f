/// How actions name fields: by NXM or OXM headers, alone or with a value.
///
/// Errors differ from those of a match: OVS has its own for each form, which are kept.
extension ByteReader {
    /// A header of 4 bytes, or 8 of an experimenter's class, without a mask.
    ///
    /// - Throws: `badMatchField`, `badMatchMask`, `badMatchLength`.
    mutating func fieldHeader() throws(OpenFlowError) -> MatchField {
        let (field, hasMask) = try FieldCodec.readHeader(&self)
        guard !hasMask else { throw OpenFlowError(.badMatchMask, field.name) }
        return field
    }

    /// A header of 4 bytes in an action of fixed size; an experimenter's field does not fit.
    ///
    /// - Throws: `badSetType`.
    mutating func shortFieldHeader() throws(OpenFlowError) -> MatchField {
        let number = try u32()
        guard let field = FieldCodec.field(header: number) else { throw OpenFlowError(.badSetType, "field \(number)") }
        return field
    }

    /// A header with a value and, where `allowsMask`, perhaps a mask.
    ///
    /// - Throws: `badSetType`, `badSetLength`, `badMatchMask`, `badMatchWildcards`, `badMatchLength`.
    mutating func fieldEntry(allowsMask: Bool) throws(OpenFlowError) -> FieldCodec.Entry {
        let entry = try FieldCodec.readEntry(&self, in: .action)
        guard allowsMask || !entry.hasMask else { throw OpenFlowError(.badMatchMask, entry.field.name) }
        return entry
    }
}

extension ByteWriter {
    /// A header as Nicira's actions write it: NXM's, if there is one.
    mutating func niciraHeader(_ field: MatchField) { FieldCodec.writeHeader(field, version: nil, into: &self) }

    /// The same in 4 bytes, zero for a field that has no such header.
    mutating func shortFieldHeader(_ field: MatchField) { u32(FieldCodec.header(of: field) ?? 0) }
}

extension FieldRange {
    /// A range as a peer says it.
    ///
    /// - Throws: `badSetLength` if it is empty or not within the field; `badSetArgument` for what cannot be written.
    static func checked(
        _ field: MatchField, offset: Int, bits: Int, isWritten: Bool = false
    ) throws(OpenFlowError) -> FieldRange {
        guard bits > 0, offset >= 0, offset < field.bits, bits <= field.bits - offset else {
            throw OpenFlowError(.badSetLength, "\(field.name)[\(offset)..+\(bits)]")
        }
        guard !isWritten || field.isWritable else {
            throw OpenFlowError(.badSetArgument, "\(field.name) cannot be written")
        }
        return FieldRange(field, offset: offset, bits: bits)
    }

    /// From the offset and the number of bits less one in 10 and 6 bits (`ofs_nbits`).
    static func checked(
        _ field: MatchField, packed: UInt16, isWritten: Bool = false
    ) throws(OpenFlowError) -> FieldRange {
        try checked(field, offset: Int(packed >> 6), bits: Int(packed & 0x3f) + 1, isWritten: isWritten)
    }

    /// `ofs_nbits`.
    var packed: UInt16 { UInt16(truncatingIfNeeded: offset << 6 | (bits - 1) & 0x3f) }
}

extension MatchField {
    /// The bits that value and mask of an action can have.
    var significant: UInt128 { valid & wholeMask }
}

extension MatchField.Header {
    static let vlanTCI = Self.nxm(4)
    static let vlanID = Self.oxm(6)
    static let vlanPriority = Self.oxm(7)
    static let ethernetSource = Self.oxm(4)
    static let ethernetDestination = Self.oxm(3)
    static let ipv4Source = Self.oxm(11)
    static let ipv4Destination = Self.oxm(12)
    static let tos = Self.nxm(5)
    static let dscp = Self.oxm(8)
    static let ecn = Self.oxm(9)
    static let ttl = Self.nicira(29)
    static let tcpSource = Self.oxm(13)
    static let tcpDestination = Self.oxm(14)
    static let udpSource = Self.oxm(15)
    static let udpDestination = Self.oxm(16)
    static let sctpSource = Self.oxm(17)
    static let sctpDestination = Self.oxm(18)
    static let mplsLabel = Self.oxm(34)
    static let mplsTrafficClass = Self.oxm(35)
    static let tunnelID = Self.oxm(38)
    static let inPortWide = Self.oxm(0)
    static let connectionMark = Self.nicira(107)
    static let connectionLabel = Self.nicira(108)
}
