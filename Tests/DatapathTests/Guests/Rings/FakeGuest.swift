import CDPDK

@testable import Datapath

/// A guest's driver with one virtqueue in memory of the test's own, behind and before which nobody may write.
final class FakeGuest {
    enum Kind: CaseIterable { case split, packed }

    /// A descriptor as the driver writes it; `address` is the guest's.
    struct Piece {
        var address: UInt64
        var length: UInt32
        var flags: UInt16 = 0
        var next: UInt16 = 0
    }

    static let base: UInt64 = 0x1_0000_0000
    static let bytes = 1 << 20
    private static let margin = 4096
    private static let canary: UInt8 = 0xa5
    /// Where buffers begin, from ``base``.
    static let buffers = 0x10000

    let kind: Kind
    let size: UInt16
    let ring = GuestRing.allocate(capacity: 1)
    let scratch = RingScratch()
    private let block: UnsafeMutablePointer<UInt8>
    /// The first byte that the guest has.
    let memory: UnsafeMutablePointer<UInt8>
    /// Where the driver stands: available and used.
    private(set) var next: UInt16
    private var seen: UInt16
    private var nextWrap = true
    private var seenWrap = true

    /// - Parameter start: where a split ring stands.
    init(_ kind: Kind, size: UInt16 = 64, header: UInt32 = 12, traits: UInt32 = 0, start: UInt16 = 0) {
        (self.kind, self.size) = (kind, size)
        block = .allocate(capacity: Self.bytes + 2 * Self.margin)
        block.initialize(repeating: Self.canary, count: Self.bytes + 2 * Self.margin)
        memory = block + Self.margin
        memory.update(repeating: 0, count: Self.bytes)
        (next, seen) = kind == .split ? (start, start) : (0, 0)
        var value = cdpdk_vhost_ring()
        value.traits = traits | (kind == .packed ? CDPDK_VHOST_PACKED : 0)
        value.header = header
        value.descriptors = memory
        value.driver = memory + 0x4000
        value.device = memory + 0x6000
        value.size = size
        (value.next_available, value.next_used) = (next, seen)
        (value.available_wrap, value.used_wrap) = kind == .packed ? (1, 1) : (0, 0)
        value.call = -1
        ring.initialize(to: value)
        regions([cdpdk_vhost_region(guest: Self.base, size: UInt64(Self.bytes), host: memory)])
        if kind == .split {
            put(start, 0x4002)
            put(start, 0x6002)
        }
    }

    deinit {
        scratch.deallocate()
        ring.deallocate()
        block.deallocate()
    }

    func regions(_ list: [cdpdk_vhost_region]) {
        for (index, region) in list.enumerated() { cdpdk_vhost_ring_regions(ring)[index] = region }
        ring.pointee.region_count = UInt32(list.count)
    }

    /// Whether nobody has written beside the guest's memory.
    var isIntact: Bool {
        (0..<Self.margin).allSatisfy {
            block[$0] == Self.canary && block[Self.margin + Self.bytes + $0] == Self.canary
        }
    }

    func put<Word: FixedWidthInteger>(_ value: Word, _ offset: Int) {
        UnsafeMutableRawPointer(memory + offset).storeBytes(of: value, as: Word.self)
    }

    func get<Word: FixedWidthInteger & BitwiseCopyable>(_ offset: Int) -> Word {
        UnsafeRawPointer(memory + offset).loadUnaligned(as: Word.self)
    }

    /// The guest's address of a buffer's place.
    static func buffer(_ number: Int) -> UInt64 { base + UInt64(buffers + number * 4096) }

    func store(_ bytes: [UInt8], at address: UInt64) {
        for (index, byte) in bytes.enumerated() { memory[Int(address - Self.base) + index] = byte }
    }

    func load(_ address: UInt64, _ count: Int) -> [UInt8] {
        Array(UnsafeBufferPointer(start: memory + Int(address - Self.base), count: count))
    }

    /// Writes a descriptor of a table, the ring's own or an indirect one.
    func describe(_ piece: Piece, at offset: Int, id: UInt16 = 0) {
        put(piece.address, offset)
        put(piece.length, offset + 8)
        put(kind == .split ? piece.flags : id, offset + 12)
        put(kind == .split ? piece.next : piece.flags, offset + 14)
    }

    /// Makes a buffer available that consists of these pieces; `id` is the first descriptor's place in a split ring.
    func offer(_ pieces: [Piece], id: UInt16) {
        switch kind {
        case .split:
            for (index, piece) in pieces.enumerated() {
                var piece = piece
                if index < pieces.count - 1 {
                    piece.flags |= RingFlags.next
                    piece.next = id + UInt16(index) + 1
                }
                describe(piece, at: Int(id + UInt16(index)) * 16)
            }
            offer(head: id)
        case .packed:
            for (index, piece) in pieces.enumerated() {
                var piece = piece
                piece.flags |= nextWrap ? RingFlags.available : RingFlags.used
                if index < pieces.count - 1 { piece.flags |= RingFlags.next }
                describe(piece, at: Int(next) * 16, id: id)
                next += 1
                if next == size { (next, nextWrap) = (0, !nextWrap) }
            }
        }
    }

    /// Split rings: makes available whatever that number describes.
    func offer(head: UInt16) {
        put(head, 0x4004 + Int(next % size) * 2)
        next &+= 1
        put(next, 0x4002)
    }

    /// What the switch has told as used since the last time. In a packed ring every buffer is taken to
    /// have `descriptors`.
    func used(descriptors: UInt16 = 1) -> [(id: UInt16, length: UInt32)] {
        var result: [(id: UInt16, length: UInt32)] = []
        switch kind {
        case .split:
            while seen != get(0x6002) as UInt16 {
                let place = 0x6004 + Int(seen % size) * 8
                result.append((UInt16(truncatingIfNeeded: get(place) as UInt32), get(place + 4)))
                seen &+= 1
            }
        case .packed:
            while result.count < Int(size) {
                let flags: UInt16 = get(Int(seen) * 16 + 14)
                guard (flags & RingFlags.available != 0) == seenWrap, (flags & RingFlags.used != 0) == seenWrap else {
                    break
                }
                result.append((get(Int(seen) * 16 + 12), get(Int(seen) * 16 + 8)))
                seen += descriptors
                if seen >= size { (seen, seenWrap) = (seen - size, !seenWrap) }
            }
        }
        return result
    }

    /// One burst from the guest.
    func receive(_ mbufs: FakeMbufs, most: Int = 32) -> (frames: [[UInt8]], dropped: Int) {
        let found = GuestReceiver.look(ring, scratch, most)
        let vector = MbufVector.allocate(capacity: 32)
        defer { vector.deallocate() }
        for index in 0..<found { (vector + index).initialize(to: mbufs.make([])) }
        let result = GuestReceiver.take(ring, scratch, found, vector)
        return ((0..<result.frames).map { frame(of: vector[$0].unsafelyUnwrapped) }, result.dropped)
    }

    /// One burst to the guest; how many it took.
    func send(_ frames: [[UInt8]], _ mbufs: FakeMbufs) -> Int {
        let vector = MbufVector.allocate(capacity: max(1, frames.count))
        defer { vector.deallocate() }
        for (index, bytes) in frames.enumerated() { (vector + index).initialize(to: mbufs.make(bytes)) }
        return GuestSender.send(ring, scratch, vector, frames.count)
    }
}

/// Bytes that tell where they were.
func pattern(_ count: Int, _ seed: Int = 0) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ seed &* 31) }
}
