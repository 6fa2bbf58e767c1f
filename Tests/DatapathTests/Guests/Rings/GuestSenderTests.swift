import CDPDK
import Glibc
import Testing

@testable import Datapath

@Suite struct GuestSenderTests {
    typealias Piece = FakeGuest.Piece
    private let mbufs = FakeMbufs()

    private func header(_ buffers: UInt8) -> [UInt8] { [UInt8](repeating: 0, count: 10) + [buffers, 0] }

    private func offer(_ guest: FakeGuest, _ count: Int, length: UInt32) {
        for number in 0..<count {
            guest.offer(
                [Piece(address: FakeGuest.buffer(number), length: length, flags: RingFlags.write)], id: UInt16(number))
        }
    }

    @Test(arguments: FakeGuest.Kind.allCases, [10, 12])
    func framesOfAllLengths(kind: FakeGuest.Kind, headerBytes: Int) {
        let guest = FakeGuest(kind, header: UInt32(headerBytes))
        for length in [1, 14, 60, 64, 65, 256, 1518, 1900] {
            guest.store([UInt8](repeating: 0x77, count: 2048), at: FakeGuest.buffer(0))
            offer(guest, 1, length: 2048)
            #expect(guest.send([pattern(length)], mbufs) == 1)
            let used = guest.used()
            #expect(used.map(\.length) == [UInt32(length + headerBytes)])
            let expected = Array(header(1)[..<headerBytes]) + pattern(length) + [0x77]
            #expect(guest.load(FakeGuest.buffer(0), length + headerBytes + 1) == expected)
        }
    }

    @Test(arguments: FakeGuest.Kind.allCases)
    func ringsGoRound(kind: FakeGuest.Kind) {
        let guest = FakeGuest(kind, start: 0xfff0)
        for round in 0..<40 {
            let count = round % 5 + 3
            offer(guest, count, length: 2048)
            let frames = (0..<count).map { pattern(64, round + $0) }
            #expect(guest.send(frames, mbufs) == count)
            #expect(guest.used().map(\.id) == (0..<UInt16(count)).map { $0 })
            for number in 0..<count {
                #expect(guest.load(FakeGuest.buffer(number), 76) == header(1) + frames[number])
            }
        }
        #expect(guest.isIntact)
    }

    /// A guest that has room for some takes the first.
    @Test(arguments: FakeGuest.Kind.allCases)
    func noRoom(kind: FakeGuest.Kind) {
        let guest = FakeGuest(kind)
        #expect(guest.send([pattern(64)], mbufs) == 0)
        offer(guest, 3, length: 2048)
        #expect(guest.send((0..<5).map { pattern(64, $0) }, mbufs) == 3)
        #expect(guest.used().count == 3)
    }

    @Test(arguments: FakeGuest.Kind.allCases, [1, 5, 12, 13, 40, 100])
    func mergeableBuffers(kind: FakeGuest.Kind, bytes: Int) {
        let guest = FakeGuest(kind, size: 128, traits: CDPDK_VHOST_MERGEABLE)
        let frame = pattern(88)
        let needed = (100 + bytes - 1) / bytes
        offer(guest, 100, length: UInt32(bytes))
        #expect(guest.send([frame], mbufs) == 1)
        let used = guest.used()
        #expect(used.count == needed)
        #expect(used.map { Int($0.length) }.reduce(0, +) == 100)
        let whole = used.flatMap { guest.load(FakeGuest.buffer(Int($0.id)), Int($0.length)) }
        #expect(whole == header(UInt8(needed)) + frame)
    }

    /// Buffers that together are too small stay the guest's.
    @Test(arguments: FakeGuest.Kind.allCases)
    func tooSmall(kind: FakeGuest.Kind) {
        for traits in [0, CDPDK_VHOST_MERGEABLE] {
            let guest = FakeGuest(kind, traits: traits)
            offer(guest, 5, length: 20)
            let before = guest.load(FakeGuest.base, 0x8000)
            #expect(guest.send([pattern(200), pattern(8)], mbufs) == 0)
            #expect(guest.load(FakeGuest.base, 0x8000) == before)
            // One that fits arrives all the same.
            #expect(guest.send([pattern(8)], mbufs) == 1)
            #expect(guest.used().map(\.id) == [0])
        }
    }

