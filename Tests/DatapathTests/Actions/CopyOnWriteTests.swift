import CDPDK
import Glibc
import Packets
import Testing

@testable import Datapath

/// Copies, with a real mempool; in processes of their own, as an EAL comes up once per process.
@Suite struct CopyOnWriteTests {
    /// Brings up an EAL without hugepages or devices, and makes a pool of few buffers.
    static func makePool(count: UInt32) -> UnsafeMutableRawPointer? {
        let words = [
            "test", "--no-huge", "--no-pci", "--no-telemetry", "--no-shconf", "-m", "32", "-l", "0", "--log-level", "1",
        ]
        var arguments = words.map { strdup($0) }
        guard cdpdk_eal_init(Int32(words.count), &arguments) >= 0 else { return nil }
        var pool: UnsafeMutableRawPointer?
        guard cdpdk_pool_create("test", count, 0, 2048, -1, 0, &pool) == 0 else { return nil }
        return pool
    }

    static func receive(_ frame: [UInt8], _ pool: UnsafeMutableRawPointer) -> Mbuf? {
        guard let mbuf = cdpdk_mbuf_alloc(pool) else { return nil }
        for (index, byte) in frame.enumerated() { mbuf.frame[index] = byte }
        mbuf.pointee.data_len = UInt16(frame.count)
        mbuf.pointee.pkt_len = UInt32(frame.count)
        return mbuf
    }

    static func run(
        _ actions: [DatapathAction], buffers: UInt32, packets: Int, headroom: UInt16? = nil,
        _ check: (borrowing RecordingSink, UnsafeMutableRawPointer) -> Bool
    ) -> Bool {
        guard let pool = makePool(count: buffers) else { return false }
        var sink = RecordingSink()
        let processor = UnsafeMutablePointer<BurstProcessor<RecordingSink>>.allocate(capacity: 1)
        processor.initialize(to: BurstProcessor(sink: sink))
        let program = ActionProgram.make(actions)
        var vector: [Mbuf?] = (0..<packets).map { index in
            guard let mbuf = receive(datagram(index), pool) else { return nil }
            if let headroom {
                let bytes = frame(of: mbuf)
                mbuf.pointee.data_off = headroom
                for (index, byte) in bytes.enumerated() { mbuf.frame[index] = byte }
            }
            return mbuf
        }
        guard !vector.contains(nil) else { return false }
        vector.withUnsafeMutableBufferPointer {
            if let base = $0.baseAddress { processor.pointee.execute(program, base, packets, inPort: 1, now: 1) }
        }
        processor.pointee.flush()
        guard check(processor.pointee.sink, pool) else { return false }
        // Everything handed out is freed once by its owner: then all buffers are back.
        for batch in processor.pointee.sink.batches {
            for mbuf in batch.mbufs { cdpdk_mbuf_free(mbuf) }
        }
        for drop in processor.pointee.sink.drops { cdpdk_mbuf_free(drop.mbuf) }
        for punt in processor.pointee.sink.punts { cdpdk_mbuf_free(punt.mbuf) }
        return cdpdk_pool_available(pool) == buffers
    }

    private static func tagged(_ frame: [UInt8], _ vid: UInt8) -> [UInt8] {
        Array(frame.prefix(12)) + [0x81, 0, 0, vid] + Array(frame.dropFirst(12))
    }

    @Test func aChangeAfterAnOutputLeavesTheQueuedPacketAlone() async {
        await #expect(processExitsWith: .success) {
            let isRight = Self.run(
                [
                    .output(PortID(rawValue: 2)), .output(PortID(rawValue: 3)), .pushVLAN(tpid: 0x8100, tci: 5),
                    .output(PortID(rawValue: 4)), .popVLAN, .output(PortID(rawValue: 5)),
                ], buffers: 63, packets: 5
            ) { sink, _ in
                let plain = (0..<5).map { datagram($0) }
                return sink.sent(2).map { frame(of: $0) } == plain && sink.sent(3) == sink.sent(2)
                    && sink.sent(4).map { frame(of: $0) } == plain.map { Self.tagged($0, 5) }
                    && sink.sent(5).map { frame(of: $0) } == plain && sink.drops.isEmpty
            }
            exit(isRight ? 0 : 1)
        }
    }

    @Test func withoutABufferForTheCopyThePacketIsDropped() async {
        await #expect(processExitsWith: .success) {
            let isRight = Self.run(
                [.output(PortID(rawValue: 2)), .pushVLAN(tpid: 0x8100, tci: 5), .output(PortID(rawValue: 3))],
                buffers: 15, packets: 10
            ) { sink, _ in
                sink.sent(2).count == 10 && sink.sent(3).count == 5
                    && sink.drops.map(\.reason) == [DropReason](repeating: .copyFailed, count: 5)
            }
            exit(isRight ? 0 : 1)
        }
    }

    @Test func aPacketWithoutHeadroomIsCopied() async {
        await #expect(processExitsWith: .success) {
            let isRight = Self.run(
                [.pushVLAN(tpid: 0x8100, tci: 9), .output(PortID(rawValue: 2))], buffers: 31, packets: 3, headroom: 2
            ) { sink, _ in
                sink.sent(2).map { frame(of: $0) } == (0..<3).map { Self.tagged(datagram($0), 9) }
            }
            exit(isRight ? 0 : 1)
        }
    }
}
