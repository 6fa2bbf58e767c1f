/// Reads lists of properties as version 1.4 and Nicira's messages have them (OVS: `ofpprop_pull`).
///
/// ```
/// 0-1 type  2-3 length with these four bytes, without padding  4... contents, padded with zeros to 8 bytes
/// ```
struct PropertyReader: Sendable {
    /// A property's number; an experimenter's has two more.
    enum Kind: Sendable, Equatable {
        case standard(UInt16)
        case experimenter(UInt32, type: UInt32)
    }

    private var reader: ByteReader
    /// Types from here on are an experimenter's.
    private let firstExperimenterType: UInt16
    /// What lengths and sizes are multiples of.
    private let alignment: Int

    init(_ reader: ByteReader, firstExperimenterType: UInt16 = 0xffff, alignment: Int = 8) {
        self.reader = reader
        self.firstExperimenterType = firstExperimenterType
        self.alignment = alignment
    }

    /// The next property with a reader of its contents (behind an experimenter's numbers); nil: there is none left.
    ///
    /// - Throws: `badPropertyLength`.
    mutating func next() throws(OpenFlowError) -> (kind: Kind, contents: ByteReader)? {
        guard reader.remaining > 0 else { return nil }
        do throws(OpenFlowError) {
            let type = try reader.u16()
            let length = Int(try reader.u16())
            guard length >= 4 else { throw OpenFlowError(.badPropertyLength, "property of \(length) bytes") }
            var contents = try reader.part(length - 4)
            try reader.skip((alignment - length % alignment) % alignment)
            guard type >= firstExperimenterType else { return (.standard(type), contents) }
            let experimenter = try contents.u32()
            return (.experimenter(experimenter, type: try contents.u32()), contents)
        } catch {
            throw error.lengthAs(.badPropertyLength)
        }
    }

    /// What to throw about a property that is not known.
    static func unknown(_ kind: Kind) -> OpenFlowError {
        switch kind {
        case .standard(let type):
            OpenFlowError(.badPropertyType, "property \(type)")
        case .experimenter(let experimenter, let type):
            switch experimenter {
            case NiciraType.identifier, ONFType.identifier:
                OpenFlowError(.badPropertyExperimenterType, "property \(type) of \(experimenter)")
            default:
                OpenFlowError(.badPropertyExperimenter, "experimenter \(experimenter)")
            }
        }
    }
}

extension ByteReader {
    /// A property's one number; nothing may follow.
    ///
    /// - Throws: `badPropertyLength`.
    func property<Value>(_ read: (inout ByteReader) throws(OpenFlowError) -> Value) throws(OpenFlowError) -> Value {
        var reader = self
        do throws(OpenFlowError) {
            let value = try read(&reader)
            try reader.expectEnd()
            return value
        } catch {
            throw error.lengthAs(.badPropertyLength)
        }
    }

    /// A property's 16 bits, right behind the header; padding to 32 may or may not be counted, as for OVS.
    func property16() throws(OpenFlowError) -> UInt16 {
        try property { (reader) throws(OpenFlowError) in
            defer { _ = reader.rest() }
            return try reader.u16()
        }
    }

    func property32() throws(OpenFlowError) -> UInt32 {
        try property { (reader) throws(OpenFlowError) in try reader.u32() }
    }

    func property8() throws(OpenFlowError) -> UInt8 {
        try property { (reader) throws(OpenFlowError) in
            defer { _ = reader.rest() }
            return try reader.u8()
        }
    }

    /// Four bytes of padding stand before 64 bits.
    func property64() throws(OpenFlowError) -> UInt64 {
        try property { (reader) throws(OpenFlowError) in
            try reader.skip(4)
            return try reader.u64()
        }
    }
}
