/// Version-4 UUIDs one after the other, unlike those of any other sequence but not hard to guess from each other.
package struct UUIDSequence {
    private var state: UInt64 = .random(in: 0 ... .max)
    private let stride: UInt64 = .random(in: 0 ... .max) | 1

    /// A sequence of its own.
    package init() {}

    /// The next one.
    package mutating func next() -> UUIDValue { UUIDValue(version4: mixed(), mixed()) }

    /// A step of SplitMix64 with a stride of our own.
    private mutating func mixed() -> UInt64 {
        state &+= stride
        var word = state
        word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
        return word ^ word >> 31
    }
}
