import CDPDK

/// A buffer that a guest has made available, as its first descriptor tells.
struct RingSlot {
    /// The guest's address, and where that is when the whole descriptor lies side by side.
    var address: UInt64 = 0
    var host: UnsafeMutablePointer<UInt8>?
    var length: UInt32 = 0
    /// ``RingFlags``.
    var flags: UInt16 = 0
    /// Split rings: the descriptor that follows.
    var next: UInt16 = 0
    /// What the guest knows the buffer by.
    var id: UInt16 = 0
    /// Packed rings: where the buffer begins.
    var index: UInt16 = 0
    /// Descriptors that the buffer takes in the ring; 0: it is none, and must not be looked into.
    var descriptors: UInt16 = 0

    /// Whether the buffer is one piece, described in the ring itself.
    @inline(__always)
    var isPlain: Bool { flags & (RingFlags.next | RingFlags.indirect) == 0 && host != nil }
}

/// Bytes of a guest's side by side in our memory.
struct RingPiece {
    var host: UnsafeMutablePointer<UInt8>
    /// The guest's address of it.
    var address: UInt64
    var length: Int
}

/// A thread's room for what it reads of a ring in one burst.
struct RingScratch {
    /// Buffers to one frame, and pieces to one: as many as the vhost library takes.
    static var most: Int { 256 }
    /// What a call may look at of pieces and buffers, besides one of each for each packet: a guest may
    /// not keep a thread.
    static var budget: Int { 1024 }

    let slots: UnsafeMutablePointer<RingSlot>
    let pieces: UnsafeMutablePointer<RingPiece>
    /// Header of a frame that is written in pieces.
    let header: UnsafeMutablePointer<UInt8>

    init() {
        slots = .allocate(capacity: Self.most)
        slots.initialize(repeating: RingSlot(), count: Self.most)
        // A pointer's memory is trivial.
        pieces = .allocate(capacity: Self.most)
        header = .allocate(capacity: 16)
        header.initialize(repeating: 0, count: 16)
    }

    func deallocate() {
        slots.deallocate()
        pieces.deallocate()
        header.deallocate()
    }
}
