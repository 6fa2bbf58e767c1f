/// A whole message with its header, not yet understood (OpenFlow 1.3.5 section 7.1.1).
///
/// ```
/// 0 version  1 type  2-3 length of everything  4-7 transaction identifier  8... body
/// ```
public struct OpenFlowMessage: Sendable, Equatable {
    public static let headerSize = 8
    /// The length field has 16 bits.
    public static let maximumSize = 65535

    /// Header and body.
    public let bytes: [UInt8]

    /// - Throws: `badLength` if the bytes are not just what the length field says.
    public init(bytes: [UInt8]) throws(OpenFlowError) {
        guard bytes.count >= Self.headerSize, bytes.count == Int(bytes[2]) << 8 | Int(bytes[3]) else {
            throw OpenFlowError(.badLength, "a message of \(bytes.count) bytes says another length")
        }
        self.bytes = bytes
    }

    /// Builds a message; a body that is too long for the length field is cut.
    init(version: OpenFlowVersion, type: UInt8, transaction: UInt32, body: some Collection<UInt8>) {
        var writer = ByteWriter(capacity: Self.headerSize + body.count)
        let kept = body.prefix(Self.maximumSize - Self.headerSize)
        writer.u8(version.rawValue)
        writer.u8(type)
        writer.u16(UInt16(Self.headerSize + kept.count))
        writer.u32(transaction)
        writer.append(kept)
        bytes = writer.bytes
    }

    /// The version's number, which need not be one that we know.
    public var version: UInt8 { bytes[0] }
    public var type: UInt8 { bytes[1] }
    public var transaction: UInt32 {
        UInt32(bytes[4]) << 24 | UInt32(bytes[5]) << 16 | UInt32(bytes[6]) << 8 | UInt32(bytes[7])
    }

    var body: ByteReader { ByteReader(bytes, from: Self.headerSize) }
}
