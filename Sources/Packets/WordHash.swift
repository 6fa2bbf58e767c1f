/// A fast hash over words: each pair is multiplied to 128 bits and folded. It is seeded, so that a sender who knows the
/// code cannot choose colliding headers.
public enum WordHash {
    // Odd constants without structure (digits of the golden ratio and of pi), that spread sparse keys over all bits.
    @inlinable @inline(__always) public static var first: UInt64 { 0x9e37_79b9_7f4a_7c15 }
    @inlinable @inline(__always) public static var second: UInt64 { 0x2431_5f38_8dec_6c8d }
    @inlinable @inline(__always) public static var third: UInt64 { 0xa409_3822_299f_31d1 }

    /// The two halves of the 128-bit product, added without carry.
    @inlinable
    @inline(__always)
    public static func fold(_ a: UInt64, _ b: UInt64) -> UInt64 {
        let product = a.multipliedFullWidth(by: b)
        return product.high ^ product.low
    }

    /// The hash of exactly four words: two independent multiplications, then one.
    @inlinable
    @inline(__always)
    public static func of4(_ a: UInt64, _ b: UInt64, _ c: UInt64, _ d: UInt64, seed: UInt64) -> UInt64 {
        fold(
            fold(a ^ seed ^ first, b ^ second) ^ fold(c ^ seed ^ third, d ^ first),
            second ^ seed)
    }

    /// The random number for one position of a list of words. The hash of the list is the sum of ``fold(_:_:)`` over
    /// pairs, each word combined with its salt: the products do not wait for each other.
    @inlinable
    @inline(__always)
    public static func salt(_ seed: UInt64, _ position: Int) -> UInt64 {
        fold(seed ^ first, second &+ UInt64(truncatingIfNeeded: position) &* third) ^ first
    }

    /// Spreads a sum over all bits.
    @inlinable
    @inline(__always)
    public static func finish(_ state: UInt64) -> UInt64 { fold(state ^ third, first) }
}
