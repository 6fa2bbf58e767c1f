import Packets

/// Reads and writes fields as matches and actions name them: a header of 4 bytes, or of 8 for experimenters' fields,
/// and where it belongs a value and its mask.
///
/// A header is class 16, field 7, has-mask 1, length of the rest 8; in class 0xffff an experimenter's 32 bits follow,
/// which the length counts.
enum FieldCodec {
    /// A header and what follows it.
    struct Entry: Sendable, Equatable {
        let field: MatchField
        /// On the wire; where it says whole, ``mask`` is ``MatchField/wholeMask``. The lower 128 bits of both.
        let value: UInt128
        let mask: UInt128
        let hasMask: Bool
        /// The same, with all bits of a field that has more.
        let whole: (value: FieldValue, mask: FieldValue)?

        static func == (left: Entry, right: Entry) -> Bool {
            left.field == right.field && left.value == right.value && left.mask == right.mask
                && left.hasMask == right.hasMask && left.whole?.value == right.whole?.value
                && left.whole?.mask == right.whole?.mask
        }

        /// What an action that writes this does.
        func rewrite(style: FieldRewrite.Style) -> FieldRewrite {
            if let whole { return FieldRewrite(field, whole: whole.value, mask: whole.mask, style: style) }
            return FieldRewrite(field, value: value, mask: mask, style: style)
        }
    }

    /// A header as it stands, before anybody knows its field.
    struct RawHeader: Sendable, Equatable {
        let header: MatchField.Header
        let hasMask: Bool
        /// Bytes of value, and mask if there is one, that follow.
        let payload: Int

        /// Bytes of the value.
        var width: Int { hasMask ? payload / 2 : payload }
        /// Whether value and mask are equally long.
        var isEven: Bool { !hasMask || payload % 2 == 0 }
        /// The field that it names, with the length that the field has; none for an option of tunnels, whose length
        /// may be any.
        var field: MatchField? {
            guard let field = MatchField.named(by: header), field.size == width, isEven else { return nil }
            return field
        }
    }

    /// Where a header stands; it decides which error an unknown one is.
    enum Place: Sendable { case match, action }

    /// - Throws: `badMatchLength` for one that is cut off or counts too few bytes.
    static func readRawHeader(_ reader: inout ByteReader) throws(OpenFlowError) -> RawHeader {
        do throws(OpenFlowError) {
            let classNumber = try reader.u16()
            let fieldAndMask = try reader.u8()
            var size = Int(try reader.u8())
            var experimenter: UInt32 = 0
            if classNumber == 0xffff {
                experimenter = try reader.u32()
                guard size >= 4 else { throw OpenFlowError(.badMatchLength, "experimenter entry of \(size) bytes") }
                size -= 4
            }
            return RawHeader(
                header: .init(classNumber: classNumber, field: fieldAndMask >> 1, experimenter: experimenter),
                hasMask: fieldAndMask & 1 != 0, payload: size)
        } catch {
            throw error.lengthAs(.badMatchLength)
        }
    }

    /// A header without value, as actions name sources and destinations.
    ///
    /// - Throws: `badMatchLength`; in a match `badMatchField`, in an action `badSetType` or, for a known field of
    /// another length, `badSetLength`.
    static func readHeader(
        _ reader: inout ByteReader, in place: Place = .match
    ) throws(OpenFlowError) -> (field: MatchField, hasMask: Bool) {
        let raw = try readRawHeader(&reader)
        return (try field(raw, place, reader.tunnelOptions), raw.hasMask)
    }

    private static func field(
        _ raw: RawHeader, _ place: Place, _ options: TunnelOptions?
    ) throws(OpenFlowError) -> MatchField {
        if let field = raw.field { return field }
        if let number = raw.header.option { return try option(number, options) }
        let text = "class \(raw.header.classNumber) field \(raw.header.field) length \(raw.payload)"
        guard case .action = place else { throw OpenFlowError(.badMatchField, text) }
        throw OpenFlowError(MatchField.named(by: raw.header) == nil ? .badSetType : .badSetLength, text)
    }

    /// tun_metadata*number*.
    ///
    /// - Throws: `invalidTLVField` if it is not mapped.
    static func option(_ number: Int, _ options: TunnelOptions?) throws(OpenFlowError) -> MatchField {
        guard let field = options?[number] else {
            throw OpenFlowError(.invalidTLVField, "tun_metadata\(number) is not mapped")
        }
        return field
    }

