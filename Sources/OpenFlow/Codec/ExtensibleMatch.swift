import Packets

/// Reads and writes matches that are lists of fields: NXM (Nicira) and OXM (OpenFlow 1.3.5 section 7.2.3).
///
/// Each entry is a 32-bit header (class 16, field 7, has-mask 1, length of the rest 8), in class 0xffff an
/// experimenter's 32 bits, the value and, if so said, a mask.
enum ExtensibleMatch {
    /// A match, and the cookie that NXM may ask for along with it.
    struct Contents: Sendable, Equatable {
        var match = Match()
        var cookie: UInt64 = 0
        var cookieMask: UInt64 = 0
    }

    private static let cookieHeader = MatchField.Header.nicira(30)

    /// Reads entries until `reader` is empty.
    ///
    /// - Throws: `badMatchLength`, `badMatchField`, `badMatchValue`, `badMatchMask`, `badMatchWildcards`,
    ///   `badMatchPrerequisite`, `duplicateField`.
    static func decode(_ reader: ByteReader, allowsCookie: Bool = false) throws(OpenFlowError) -> Contents {
        var reader = reader
        var contents = Contents()
        do throws(OpenFlowError) {
            while reader.remaining > 0 { try decodeEntry(&reader, &contents, allowsCookie) }
        } catch {
            throw error.lengthAs(.badMatchLength)
        }
        return contents
    }

    private static func decodeEntry(
        _ reader: inout ByteReader, _ contents: inout Contents, _ allowsCookie: Bool
    ) throws(OpenFlowError) {
        let classNumber = try reader.u16()
        let fieldAndMask = try reader.u8()
        var size = Int(try reader.u8())
        var experimenter: UInt32 = 0
        if classNumber == 0xffff {
            guard size >= 4 else { throw OpenFlowError(.badMatchLength, "experimenter entry of \(size) bytes") }
            experimenter = try reader.u32()
            size -= 4
        }
        var payload = try reader.part(size)
        let header = MatchField.Header(
            classNumber: classNumber, field: fieldAndMask >> 1, experimenter: experimenter)
        let hasMask = fieldAndMask & 1 != 0
        let width = hasMask ? size / 2 : size
        let field = MatchField.byHeader[header]
        let isCookie = header == cookieHeader && allowsCookie
        guard isCookie || field != nil, width == field?.size ?? 8, size == width * (hasMask ? 2 : 1) else {
            throw OpenFlowError(.badMatchField, "class \(classNumber) field \(fieldAndMask >> 1) length \(size)")
        }
        let value = try payload.number(width)
        let mask = hasMask ? try payload.number(width) : wholeMask(width)
        guard value & ~mask == 0 else { throw OpenFlowError(.badMatchWildcards, field?.name ?? "cookie") }
        if let field {
            try add(field, value, mask, to: &contents.match)
        } else {
            guard contents.cookieMask == 0 else { throw OpenFlowError(.duplicateField, "cookie") }
            contents.cookie = UInt64(truncatingIfNeeded: value)
            contents.cookieMask = UInt64(truncatingIfNeeded: mask)
        }
    }

    private static func wholeMask(_ width: Int) -> UInt128 { width == 16 ? .max : (1 << UInt128(width * 8)) - 1 }

    private static func add(
        _ field: MatchField, _ value: UInt128, _ mask: UInt128, to match: inout Match
    ) throws(OpenFlowError) {
        let isWhole = mask == wholeMask(field.size)
        guard isWhole || mask == 0 || field.isMaskable else { throw OpenFlowError(.badMatchMask, field.name) }
        var value = value
        if case .inPort = field.place, field.size == 4 {
            guard let port = try? OpenFlowPort(wide: UInt32(truncatingIfNeeded: value)) else {
                throw OpenFlowError(.badMatchValue, field.name)
            }
            value = UInt128(port.rawValue)
        }
        guard value & ~field.valid == 0 else { throw OpenFlowError(.badMatchValue, field.name) }
        guard field.prerequisite.isMet(by: match) else { throw OpenFlowError(.badMatchPrerequisite, field.name) }
        guard field.get(match.mask) == 0 else { throw OpenFlowError(.duplicateField, field.name) }
        guard mask != 0 else { return }
        field.merge(value, into: &match.key)
        if isWhole { field.mergeExactMask(into: &match.mask) } else { field.merge(mask, into: &match.mask) }
    }

    /// Writes the entries of `match`, without padding.
    static func encode(_ match: Match, isOXM: Bool, into writer: inout ByteWriter) {
        for field in MatchField.all {
            guard let header = isOXM ? field.oxm : field.nxm else { continue }
            let mask = field.get(match.mask)
            guard mask != 0, field.prerequisite.isMet(by: match) else { continue }
            let isWhole = mask == field.valid
            guard isWhole || field.isMaskable else { continue }
            let size = field.size * (isWhole ? 1 : 2) + (header.classNumber == 0xffff ? 4 : 0)
            writer.u16(header.classNumber)
            writer.u8(header.field << 1 | (isWhole ? 0 : 1))
            writer.u8(UInt8(size))
            if header.classNumber == 0xffff { writer.u32(header.experimenter) }
            var value = field.get(match.key)
            if case .inPort = field.place, field.size == 4 {
                value = UInt128(OpenFlowPort(rawValue: UInt16(truncatingIfNeeded: value)).wide)
            }
            writer.number(value, field.size)
            if !isWhole { writer.number(mask, field.size) }
        }
    }
}

extension ByteReader {
    /// A match of version 1.2 and later (`struct ofp_match`): type, length, entries, padding to 8 bytes.
    mutating func match13() throws(OpenFlowError) -> Match {
        do throws(OpenFlowError) {
            let type = try u16()
            let length = Int(try u16())
            guard type == 1 else { throw OpenFlowError(.badMatchType, "match type \(type)") }
            guard length >= 4 else { throw OpenFlowError(.badMatchLength, "match of \(length) bytes") }
            let match = try ExtensibleMatch.decode(try part(length - 4)).match
            try skipPadding(after: length)
            return match
        } catch {
            throw error.lengthAs(.badMatchLength)
        }
    }

    /// An NXM match of `length` bytes and its padding to 8 bytes.
    mutating func matchNXM(_ length: Int, allowsCookie: Bool) throws(OpenFlowError) -> ExtensibleMatch.Contents {
        do throws(OpenFlowError) {
            let contents = try ExtensibleMatch.decode(try part(length), allowsCookie: allowsCookie)
            try skipPadding(after: length)
            return contents
        } catch {
            throw error.lengthAs(.badMatchLength)
        }
    }
}

extension ByteWriter {
    /// A match of version 1.2 and later with its header and padding.
    mutating func match13(_ match: Match) {
        let start = count
        u16(1)
        u16(0)
        ExtensibleMatch.encode(match, isOXM: true, into: &self)
        patch(count - start, at: start + 2)
        pad(from: start)
    }

    /// An NXM match with its padding; the length before the padding.
    mutating func matchNXM(_ match: Match) -> Int {
        let start = count
        ExtensibleMatch.encode(match, isOXM: false, into: &self)
        let length = count - start
        pad(from: start)
        return length
    }
}
