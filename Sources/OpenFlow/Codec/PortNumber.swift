extension OpenFlowPort {
    /// From a 32-bit number of version 1.1 and later, where reserved ones stand at 0xffffff00 and above.
    ///
    /// - Throws: `badOutPort` for numbers between that we do not have.
    init(wide number: UInt32) throws(OpenFlowError) {
        switch number {
        case 0..<UInt32(OpenFlowPort.limit), 0xffff_ff00...0xffff_ffff:
            self.init(rawValue: UInt16(truncatingIfNeeded: number))
        default:
            throw OpenFlowError(.badOutPort, "port \(number) is outside the supported range")
        }
    }

    /// The 32-bit number of version 1.1 and later.
    var wide: UInt32 { rawValue < OpenFlowPort.limit ? UInt32(rawValue) : 0xffff_0000 | UInt32(rawValue) }
}

extension ByteReader {
    /// A port number as the version writes it: 16 bits in 1.0, else 32.
    mutating func port(_ version: OpenFlowVersion) throws(OpenFlowError) -> OpenFlowPort {
        version == .v10 ? OpenFlowPort(rawValue: try u16()) : try OpenFlowPort(wide: try u32())
    }
}

extension ByteWriter {
    /// A port number as the version writes it: 16 bits in 1.0, else 32.
    mutating func port(_ port: OpenFlowPort, _ version: OpenFlowVersion) {
        if version == .v10 { u16(port.rawValue) } else { u32(port.wide) }
    }
}
