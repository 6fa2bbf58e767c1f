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
        /// On the wire; where it says whole, ``mask`` is ``MatchField/wholeMask``.
        let value: UInt128
        let mask: UInt128
        let hasMask: Bool
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
        /// The field that it names, with the length that the field has.
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
        return (try field(raw, place), raw.hasMask)
    }

    private static func field(_ raw: RawHeader, _ place: Place) throws(OpenFlowError) -> MatchField {
        if let field = raw.field { return field }
        let text = "class \(raw.header.classNumber) field \(raw.header.field) length \(raw.payload)"
        guard case .action = place else { throw OpenFlowError(.badMatchField, text) }
        throw OpenFlowError(MatchField.named(by: raw.header) == nil ? .badSetType : .badSetLength, text)
    }

    /// A header with value and perhaps mask; bits of the value outside of the mask are refused.
    ///
    /// Whether the field takes such a mask and value is not looked at: see ``MatchField/isMaskValid(_:)`` and
    /// ``MatchField/isValid(_:)``.
    ///
    /// - Throws: as ``readHeader(_:in:)``, `badMatchWildcards`.
    static func readEntry(_ reader: inout ByteReader, in place: Place = .match) throws(OpenFlowError) -> Entry {
        let raw = try readRawHeader(&reader)
        let field = try field(raw, place)
        do throws(OpenFlowError) {
            let value = try reader.number(field.size)
            let mask = raw.hasMask ? try reader.number(field.size) : field.wholeMask
            guard value & ~mask == 0 else { throw OpenFlowError(.badMatchWildcards, field.name) }
            return Entry(field: field, value: value, mask: mask, hasMask: raw.hasMask)
        } catch {
            throw error.lengthAs(.badMatchLength)
        }
    }

    /// The field that a header of 32 bits names (NXM; `ofp_nxm_header`), nil if there is none of this length or if it
    /// is masked.
    static func field(header number: UInt32) -> MatchField? {
        let raw = RawHeader(
            header: .init(
                classNumber: UInt16(truncatingIfNeeded: number >> 16),
                field: UInt8(truncatingIfNeeded: number >> 9) & 0x7f),
            hasMask: number & 0x100 != 0, payload: Int(number & 0xff))
        return raw.hasMask || raw.header.isExperimenter ? nil : raw.field
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
}