    /// An option's value and mask, which may be told in fewer or more bytes than it has: leading zeros
    /// need not be told.
    ///
    /// - Parameter keepsEnd: of a value that is too long the end counts, else the beginning (as in OVS).
    /// - Throws: `badLength`, `badMatchWildcards`.
    static func readOption(
        _ field: MatchField, _ raw: RawHeader, _ reader: inout ByteReader, keepsEnd: Bool = false
    ) throws(OpenFlowError) -> (value: FieldValue, mask: FieldValue) {
        let value = try reader.value(raw.width)
        let mask = raw.hasMask ? try reader.value(raw.width) : nil
        try reader.skip(raw.payload - raw.width * (raw.hasMask ? 2 : 1))
        if let mask, !mask.contains(value) { throw OpenFlowError(.badMatchWildcards, field.name) }
        let ones = FieldValue(ones: field.bits)
        func fitted(_ value: FieldValue) -> FieldValue {
            if raw.width > field.size, !keepsEnd {
                return FieldValue(bytes: value.bytes(raw.width).prefix(field.size))
            }
            return value.truncated(to: field.bits)
        }
        return (fitted(value), mask.map(fitted) ?? ones)
    }

    /// A header with value and perhaps mask; bits of the value outside of the mask are refused.
    ///
    /// Whether the field takes such a mask and value is not looked at: see ``MatchField/isMaskValid(_:)`` and
    /// ``MatchField/isValid(_:)``.
    ///
    /// - Throws: as ``readHeader(_:in:)``, `badMatchWildcards`.
    static func readEntry(_ reader: inout ByteReader, in place: Place = .match) throws(OpenFlowError) -> Entry {
        let raw = try readRawHeader(&reader)
        let field = try field(raw, place, reader.tunnelOptions)
        do throws(OpenFlowError) {
            if field.option != nil {
                let whole = try readOption(field, raw, &reader)
                return Entry(
                    field: field, value: whole.value.low, mask: whole.mask.low, hasMask: raw.hasMask, whole: whole)
            }
            let value = try reader.number(field.size)
            let mask = raw.hasMask ? try reader.number(field.size) : field.wholeMask
            guard value & ~mask == 0 else { throw OpenFlowError(.badMatchWildcards, field.name) }
            return Entry(field: field, value: value, mask: mask, hasMask: raw.hasMask, whole: nil)
        } catch {
            throw error.lengthAs(.badMatchLength)
        }
    }

    /// The field that a header of 32 bits names (NXM; `ofp_nxm_header`), nil if there is none of this length or if it
    /// is masked.
    ///
    /// - Throws: `invalidTLVField` for an option of tunnels that is not mapped.
    static func field(header number: UInt32, _ options: TunnelOptions? = nil) throws(OpenFlowError) -> MatchField? {
        let raw = RawHeader(
            header: .init(
                classNumber: UInt16(truncatingIfNeeded: number >> 16),
                field: UInt8(truncatingIfNeeded: number >> 9) & 0x7f),
            hasMask: number & 0x100 != 0, payload: Int(number & 0xff))
        if raw.hasMask || raw.header.isExperimenter { return nil }
        if let number = raw.header.option { return try option(number, options) }
        return raw.field
    }

    /// The header of 32 bits that names `field` in actions of Nicira's, NXM's if there is one; nil for a field that
    /// only 64 bits name, or none.
    static func header(of field: MatchField) -> UInt32? {
        guard let header = field.header(nil), !header.isExperimenter else { return nil }
        return UInt32(header.classNumber) << 16 | UInt32(header.field) << 9 | UInt32(field.size)
    }

    /// Writes the header of `field`; nothing if it has none. nil for `version` stands for NXM.
    static func writeHeader(
        _ field: MatchField, hasMask: Bool = false, version: OpenFlowVersion?, into writer: inout ByteWriter
    ) {
        guard let header = field.header(version) else { return }
        let size = field.size * (hasMask ? 2 : 1) + (header.isExperimenter ? 4 : 0)
        writer.u16(header.classNumber)
        writer.u8(header.field << 1 | (hasMask ? 1 : 0))
        writer.u8(UInt8(truncatingIfNeeded: size))
        if header.isExperimenter { writer.u32(header.experimenter) }
    }

    /// Writes header, value and, if it is not whole, mask. nil for `mask`: all of the field.
    static func writeEntry(
        _ field: MatchField, value: UInt128, mask: UInt128? = nil, version: OpenFlowVersion?,
        into writer: inout ByteWriter
    ) {
        guard field.header(version) != nil else { return }
        let significant = field.valid & field.wholeMask
        let isWhole = mask.map { $0 & significant == significant } ?? true
        writeHeader(field, hasMask: !isWhole, version: version, into: &writer)
        writer.number(value, field.size)
        if let mask, !isWhole { writer.number(mask, field.size) }
    }

    /// The same for an option of tunnels; a mask is told unless it counts all bits, of which there may be none.
    static func writeOption(
        _ field: MatchField, value: FieldValue, mask: FieldValue, version: OpenFlowVersion?,
        into writer: inout ByteWriter
    ) {
        let isWhole = field.size > 0 && mask == FieldValue(ones: field.bits)
        writeHeader(field, hasMask: !isWhole, version: version, into: &writer)
        writer.value(value, field.size)
        if !isWhole { writer.value(mask, field.size) }
    }
}
