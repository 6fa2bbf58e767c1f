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

    /// Begins a run with the packet at `position`, before which there are so many bytes.
    @inline(__always)
    func begin(_ run: Int, at position: Int, _ before: Int) {
        start[run] = position
        bytes[run] = before
        flags[run] = 0
    }

    /// Ends the last run before `position`, and run 0 with it if there is no other.
    @inline(__always)
    func end(_ run: Int, at position: Int, _ before: Int) {
        start[run &+ 1] = position
        bytes[run &+ 1] = before
    }

    func deallocate() {
        start.deallocate()
        bytes.deallocate()
        flags.deallocate()
    }
}
