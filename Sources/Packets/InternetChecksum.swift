/// The checksum of IPv4, TCP, UDP and ICMP (RFC 1071).
public enum InternetChecksum {
    /// The sum, not folded and not inverted, of `bytes` taken as big-endian 16-bit numbers, an odd last byte padded
    /// with zero; added to `sum`, so that pieces of even length chain.
    @inlinable
    public static func partial(_ bytes: UnsafeRawBufferPointer, sum: UInt64 = 0) -> UInt64 {
        var sum = sum
        var index = 0
        while index &+ 4 <= bytes.count {
            sum &+= UInt64(bytes.loadUnaligned(fromByteOffset: index, as: UInt32.self).bigEndian)
            index &+= 4
        }
        if index &+ 2 <= bytes.count {
            sum &+= UInt64(bytes.loadUnaligned(fromByteOffset: index, as: UInt16.self).bigEndian)
            index &+= 2
        }
        if index < bytes.count { sum &+= UInt64(bytes[index]) << 8 }
        return sum
    }

    /// The header field's value for a sum: folded to 16 bits with end-around carry, and inverted.
    @inlinable
    public static func finish(_ sum: UInt64) -> UInt16 {
        var folded = (sum & 0xffff_ffff) &+ (sum >> 32)
        folded = (folded & 0xffff) &+ (folded >> 16)
        folded = (folded & 0xffff) &+ (folded >> 16)
        folded = (folded & 0xffff) &+ (folded >> 16)
        return ~UInt16(truncatingIfNeeded: folded)
    }

    /// The checksum of `bytes`; 0 over data that holds its own right checksum.
    @inlinable
    public static func of(_ bytes: UnsafeRawBufferPointer) -> UInt16 { finish(partial(bytes)) }

    /// The checksum after one 16-bit number under it has changed (RFC 1624, equation 3).
    @inlinable
    public static func updated(_ checksum: UInt16, from old: UInt16, to new: UInt16) -> UInt16 {
        finish(UInt64(~checksum) &+ UInt64(~old) &+ UInt64(new))
    }

    /// The checksum after one 32-bit number under it has changed.
    @inlinable
    public static func updated(_ checksum: UInt16, from old: UInt32, to new: UInt32) -> UInt16 {
        finish(
            UInt64(~checksum) &+ UInt64(~old >> 16) &+ UInt64(~old & 0xffff)
                &+ UInt64(new >> 16) &+ UInt64(new & 0xffff))
    }

    /// The sum of the pseudo-header of TCP, UDP and ICMPv6 over IPv4 (RFC 768) to continue from.
    public static func pseudoHeader(
        source: IPv4Address, destination: IPv4Address, protocol number: UInt8, length: Int
    ) -> UInt64 {
        UInt64(source.number) &+ UInt64(destination.number) &+ UInt64(number) &+ UInt64(truncatingIfNeeded: length)
    }

    /// The same over IPv6 (RFC 8200 section 8.1).
    public static func pseudoHeader(
        source: IPv6Address, destination: IPv6Address, protocol number: UInt8, length: Int
    ) -> UInt64 {
        var sum = UInt64(number) &+ UInt64(truncatingIfNeeded: length)
        for half in [source.high, source.low, destination.high, destination.low] {
            sum &+= (half >> 32) &+ (half & 0xffff_ffff)
        }
        return sum
    }
}
