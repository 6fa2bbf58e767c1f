/// OFPT_HELLO with its version bitmap (OpenFlow 1.3.5 section 7.5.1).
enum HelloCodec {
    private static let versionBitmap: UInt16 = 1

    /// A hello that offers `versions`.
    static func encode(_ versions: Set<OpenFlowVersion>, transaction: UInt32) -> OpenFlowMessage {
        var writer = ByteWriter()
        let highest = versions.max() ?? .v10
        // A peer that only reads the header takes every version up to the highest for offered.
        if versions != Set(OpenFlowVersion.allCases.filter { $0 <= highest }) {
            writer.u16(versionBitmap)
            writer.u16(8)
            writer.u32(versions.reduce(0) { $0 | 1 << UInt32($1.rawValue) })
        }
        return OpenFlowMessage(version: highest, type: 0, transaction: transaction, body: writer.bytes)
    }

    /// The numbers of the versions that a hello offers, ours or not.
    static func versions(in hello: OpenFlowMessage) -> Set<UInt8> {
        var reader = hello.body
        var offered: Set<UInt8>?
        while reader.remaining >= 4, let type = try? reader.u16(), let length = try? reader.u16() {
            guard length >= 4, var element = try? reader.part(Int(length) - 4) else { break }
            if type == versionBitmap, let bits = try? element.u32() {
                offered = Set((UInt8(1)..<32).filter { bits >> UInt32($0) & 1 != 0 })
            }
            let padding = (8 - Int(length) % 8) % 8
            guard (try? reader.skip(min(padding, reader.remaining))) != nil else { break }
        }
        if let offered, !offered.isEmpty { return offered }
        return hello.version == 0 ? [] : Set(1...min(hello.version, 31))
    }
}