    /// Buffers of one byte and an index far ahead: a ring is used up once round at the most, and
    /// nothing beside it is written.
    @Test func crumbsWithoutEnd() {
        let guest = FakeGuest(.split, size: 64, traits: CDPDK_VHOST_MERGEABLE)
        for index in 0..<64 {
            guest.describe(Piece(address: FakeGuest.buffer(index), length: 1, flags: RingFlags.write), at: index * 16)
            guest.put(UInt16(index), 0x4004 + index * 2)
        }
        for round in 0..<20 {
            guest.put((guest.get(0x6002) as UInt16) &+ 0x7000, 0x4002)
            let sent = guest.send((0..<32).map { pattern(30, round + $0) }, mbufs)
            #expect(sent > 0 && sent <= 32)
            #expect(guest.isIntact)
        }
        // Longer than all that is there.
        #expect(guest.send([pattern(64)], mbufs) == 0)
    }

    /// Tables full of pieces of no length before a buffer with room: more than a call may look at.
    @Test(arguments: FakeGuest.Kind.allCases)
    func nothingWithoutEnd(kind: FakeGuest.Kind) {
        let guest = FakeGuest(kind, size: 256, traits: CDPDK_VHOST_MERGEABLE)
        for index in 0..<250 {
            let flags = RingFlags.write | (index < 249 ? RingFlags.next : 0)
            guest.describe(
                Piece(address: FakeGuest.buffer(0), length: 0, flags: flags, next: UInt16(index + 1)),
                at: 0x8000 + index * 16)
        }
        func offer(tables: Int) {
            // More than are looked at first.
            for _ in 0..<10 {
                guest.offer([Piece(address: FakeGuest.buffer(0), length: 0, flags: RingFlags.write)], id: 0)
            }
            for _ in 0..<tables {
                guest.offer(
                    [Piece(address: FakeGuest.base + 0x8000, length: 250 * 16, flags: RingFlags.indirect)], id: 1)
            }
            guest.offer([Piece(address: FakeGuest.buffer(1), length: 2048, flags: RingFlags.write)], id: 2)
        }
        offer(tables: 2)
        #expect(guest.send([pattern(64)], mbufs) == 1)
        #expect(guest.used().map(\.length) == [UInt32](repeating: 0, count: 12) + [76])
        offer(tables: 200)
        #expect(guest.send([pattern(64)], mbufs) == 0)
        #expect(guest.used().isEmpty)
    }

    @Test(arguments: FakeGuest.Kind.allCases)
    func chainsAndTables(kind: FakeGuest.Kind) {
        let guest = FakeGuest(kind)
        let pieces = [12, 1, 30, 500].enumerated().map {
            Piece(address: FakeGuest.buffer($0.offset), length: UInt32($0.element), flags: RingFlags.write)
        }
        guest.offer(pieces, id: 4)
        #expect(guest.send([pattern(100)], mbufs) == 1)
        let used = guest.used(descriptors: 4)
        #expect(used.map(\.id) == [4])
        #expect(used.map(\.length) == [112])
        let whole = guest.load(FakeGuest.buffer(0), 12) + guest.load(FakeGuest.buffer(1), 1)
            + guest.load(FakeGuest.buffer(2), 30) + guest.load(FakeGuest.buffer(3), 69)
        #expect(whole == header(1) + pattern(100))

        for (index, var piece) in pieces.enumerated() {
            if index < 3 { (piece.flags, piece.next) = (piece.flags | RingFlags.next, UInt16(index + 1)) }
            guest.describe(piece, at: 0x8000 + index * 16)
        }
        guest.offer([Piece(address: FakeGuest.base + 0x8000, length: 64, flags: RingFlags.indirect)], id: 7)
        #expect(guest.send([pattern(90)], mbufs) == 1)
        #expect(guest.used().map(\.length) == [102])
        #expect(guest.load(FakeGuest.buffer(3), 59) == Array(pattern(90)[31...]))
    }

