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

    private static let cookieHeader = MatchField.Header(classNumber: 0x0001, field: 30)

    /// What a list may hold besides fields whose prerequisites are met.
    struct Options: OptionSet {
        let rawValue: Int
        /// NXM's pseudo-field for the cookie.
        static let cookie = Options(rawValue: 1)
        /// Fields that we do not know, which are passed over, and fields without their prerequisites: metadata that
        /// came back from a controller.
        static let loose = Options(rawValue: 2)
        /// No fields but those of the pipeline (OFPBRC_PIPELINE_FIELDS_ONLY).
        static let pipelineFieldsOnly = Options(rawValue: 4)
    }

    /// Reads entries until `reader` is empty.
    ///
    /// - Throws: `badMatchLength`, `badMatchField`, `badMatchValue`, `badMatchMask`, `badMatchWildcards`,
    ///   `badMatchPrerequisite`, `duplicateField`, `pipelineFieldsOnly`, `invalidTLVField`.
    static func decode(_ reader: ByteReader, options: Options = []) throws(OpenFlowError) -> Contents {
        var reader = reader
        var contents = Contents()
        do throws(OpenFlowError) {
            while reader.remaining > 0 { try decodeEntry(&reader, &contents, options) }
        } catch {
            throw error.lengthAs(.badMatchLength)
        }
        return contents
    }

    private static func decodeEntry(
        _ reader: inout ByteReader, _ contents: inout Contents, _ options: Options
    ) throws(OpenFlowError) {
        let raw = try FieldCodec.readRawHeader(&reader)
        var payload = try reader.part(raw.payload)
        if raw.header == cookieHeader, raw.width == 8, raw.isEven, options.contains(.cookie) {
            return try decodeCookie(&payload, raw, &contents)
        }
        if let number = raw.header.option { return try decodeOption(number, raw, &payload, &contents.match, options) }
        guard let field = raw.field else {
            if options.contains(.loose) { return }
            throw OpenFlowError(
                .badMatchField, "class \(raw.header.classNumber) field \(raw.header.field) length \(raw.payload)")
        }
        let value = try payload.number(field.size)
        let mask = raw.hasMask ? try payload.number(field.size) : field.wholeMask
        guard value & ~mask == 0 else { throw OpenFlowError(.badMatchWildcards, field.name) }
        try add(field, value, mask, to: &contents.match, options)
    }

    /// tun_metadata*number*. Metadata that comes back may name what is not mapped any more.
    private static func decodeOption(
        _ number: Int, _ raw: FieldCodec.RawHeader, _ payload: inout ByteReader, _ match: inout Match,
        _ options: Options
    ) throws(OpenFlowError) {
        let isLoose = options.contains(.loose)
        if isLoose, payload.tunnelOptions?[number] == nil { return }
        let field = try FieldCodec.option(number, payload.tunnelOptions)
        let (value, mask) = try FieldCodec.readOption(field, raw, &payload, keepsEnd: isLoose)
        guard field.isWild(in: match.mask) else { throw OpenFlowError(.duplicateField, field.name) }
        match.setOption(field, value, mask: mask)
    }

    private static func decodeCookie(
        _ payload: inout ByteReader, _ raw: FieldCodec.RawHeader, _ contents: inout Contents
    ) throws(OpenFlowError) {
        let value = try payload.u64()
        let mask = raw.hasMask ? try payload.u64() : .max
        guard value & ~mask == 0 else { throw OpenFlowError(.badMatchWildcards, "cookie") }
        guard contents.cookieMask == 0 else { throw OpenFlowError(.duplicateField, "cookie") }
        contents.cookie = value
        contents.cookieMask = mask
    }

    private static func add(
        _ field: MatchField, _ value: UInt128, _ mask: UInt128, to match: inout Match, _ options: Options
    ) throws(OpenFlowError) {
        guard field.isMaskValid(mask) else { throw OpenFlowError(.badMatchMask, field.name) }
        guard field.isValid(value) else { throw OpenFlowError(.badMatchValue, field.name) }
        if !options.contains(.loose), !field.prerequisite.isMet(by: match) {
            throw OpenFlowError(.badMatchPrerequisite, field.name)
        }
        guard field.isWild(in: match.mask) else { throw OpenFlowError(.duplicateField, field.name) }
        if options.contains(.pipelineFieldsOnly), !field.isPipelineField {
            throw OpenFlowError(.pipelineFieldsOnly, field.name)
        }
        match.set(field, value, mask: mask)
    }

    /// Writes the entries of `match`, without padding; nil for `version` stands for NXM.
    static func encode(_ match: Match, version: OpenFlowVersion?, into writer: inout ByteWriter) {
        var namesEthernet = false
        var hasOptions = match.mask[FlowField.tunnelOptionsPresent >> 3] != 0
        for field in MatchField.all {
            if hasOptions, field === firstBehindOptions {
                encodeOptions(of: match, version, &writer)
                hasOptions = false
            }
            guard field.isListed(version), !field.isWild(in: match.mask), field.prerequisite.isMet(by: match) else {
                continue
            }
            let mask = field.get(match.mask)
            let isWhole = field.isExact(in: match.mask)
            guard isWhole || field.isMaskable else { continue }
            if field.name == "packet_type", match.key.host32(FlowField.packetType) == 0 { continue }
            namesEthernet = namesEthernet || field.prerequisite != .none
            FieldCodec.writeEntry(
                field, value: field.get(match.key), mask: isWhole ? nil : mask, version: version, into: &writer)
        }
        // That a packet is an Ethernet frame goes without saying where a field of such is named.
        if !namesEthernet, match.mask.host32(FlowField.packetType) != 0, match.key.host32(FlowField.packetType) == 0,
            let field = MatchField.named("packet_type")
        {
            FieldCodec.writeEntry(field, value: 0, version: version, into: &writer)
        }
    }

    /// Where options of tunnels stand among the fields: behind those of tunnels.
    private static let firstBehindOptions = MatchField.named("reg0")

    private static func encodeOptions(of match: Match, _ version: OpenFlowVersion?, _ writer: inout ByteWriter) {
        for field in writer.tunnelOptions?.fields(in: match.mask) ?? [] {
            FieldCodec.writeOption(
                field, value: field.value(in: match.key), mask: field.value(in: match.mask), version: version,
                into: &writer)
        }
    }

    /// Writes NXM's pseudo-field for a cookie; nothing if `mask` is zero.
    static func encode(cookie: UInt64, mask: UInt64, into writer: inout ByteWriter) {
        guard mask != 0 else { return }
        let isWhole = mask == .max
        writer.u16(cookieHeader.classNumber)
        writer.u8(cookieHeader.field << 1 | (isWhole ? 0 : 1))
        writer.u8(isWhole ? 8 : 16)
        writer.u64(cookie & mask)
        if !isWhole { writer.u64(mask) }
    }
}

