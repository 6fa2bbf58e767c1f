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
    /// - Throws: `badSetType`, `invalidTLVField`.
    mutating func shortFieldHeader() throws(OpenFlowError) -> MatchField {
        let number = try u32()
        guard let field = try FieldCodec.field(header: number, tunnelOptions) else {
            throw OpenFlowError(.badSetType, "field \(number)")
        }
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
    static let vlanTCI = MatchField.VersionedHeader.nxm(4).header
    static let vlanID = MatchField.VersionedHeader.oxm(6).header
    static let vlanPriority = MatchField.VersionedHeader.oxm(7).header
    static let ethernetSource = MatchField.VersionedHeader.oxm(4).header
    static let ethernetDestination = MatchField.VersionedHeader.oxm(3).header
    static let etherType = MatchField.VersionedHeader.nxm(3).header
    static let ipProtocol = MatchField.VersionedHeader.nxm(6).header
    static let ipv4Source = MatchField.VersionedHeader.oxm(11).header
    static let ipv4Destination = MatchField.VersionedHeader.oxm(12).header
    static let tos = MatchField.VersionedHeader.nxm(5).header
    static let dscp = MatchField.VersionedHeader.oxm(8).header
    static let ecn = MatchField.VersionedHeader.oxm(9).header
    static let ttl = MatchField.VersionedHeader.nicira(29).header
    static let tcpSource = MatchField.VersionedHeader.oxm(13).header
    static let tcpDestination = MatchField.VersionedHeader.oxm(14).header
    static let udpSource = MatchField.VersionedHeader.oxm(15).header
    static let udpDestination = MatchField.VersionedHeader.oxm(16).header
    static let sctpSource = MatchField.VersionedHeader.oxm(17).header
    static let sctpDestination = MatchField.VersionedHeader.oxm(18).header
    static let mplsLabel = MatchField.VersionedHeader.oxm(34).header
    static let mplsTrafficClass = MatchField.VersionedHeader.oxm(35).header
    static let tunnelID = MatchField.VersionedHeader.oxm(38).header
    static let inPortWide = MatchField.VersionedHeader.oxm(0).header
    static let connectionMark = MatchField.VersionedHeader.nicira(107).header
    static let connectionLabel = MatchField.VersionedHeader.nicira(108).header
}