    @Test(arguments: FakeGuest.Kind.allCases)
    func buffersThatAreNone(kind: FakeGuest.Kind) {
        let end = FakeGuest.base + UInt64(FakeGuest.bytes)
        let wrong: [Piece] = [
            Piece(address: end - 50, length: 2048), Piece(address: end, length: 2048),
            Piece(address: .max - 100, length: 2048),
            Piece(address: FakeGuest.base - 1, length: 2048), Piece(address: end - 10, length: .max),
            Piece(address: end - 16, length: 0x1000, flags: RingFlags.indirect),
            Piece(address: FakeGuest.buffer(0), length: 0),
        ]
        for piece in wrong {
            let guest = FakeGuest(kind, traits: CDPDK_VHOST_MERGEABLE)
            guest.offer([piece], id: 0)
            #expect(guest.send([pattern(100)], mbufs) == 0, "\(piece)")
            #expect(guest.used().isEmpty)
            #expect(guest.isIntact)
        }
    }

    @Test(arguments: FakeGuest.Kind.allCases)
    func severalSegments(kind: FakeGuest.Kind) {
        let guest = FakeGuest(kind)
        offer(guest, 1, length: 2048)
        let first = mbufs.make(pattern(100))
        let second = mbufs.make(pattern(70, 1))
        first.pointee.next = second
        first.pointee.nb_segs = 2
        first.pointee.pkt_len = 170
        let vector = MbufVector.allocate(capacity: 1)
        defer { vector.deallocate() }
        vector.initialize(to: first)
        #expect(GuestSender.send(guest.ring, guest.scratch, vector, 1) == 1)
        #expect(guest.used().map(\.length) == [182])
        #expect(guest.load(FakeGuest.buffer(0), 182) == header(1) + pattern(100) + pattern(70, 1))
    }

    /// The guest is woken when it wants to be, and only then.
    @Test(arguments: FakeGuest.Kind.allCases)
    func calls(kind: FakeGuest.Kind) throws {
        // A pipe stands in for the eventfd: each call writes 8 bytes.
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        defer { ends.forEach { close($0) } }
        func calls() -> Int32 {
            var waiting: Int32 = 0
            ioctl(ends[0], UInt(FIONREAD), &waiting)
            var bytes = [UInt8](repeating: 0, count: Int(waiting))
            return waiting > 0 ? Int32(read(ends[0], &bytes, bytes.count)) / 8 : 0
        }
        func make(_ traits: UInt32) -> FakeGuest {
            let guest = FakeGuest(kind, traits: traits)
            guest.ring.pointee.call = ends[1]
            offer(guest, 40, length: 2048)
            return guest
        }
        let plain = make(0)
        #expect(plain.send([pattern(64), pattern(64)], mbufs) == 2)
        #expect(calls() == 1)
        // VRING_AVAIL_F_NO_INTERRUPT; RING_EVENT_FLAGS_DISABLE.
        plain.put(UInt16(1), kind == .split ? 0x4000 : 0x4002)
        #expect(plain.send([pattern(64)], mbufs) == 1)
        #expect(calls() == 0)

        let event = make(CDPDK_VHOST_EVENT_INDEX)
        // From entry 5 on.
        event.put(UInt16(kind == .split ? 5 : 5 | 1 << 15), kind == .split ? 0x4004 + 2 * 64 : 0x4000)
        if kind == .packed { event.put(UInt16(2), 0x4002) }
        #expect(event.send([pattern(64)], mbufs) == 1)
        // What was told before is not known: once too often.
        #expect(calls() == 1)
        #expect(event.send([pattern(64), pattern(64)], mbufs) == 2)
        #expect(calls() == 0)
        #expect(event.send([pattern(64), pattern(64), pattern(64)], mbufs) == 3)
        #expect(calls() == 1)
        #expect(event.send([pattern(64)], mbufs) == 1)
        #expect(calls() == 0)
    }
}
