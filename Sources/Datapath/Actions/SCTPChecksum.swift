/// Changes to the CRC32c of an SCTP packet (RFC 9260 appendix A).
///
/// A CRC is linear: what a change of the first bytes does to it depends on the change and on how many bytes follow, not
/// on these bytes. So nothing behind the header is read, and a wrong CRC stays wrong by as much.
///
/// Polynomials over GF(2) modulo CRC32c's are written with x^0 in the highest bit, as the CRC itself is computed.
enum SCTPChecksum {
    private static var polynomial: UInt32 { 0x82f6_3b78 }

    /// What to add (exclusive or) to the checksum, read as a little-endian number, when the first four bytes of
    /// `length`, read the same way, change by `difference`.
    @inline(never)
    static func change(_ difference: UInt32, length: Int) -> UInt32 {
        multiply(power(bytes: UInt64(truncatingIfNeeded: length)), difference)
    }

    /// The remainder of a product.
    @inline(__always)
    private static func multiply(_ left: UInt32, _ right: UInt32) -> UInt32 {
        var sum: UInt32 = 0
        var shifted = right
        var bit: UInt32 = 1 << 31
        while bit != 0 {
            if left & bit != 0 { sum ^= shifted }
            // Times x: the highest power leaves at the low end.
            shifted = shifted >> 1 ^ (polynomial & (0 &- (shifted & 1)))
            bit >>= 1
        }
        return sum
    }

    /// The remainder of x to the power of 8 times `bytes`.
    @inline(__always)
    private static func power(bytes: UInt64) -> UInt32 {
        var result: UInt32 = 1 << 31
        var square: UInt32 = 1 << 23  // x^8
        var left = bytes
        while left != 0 {
            if left & 1 != 0 { result = multiply(square, result) }
            square = multiply(square, square)
            left >>= 1
        }
        return result
    }
}
