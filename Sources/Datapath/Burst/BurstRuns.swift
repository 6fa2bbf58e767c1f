/// The runs of a burst: run `r` is the packets from `start[r]` up to `start[r + 1]`, and has the scratch's key `r`.
struct BurstRuns {
    let start: UnsafeMutablePointer<Int>
    /// Bytes of all packets before the run.
    let bytes: UnsafeMutablePointer<Int>
    /// The union of the run's TCP flags, in network order.
    let flags: UnsafeMutablePointer<UInt16>

    init() {
        let capacity = LookupScratch.capacity + 1
        start = .allocate(capacity: capacity)
        start.initialize(repeating: 0, count: capacity)
        bytes = .allocate(capacity: capacity)
        bytes.initialize(repeating: 0, count: capacity)
        flags = .allocate(capacity: capacity)
        flags.initialize(repeating: 0, count: capacity)
    }

    func deallocate() {
        start.deallocate()
        bytes.deallocate()
        flags.deallocate()
    }
}
