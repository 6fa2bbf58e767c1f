/// A fast hash over words: each pair is multiplied to 128 bits and folded. It is seeded, so that a sender who knows the
/// code cannot choose colliding headers.
package enum WordHash {
    // Odd constants without structure (digits of the golden ratio and of pi), that spread sparse keys over all bits.
    @inlinable package static var first: UInt64 { 0x9e37_79b9_7f4a_7c15 }
    @inlinable package static var second: UInt64 { 0x2431_5f38_8dec_6c8d }
    @inlinable package static var third: UInt64 { 0xa409_3822_299f_31d1 }

    /// The two halves of the 128-bit product, added without carry.
    @inlinable
    package static func fold(_ a: UInt64, _ b: UInt64) -> UInt64 {
        let product = a.multipliedFullWidth(by: b)
        return product.high ^ product.low
    }

    /// The hash of exactly four words: two independent multiplications, then one.
    @inlinable
    package static func of4(_ a: UInt64, _ b: UInt64, _ c: UInt64, _ d: UInt64, seed: UInt64) -> UInt64 {
        fold(
            fold(a ^ seed ^ first, b ^ second) ^ fold(c ^ seed ^ third, d ^ first),
            second ^ seed)
    }

    /// One step of a hash over any number of words, begun with the seed and ended with ``finish(_:)``.
    @inlinable
    package static func step(_ state: UInt64, _ word: UInt64) -> UInt64 {
        fold(state ^ first, word ^ second) ^ word
    }

    @inlinable
    package static func finish(_ state: UInt64) -> UInt64 { fold(state ^ third, first) }
}
