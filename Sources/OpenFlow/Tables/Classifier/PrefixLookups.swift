import Packets

/// What one look-up asks of a table's tries: each is walked once, and only if a subtable wants to know.
struct PrefixLookups {
    private let prefixes: PrefixTries
    /// Lengths that the key meets and bits that tell so, of the fields that have been asked; a table has four at most.
    private var lengths: InlineArray<4, UInt128> = .init(repeating: 0)
    private var examined: InlineArray<4, Int> = .init(repeating: 0)
    private var asked: UInt8 = 0

    init(_ prefixes: PrefixTries) { self.prefixes = prefixes }

    /// Whether no rule with a prefix of `length` in the field matches the key; what told so is added to `mask`.
    ///
    /// Bits that tell it are never more than the prefix has, unless they count already.
    mutating func isRuledOut(
        _ index: Int, length: Int, _ key: UnsafePointer<UInt64>, _ mask: UnsafeMutablePointer<UInt64>
    ) -> Bool {
        let field = prefixes.fields[index]
        if asked & 1 << UInt8(index) == 0 {
            (lengths[index], examined[index]) = prefixes.tries[index].lookup(field.value(in: key), bits: field.bits)
            asked |= 1 << UInt8(index)
        }
        guard lengths[index] >> UInt128(length - 1) & 1 == 0 else { return false }
        let bits = examined[index]
        if bits <= length {
            field.merge(bits, into: mask)
            return true
        }
        return field.isCounted(bits, in: mask)
    }
}
