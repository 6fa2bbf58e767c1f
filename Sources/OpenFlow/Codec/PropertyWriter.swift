/// Writes properties as ``PropertyReader`` reads them.
extension ByteWriter {
    /// A property: type, length without padding, contents, padding.
    mutating func property(_ type: UInt16, _ contents: (inout ByteWriter) -> Void) {
        let start = count
        u16(type)
        u16(0)
        contents(&self)
        patch(count - start, at: start + 2)
        pad(from: start)
    }

    mutating func property(_ type: UInt16, _ value: UInt32) {
        property(type) { $0.u32(value) }
    }

    /// 64 bits stand behind four bytes of padding.
    mutating func property(_ type: UInt16, _ value: UInt64) {
        property(type) { writer in
            writer.zeros(4)
            writer.u64(value)
        }
    }

    /// 16 bits are filled up to 32, which the length counts.
    mutating func property(_ type: UInt16, _ value: UInt16) {
        property(type) { writer in
            writer.u16(value)
            writer.zeros(2)
        }
    }

    /// 8 bits are filled up to 32, which the length counts.
    mutating func property(_ type: UInt16, _ value: UInt8) {
        property(type) { writer in
            writer.u8(value)
            writer.zeros(3)
        }
    }
}
