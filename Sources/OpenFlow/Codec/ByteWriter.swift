import Packets

/// Builds a message from big-endian fields.
package struct ByteWriter: Sendable {
    package private(set) var bytes: [UInt8] = []
    /// The fields for options of tunnels that there are where the message comes from.
    package var tunnelOptions: TunnelOptions?

    package init(tunnelOptions: TunnelOptions? = nil) { self.tunnelOptions = tunnelOptions }

    /// With room for `capacity` bytes.
    init(capacity: Int) { bytes.reserveCapacity(capacity) }

    var count: Int { bytes.count }

    package mutating func u8(_ value: UInt8) { bytes.append(value) }
    package mutating func u16(_ value: UInt16) { number(UInt128(value), 2) }
    package mutating func u32(_ value: UInt32) { number(UInt128(value), 4) }
    package mutating func u64(_ value: UInt64) { number(UInt128(value), 8) }

    /// The low `count` bytes of `value`.
    package mutating func number(_ value: UInt128, _ count: Int) {
        for index in stride(from: count - 1, through: 0, by: -1) {
            bytes.append(UInt8(truncatingIfNeeded: value >> UInt128(index * 8)))
        }
    }

    /// The low `count` bytes of `value`.
    mutating func value(_ value: FieldValue, _ count: Int) {
        if count <= 16 { number(value.low, count) } else { append(value.bytes(count)) }
    }

    mutating func mac(_ value: MACAddress) { number(UInt128(value.number), 6) }
    mutating func zeros(_ count: Int) { bytes.append(contentsOf: repeatElement(0, count: count)) }
    package mutating func append(_ more: some Sequence<UInt8>) { bytes.append(contentsOf: more) }

    /// `text` in a field of `size` bytes, cut so that a zero byte ends it.
    mutating func text(_ text: String, size: Int) {
        let kept = Array(text.utf8.prefix(max(size - 1, 0)))
        append(kept)
        zeros(size - kept.count)
    }

    /// Zeros up to a multiple of 8 counted from `start`.
    mutating func pad(from start: Int) { zeros((8 - (count - start) % 8) % 8) }

    /// Takes back what was written after the first `count` bytes.
    mutating func truncate(to count: Int) { bytes.removeSubrange(min(count, bytes.count)...) }

    /// Writes `value` over two bytes that are already there.
    mutating func patch(_ value: Int, at offset: Int) {
        guard offset + 1 < bytes.count else { return }
        bytes[offset] = UInt8(truncatingIfNeeded: value >> 8)
        bytes[offset + 1] = UInt8(truncatingIfNeeded: value)
    }
}
