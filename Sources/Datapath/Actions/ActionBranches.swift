import CDPDK

/// The packets that a program's branches have put aside, with what they were like; a stack of fixed depth.
struct ActionBranches {
    /// How deep branches may be nested; ``ActionAssembler`` sees to it.
    static var depthLimit: Int { 10 }

    private let mbufs: MbufVector
    private let metadata: UnsafeMutablePointer<PacketMetadataWords>
    private let counts: UnsafeMutablePointer<Int>
    private let cuts: UnsafeMutablePointer<UInt32>
    private(set) var depth = 0

    init() {
        mbufs = .allocate(capacity: Self.depthLimit * Burst.capacity)
        mbufs.initialize(repeating: nil, count: Self.depthLimit * Burst.capacity)
        metadata = .allocate(capacity: Self.depthLimit * Burst.capacity)
        metadata.initialize(repeating: PacketMetadataWords(), count: Self.depthLimit * Burst.capacity)
        counts = .allocate(capacity: Self.depthLimit)
        counts.initialize(repeating: 0, count: Self.depthLimit)
        cuts = .allocate(capacity: Self.depthLimit)
        cuts.initialize(repeating: 0, count: Self.depthLimit)
    }

    func deallocate() {
        mbufs.deallocate()
        metadata.deallocate()
        counts.deallocate()
        cuts.deallocate()
    }

    /// Takes the packets, and notes their metadata and what the next output is to be cut to.
    @inline(__always)
    mutating func putAside(_ packets: MbufVector, _ count: Int, cut: UInt32, hasMetadata: Bool) {
        let base = depth &* Burst.capacity
        for position in 0..<count {
            let mbuf = packets[position].unsafelyUnwrapped
            mbufs[base &+ position] = mbuf
            if hasMetadata { metadata[base &+ position] = PacketMetadata.save(mbuf) }
        }
        counts[depth] = count
        cuts[depth] = cut
        depth &+= 1
    }

    /// The innermost packets put aside.
    @inline(__always)
    var top: MbufVector { mbufs + (depth &- 1) &* Burst.capacity }
    @inline(__always)
    var topCount: Int { counts[depth &- 1] }
    @inline(__always)
    var topCut: UInt32 { cuts[depth &- 1] }

    /// The metadata that the innermost packet `position` had.
    @inline(__always)
    func topMetadata(_ position: Int) -> PacketMetadataWords { metadata[(depth &- 1) &* Burst.capacity &+ position] }

    /// Moves an entry of the innermost packets to an earlier place.
    @inline(__always)
    func keep(_ position: Int, as place: Int) {
        let base = (depth &- 1) &* Burst.capacity
        mbufs[base &+ place] = mbufs[base &+ position]
        metadata[base &+ place] = metadata[base &+ position]
    }

    @inline(__always)
    func setTopCount(_ count: Int) { counts[depth &- 1] = count }

    /// Forgets the innermost packets, which the caller has taken back.
    @inline(__always)
    mutating func pop() { depth &-= 1 }
}