extension ByteReader {
    /// A match of version 1.2 and later (`struct ofp_match`): type, length, entries, padding to 8 bytes.
    mutating func match13(options: ExtensibleMatch.Options = []) throws(OpenFlowError) -> Match {
        do throws(OpenFlowError) {
            let type = try u16()
            let length = Int(try u16())
            guard type == 1 else { throw OpenFlowError(.badMatchType, "match type \(type)") }
            guard length >= 4 else { throw OpenFlowError(.badMatchLength, "match of \(length) bytes") }
            let entries = try part(length - 4)
            try skipPadding(after: length)
            return try ExtensibleMatch.decode(entries, options: options).match
        } catch {
            throw error.lengthAs(.badMatchLength)
        }
    }

    /// A match as `version`, 1.1 and later, has it in flow-mods and the like.
    mutating func match(_ version: OpenFlowVersion) throws(OpenFlowError) -> Match {
        switch version {
        case .v10: try Match10.decode(&self).match
        case .v11: try Match11.decode(&self)
        case .v12, .v13, .v14, .v15: try match13()
        }
    }

    /// An NXM match of `length` bytes and its padding to 8 bytes.
    mutating func matchNXM(
        _ length: Int, options: ExtensibleMatch.Options = []
    ) throws(OpenFlowError) -> ExtensibleMatch.Contents {
        do throws(OpenFlowError) {
            let entries = try part(length)
            try skipPadding(after: length)
            return try ExtensibleMatch.decode(entries, options: options)
        } catch {
            throw error.lengthAs(.badMatchLength)
        }
    }

    /// See ``matchNXM(_:options:)``.
    mutating func matchNXM(_ length: Int, allowsCookie: Bool) throws(OpenFlowError) -> ExtensibleMatch.Contents {
        try matchNXM(length, options: allowsCookie ? .cookie : [])
    }
}

extension ByteWriter {
    /// A match of version 1.2 and later with its header and padding.
    mutating func match13(_ match: Match, version: OpenFlowVersion = .v13) {
        let start = count
        u16(1)
        u16(0)
        ExtensibleMatch.encode(match, version: version, into: &self)
        patch(count - start, at: start + 2)
        pad(from: start)
    }

    /// A match as `version` has it in flow statistics and the like; what it cannot say is left out.
    mutating func match(_ match: Match, _ version: OpenFlowVersion) {
        switch version {
        case .v10: Match10.encode(match, into: &self)
        case .v11: Match11.encode(match, into: &self)
        case .v12, .v13, .v14, .v15: match13(match, version: version)
        }
    }

    /// An NXM match with its padding; the length before the padding.
    mutating func matchNXM(_ match: Match, cookie: UInt64 = 0, cookieMask: UInt64 = 0) -> Int {
        let start = count
        ExtensibleMatch.encode(match, version: nil, into: &self)
        ExtensibleMatch.encode(cookie: cookie, mask: cookieMask, into: &self)
        let length = count - start
        pad(from: start)
        return length
    }
}
