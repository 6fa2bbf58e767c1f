import Packets

/// Reads big-endian fields off a stretch of a message; what is missing throws `badLength`, never traps.
package struct ByteReader: Sendable {
    private let bytes: [UInt8]
    private(set) var position: Int
    private let end: Int
    /// The fields for options of tunnels that there are where the message goes to.
    package var tunnelOptions: TunnelOptions?

    package init(_ bytes: [UInt8], from start: Int = 0) {
        self.bytes = bytes
        position = min(start, bytes.count)
        end = bytes.count
    }

    private init(_ bytes: [UInt8], _ start: Int, _ end: Int, _ tunnelOptions: TunnelOptions?) {
        self.bytes = bytes
        self.tunnelOptions = tunnelOptions
        position = start
        self.end = end
    }

    /// Bytes that are left.
    package var remaining: Int { end - position }

    package mutating func u8() throws(OpenFlowError) -> UInt8 {
        try need(1)
        defer { position += 1 }
        return bytes[position]
    }

    package mutating func u16() throws(OpenFlowError) -> UInt16 { UInt16(truncatingIfNeeded: try number(2)) }
    package mutating func u32() throws(OpenFlowError) -> UInt32 { UInt32(truncatingIfNeeded: try number(4)) }
    package mutating func u64() throws(OpenFlowError) -> UInt64 { UInt64(truncatingIfNeeded: try number(8)) }

    /// A number of `count` bytes, at most 16.
    package mutating func number(_ count: Int) throws(OpenFlowError) -> UInt128 {
        try need(count)
        var value: UInt128 = 0
        for index in position..<position + count { value = value << 8 | UInt128(bytes[index]) }
        position += count
        return value
    }

    /// A number of `count` bytes.
    mutating func value(_ count: Int) throws(OpenFlowError) -> FieldValue {
        try need(count)
        defer { position += count }
        return FieldValue(bytes: bytes[position..<position + count])
    }

    mutating func mac() throws(OpenFlowError) -> MACAddress {
        MACAddress(number: UInt64(truncatingIfNeeded: try number(6)))
    }

    /// The next `count` bytes, as a reader of their own.
    package mutating func part(_ count: Int) throws(OpenFlowError) -> ByteReader {
        try need(count)
        defer { position += count }
        return ByteReader(bytes, position, position + count, tunnelOptions)
    }

    mutating func skip(_ count: Int) throws(OpenFlowError) {
        try need(count)
        position += count
    }

    /// Skips what pads `count` bytes to a multiple of 8.
    mutating func skipPadding(after count: Int) throws(OpenFlowError) { try skip((8 - count % 8) % 8) }

    /// Everything that is left.
    package mutating func rest() -> [UInt8] {
        defer { position = end }
        return Array(bytes[position..<end])
    }

    /// Throws `badLength` if something is left.
    func expectEnd() throws(OpenFlowError) {
        guard remaining == 0 else { throw OpenFlowError(.badLength, "\(remaining) bytes too many") }
    }

    private func need(_ count: Int) throws(OpenFlowError) {
        guard count >= 0, count <= remaining else {
            throw OpenFlowError(.badLength, "\(count) bytes wanted, \(remaining) left")
        }
    }
}

extension OpenFlowError {
    /// A failing read says `badLength`; whoever knows what was read gives it the name that the standard has for that.
    func lengthAs(_ code: Code) -> OpenFlowError {
        self.code == .badLength ? OpenFlowError(code, context) : self
    }
}
