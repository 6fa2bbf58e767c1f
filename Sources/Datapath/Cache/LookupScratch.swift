/// The scratch of one burst's look-up: the keys and what they met. Allocated once, by whoever owns the burst.
struct LookupScratch {
    /// The keys, ``keyStride`` words apart.
    let keys: UnsafeMutablePointer<UInt64>
    /// What each key met.
    let entries: UnsafeMutablePointer<FlowEntry.Reference?>
    /// The numbers of the keys still to be looked up; a second list of the same size behind.
    let pending: UnsafeMutablePointer<Int>
    /// Hashes, in the order of `pending`; a second list behind.
    let hashes: UnsafeMutablePointer<UInt64>

    /// Words between two keys: three cache lines.
    static let keyStride = 24
    /// Keys: one carried over from the last burst, those of a burst, and one more to read into.
    static let capacity = 34

    init() {
        keys = UnsafeMutableRawPointer.allocate(byteCount: Self.capacity * Self.keyStride * 8, alignment: 64)
            .bindMemory(to: UInt64.self, capacity: Self.capacity * Self.keyStride)
        keys.initialize(repeating: 0, count: Self.capacity * Self.keyStride)
        entries = .allocate(capacity: Self.capacity)
        entries.initialize(repeating: nil, count: Self.capacity)
        pending = .allocate(capacity: 2 * Self.capacity)
        pending.initialize(repeating: 0, count: 2 * Self.capacity)
        hashes = .allocate(capacity: 2 * Self.capacity)
        hashes.initialize(repeating: 0, count: 2 * Self.capacity)
    }

    func deallocate() {
        keys.deallocate()
        entries.deallocate()
        pending.deallocate()
        hashes.deallocate()
    }

    @inline(__always)
    func key(_ number: Int) -> UnsafeMutablePointer<UInt64> { keys + number &* Self.keyStride }
}
