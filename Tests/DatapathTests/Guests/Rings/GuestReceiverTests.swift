import CDPDK
import Testing

@testable import Datapath

@Suite struct GuestReceiverTests {
    typealias Piece = FakeGuest.Piece
    private let mbufs = FakeMbufs()

    private func withHeader(_ frame: [UInt8], _ header: Int = 12) -> [UInt8] {
        [UInt8](repeating: 0x99, count: header) + frame
    }

    @Test(arguments: FakeGuest.Kind.allCases, [10, 12])
    func framesOfAllLengths(kind: FakeGuest.Kind, header: Int) {
        let guest = FakeGuest(kind, header: UInt32(header))
        for length in [1, 7, 8, 15, 16, 31, 32, 33, 60, 63, 64, 65, 127, 128, 1514, 1920] {
            let bytes = pattern(length, length)
            guest.store(withHeader(bytes, header), at: FakeGuest.buffer(0))
            guest.offer([Piece(address: FakeGuest.buffer(0), length: UInt32(length + header))], id: 3)
            let (frames, dropped) = guest.receive(mbufs)
            #expect(frames == [bytes])
            #expect(dropped == 0)
            #expect(guest.used().map(\.id) == [3])
        }
        #expect(guest.receive(mbufs).frames.isEmpty)
    }

    /// Indexes of a split ring and wrap counters of a packed one go round many times.
    @Test(arguments: FakeGuest.Kind.allCases)
    func ringsGoRound(kind: FakeGuest.Kind) {
        let guest = FakeGuest(kind, start: 0xfff0)
        for round in 0..<40 {
            let count = round % 5 + 3
            for number in 0..<count {
                guest.store(withHeader(pattern(64, round + number)), at: FakeGuest.buffer(number))
                guest.offer([Piece(address: FakeGuest.buffer(number), length: 76)], id: UInt16(number))
            }
            #expect(guest.receive(mbufs).frames == (0..<count).map { pattern(64, round + $0) })
            #expect(guest.used().map(\.id) == (0..<UInt16(count)).map { $0 })
        }
    }

    @Test(arguments: FakeGuest.Kind.allCases)
    func chains(kind: FakeGuest.Kind) {
        let guest = FakeGuest(kind)
        let bytes = pattern(300)
        for cuts in [[12], [5], [12, 13], [40, 41, 300], [1, 2, 3, 11, 12, 100]] {
            let whole = withHeader(bytes)
            var pieces: [Piece] = []
            for (number, (from, to)) in zip([0] + cuts, cuts + [whole.count]).enumerated() {
                guest.store(Array(whole[from..<to]), at: FakeGuest.buffer(number))
                pieces.append(Piece(address: FakeGuest.buffer(number), length: UInt32(to - from)))
            }
            guest.offer(pieces, id: 5)
            #expect(guest.receive(mbufs).frames == [bytes])
            #expect(guest.used(descriptors: UInt16(pieces.count)).map(\.id) == [5])
        }
    }

    @Test(arguments: FakeGuest.Kind.allCases)
    func indirectTables(kind: FakeGuest.Kind) {
        let guest = FakeGuest(kind)
        let bytes = pattern(200)
        guest.store([UInt8](repeating: 0, count: 12), at: FakeGuest.buffer(0))
        guest.store(Array(bytes[..<50]), at: FakeGuest.buffer(1))
        guest.store(Array(bytes[50...]), at: FakeGuest.buffer(2))
        let table = 0x8000
        for (index, length) in [12, 50, 150].enumerated() {
            let flags = index < 2 ? RingFlags.next : 0
            guest.describe(
                Piece(address: FakeGuest.buffer(index), length: UInt32(length), flags: flags, next: UInt16(index + 1)),
                at: table + index * 16)
        }
        guest.offer([Piece(address: FakeGuest.base + UInt64(table), length: 48, flags: RingFlags.indirect)], id: 9)
        #expect(guest.receive(mbufs).frames == [bytes])
        #expect(guest.used().map(\.id) == [9])
    }

    /// What is wrong is given back, and what comes behind it arrives.
    @Test(arguments: FakeGuest.Kind.allCases)
    func whatIsNoFrame(kind: FakeGuest.Kind) {
        let guest = FakeGuest(kind)
        let end = FakeGuest.base + UInt64(FakeGuest.bytes)
        let table = FakeGuest.base + 0x8000
        let wrong: [Piece] = [
            Piece(address: FakeGuest.buffer(0), length: 0),
            Piece(address: FakeGuest.buffer(0), length: 12),
            Piece(address: FakeGuest.buffer(0), length: 11),
            Piece(address: FakeGuest.buffer(0), length: 4000),
            Piece(address: FakeGuest.buffer(0), length: .max),
            Piece(address: FakeGuest.buffer(0), length: .max - 11),
            Piece(address: end - 10, length: 100),
            Piece(address: end, length: 100),
            Piece(address: 0, length: 100),
            Piece(address: .max - 49, length: 100),
            Piece(address: FakeGuest.base - 50, length: 100),
            // Tables: beyond the memory, of a length that is no table's, empty, of absurd length.
            Piece(address: end - 16, length: 32, flags: RingFlags.indirect),
            Piece(address: table, length: 17, flags: RingFlags.indirect),
            Piece(address: table, length: 0, flags: RingFlags.indirect),
            Piece(address: .max - 15, length: 0xffff_fff0, flags: RingFlags.indirect),
        ]
        guest.describe(Piece(address: end - 4, length: 100, flags: RingFlags.next, next: 1), at: 0x8000)
        for piece in wrong {
            guest.store(withHeader(pattern(60)), at: FakeGuest.buffer(1))
            guest.offer([piece], id: 1)
            guest.offer([Piece(address: FakeGuest.buffer(1), length: 72)], id: 2)
            let (frames, dropped) = guest.receive(mbufs)
            #expect(frames == [pattern(60)], "\(piece)")
            #expect(dropped == 1, "\(piece)")
            #expect(guest.used().map(\.id) == [1, 2])
        }
        #expect(guest.isIntact)
    }

