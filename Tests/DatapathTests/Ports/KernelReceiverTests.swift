import CDPDK
import Glibc
import Testing

@testable import Datapath

/// A datagram socket pair stands in for a TAP or a packet socket: both give a frame a read. In processes of their own,
/// as an EAL comes up once per process.
@Suite struct KernelReceiverTests {
    /// A receiver on one end of a pair, what it has counted, and the other end.
    private struct Rig: ~Copyable {
        var receiver: KernelReceiver
        let pool: UnsafeMutableRawPointer
        let counters = UnsafeMutablePointer<PortCounters>.allocate(capacity: 1)
        let queue = UnsafeMutablePointer<ReceiveQueue>.allocate(capacity: 1)
        let frames = MbufVector.allocate(capacity: 32)
        let wire: Int32

        init?(_ kind: ReceiveQueue.Kind, segments: Int32 = 1, buffers: UInt32 = 255) {
            guard let pool = CopyOnWriteTests.makePool(count: buffers) else { return nil }
            var ends: [Int32] = [0, 0]
            guard socketpair(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_NONBLOCK.rawValue), 0, &ends) == 0 else {
                return nil
            }
            self.pool = pool
            receiver = KernelReceiver(pool: pool)
            wire = ends[0]
            var value = ReceiveQueue()
            value.kind = kind
            value.descriptor = ends[1]
            value.segments = segments
            queue.initialize(to: value)
            counters.initialize(to: PortCounters())
        }

        func send(_ bytes: [UInt8]) -> Bool { write(wire, bytes, bytes.count) == bytes.count }

        /// The frames' bytes, freed.
        mutating func receive() -> [[UInt8]] {
            let (count, _) = receiver.receive(queue, counters, into: frames, most: 32)
            return (0..<count).map { index in
                defer { cdpdk_mbuf_free(frames[index]) }
                return contents(frames[index])
            }
        }

        func drops(_ reason: DropReason) -> UInt64 { counters.pointee.drops[Int(reason.rawValue)] }

        /// Whether all buffers are back once the receiver has let go.
        mutating func leaksNothing(_ buffers: UInt32) -> Bool {
            receiver.close()
            return cdpdk_pool_available(pool) == buffers
        }
    }

    /// The bytes of a chain, if its lengths agree.
    private static func contents(_ mbuf: Mbuf?) -> [UInt8] {
        var bytes: [UInt8] = []
        var segment = mbuf
        var segments = 0
        while let current = segment {
            bytes += frame(of: current)
            segment = current.pointee.next
            segments += 1
        }
        guard let mbuf, mbuf.pointee.pkt_len == UInt32(bytes.count), mbuf.pointee.nb_segs == segments else { return [] }
        return bytes
    }

    private static func bytes(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ 3) } }

    @Test func framesOfATAPComeWholeAndTooLongOnesAreCounted() async {
        await #expect(processExitsWith: .success) {
            guard var rig = Rig(.tap, segments: 2) else { exit(2) }
            // A buffer holds 1920 bytes beside its headroom.
            let lengths = [1, 14, 1514, 1920, 1921, 3840, 3841, 9000, 60]
            guard lengths.allSatisfy({ rig.send(Self.bytes($0)) }) else { exit(3) }
            guard rig.receive() == [1, 14, 1514, 1920, 1921, 3840, 60].map({ Self.bytes($0) }) else { exit(4) }
            guard rig.drops(.oversized) == 2, rig.counters.pointee.receivedPackets == 7 else { exit(5) }
            exit(rig.leaksNothing(255) ? 0 : 6)
        }
    }

    @Test func framesOfAPacketSocketLoseTheirVirtioHeader() async {
        await #expect(processExitsWith: .success) {
            guard var rig = Rig(.packetSocket) else { exit(2) }
            let header = [UInt8](repeating: 0, count: 10)
            guard [60, 1514, 60_000].allSatisfy({ rig.send(header + Self.bytes($0)) }) else { exit(3) }
            // Cut off within the header: no frame at all.
            guard rig.send([1, 2, 3]), rig.send(header) else { exit(3) }
            guard rig.receive() == [60, 1514, 60_000].map({ Self.bytes($0) }) else { exit(4) }
            guard rig.drops(.malformed) == 2 else { exit(5) }
            exit(rig.leaksNothing(255) ? 0 : 6)
        }
    }

    @Test func withoutBuffersFramesAreReadCountedAndGone() async {
        await #expect(processExitsWith: .success) {
            guard var rig = Rig(.tap, segments: 5, buffers: 3) else { exit(2) }
            guard (0..<4).allSatisfy({ _ in rig.send(Self.bytes(60)) }) else { exit(3) }
            // A buffer is enough for a short frame, though not for the longest.
            guard rig.receive() == Array(repeating: Self.bytes(60), count: 3), rig.drops(.noBuffer) == 1 else {
                exit(4)
            }
            guard rig.send(Self.bytes(4000)), rig.receive() == [] else { exit(5) }
            guard rig.drops(.noBuffer) == 2, rig.drops(.oversized) == 0 else { exit(5) }
            exit(rig.leaksNothing(3) ? 0 : 6)
        }
    }

    @Test func whatTheSenderLeftToTheDeviceIsDone() async {
        await #expect(processExitsWith: .success) {
            guard var rig = Rig(.packetSocket) else { exit(2) }
            // NEEDS_CSUM from byte 34, the field 6 bytes in, as of a UDP datagram.
            var header: [UInt8] = [1, 0, 0, 0, 0, 0, 34, 0, 6, 0]
            var datagram = Self.bytes(80)
            (datagram[40], datagram[41]) = (0, 0)
            guard rig.send(header + datagram) else { exit(3) }
            // A checksum's place beyond the end is the sender's lie: the frame stays as it is.
            (header[6], header[7]) = (0xff, 0xff)
            guard rig.send(header + datagram) else { exit(3) }
            let frames = rig.receive()
            guard frames.count == 2, frames[1] == datagram else { exit(4) }
            var sum = 0
            for index in stride(from: 34, to: 80, by: 2) {
                sum += Int(frames[0][index]) << 8 | Int(frames[0][index + 1])
            }
            while sum > 0xffff { sum = sum & 0xffff + sum >> 16 }
            exit(sum == 0xffff && rig.leaksNothing(255) ? 0 : 6)
        }
    }
}