    @Test func loopsAndHeadsThatAreNone() {
        let guest = FakeGuest(.split)
        // A chain and an indirect table that come back to themselves, a table within a table, a chain
        // that leaves the ring.
        guest.describe(Piece(address: FakeGuest.buffer(0), length: 1, flags: RingFlags.next, next: 11), at: 10 * 16)
        guest.describe(Piece(address: FakeGuest.buffer(0), length: 1, flags: RingFlags.next, next: 10), at: 11 * 16)
        guest.describe(Piece(address: FakeGuest.base + 0x8000, length: 64, flags: RingFlags.indirect), at: 12 * 16)
        guest.describe(Piece(address: FakeGuest.buffer(0), length: 0, flags: RingFlags.next, next: 0), at: 0x8000)
        guest.describe(Piece(address: FakeGuest.base + 0x9000, length: 64, flags: RingFlags.indirect), at: 13 * 16)
        guest.describe(Piece(address: FakeGuest.base + 0x9000, length: 64, flags: RingFlags.indirect), at: 0x9000)
        guest.describe(Piece(address: FakeGuest.buffer(0), length: 100, flags: RingFlags.next, next: 64), at: 14 * 16)
        for head in [10, 12, 13, 14, 64, 0xffff] as [UInt16] { guest.offer(head: head) }
        let (frames, dropped) = guest.receive(mbufs)
        #expect(frames.isEmpty)
        #expect(dropped == 6)
        #expect(guest.used().map(\.id) == [10, 12, 13, 14, 64, 0xffff])
    }

    /// A packed ring without an end to its chain gives nothing and costs little.
    @Test func packedChainWithoutEnd() {
        let guest = FakeGuest(.packed, size: 64)
        for index in 0..<64 {
            guest.describe(
                Piece(address: FakeGuest.buffer(0), length: 20, flags: RingFlags.next | RingFlags.available),
                at: index * 16)
        }
        #expect(guest.receive(mbufs).frames.isEmpty)
        #expect(guest.ring.pointee.is_broken == 1)
        #expect(guest.receive(mbufs).frames.isEmpty)
        #expect(guest.ring.pointee.next_available == 0)
    }

    /// Long chains, each of which must be gone through to find the next, are met a few at a time.
    @Test func packedLongChains() {
        let guest = FakeGuest(.packed, size: 0x4000)
        guest.ring.pointee.descriptors = guest.memory + 0x20000
        for index in 0..<8000 {
            let flags = RingFlags.available | (index % 250 < 249 ? RingFlags.next : 0)
            guest.describe(
                Piece(address: FakeGuest.buffer(0), length: 1, flags: flags), at: 0x20000 + index * 16,
                id: UInt16(index / 250))
        }
        #expect(GuestReceiver.look(guest.ring, guest.scratch, 32) == 5)
        var frames = 0
        for _ in 0..<20 { frames += guest.receive(mbufs).frames.count }
        #expect(frames == 32)
    }

    /// An index far ahead brings what the ring holds, a burst at a time.
    @Test func indexFarAhead() {
        let guest = FakeGuest(.split)
        for index in 0..<64 { guest.describe(Piece(address: FakeGuest.buffer(0), length: 72), at: index * 16) }
        guest.put(UInt16(0x7000), 0x4002)
        #expect(guest.receive(mbufs).frames.count == 32)
        #expect(guest.get(0x6002) as UInt16 == 32)
        #expect(guest.isIntact)
    }

    @Test(arguments: FakeGuest.Kind.allCases)
    func frameAcrossRegions(kind: FakeGuest.Kind) {
        let guest = FakeGuest(kind)
        // Side by side for the guest, the other way round in memory.
        let half = UInt64(FakeGuest.bytes / 2)
        guest.regions([
            cdpdk_vhost_region(guest: FakeGuest.base, size: half, host: guest.memory + Int(half)),
            cdpdk_vhost_region(guest: FakeGuest.base + half, size: half, host: guest.memory),
        ])
        let whole = withHeader(pattern(100))
        guest.store(Array(whole[..<50]), at: FakeGuest.base + UInt64(FakeGuest.bytes) - 50)
        // The ring itself is at the beginning of the memory.
        guest.store(Array(whole[50...]), at: FakeGuest.base)
        guest.ring.pointee.descriptors = guest.memory + 0x2000
        let piece = Piece(address: FakeGuest.base + half - 50, length: 112)
        guest.describe(
            Piece(address: piece.address, length: piece.length, flags: kind == .packed ? RingFlags.available : 0),
            at: 0x2000,
            id: 0)
        if kind == .split { guest.offer(head: 0) }
        #expect(guest.receive(mbufs).frames == [pattern(100)])
    }
}
