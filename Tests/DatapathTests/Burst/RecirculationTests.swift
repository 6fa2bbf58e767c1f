import CDPDK
import Glibc
import Packets
import Testing

@testable import Datapath

/// Packets that are looked up again, with what they carry.
@Suite struct RecirculationTests {
    private func to(_ port: UInt32) -> DatapathAction { .output(PortID(rawValue: port)) }

    private static func words(_ header: HeaderRewrite.Header, _ index: UInt8, _ value: UInt64, _ mask: UInt64)
        -> DatapathAction
    {
        .set(HeaderRewrite(header, [.init(index: index, value: value, mask: mask)]))
    }

    private func key(_ flow: Int, recirculation: UInt32, inPort: UInt32 = 1) -> FlowKey {
        var key = ProcessorRig.key(datagram(flow), inPort: inPort)
        key.setHost32(FlowField.recircID, recirculation)
        return key
    }

    @Test func theIdentifierTellsFlowsApart() throws {
        let rig = ProcessorRig()
        let first = try #require(rig.add(key(1, recirculation: 0), ProcessorRig.layer2Mask, [.recirculate(7)]))
        let second = try #require(rig.add(key(1, recirculation: 7), ProcessorRig.layer2Mask, [.recirculate(8)]))
        let third = try #require(rig.add(key(1, recirculation: 8), ProcessorRig.layer2Mask, [to(2)]))
        for _ in 0..<3 { rig.process([datagram(1), datagram(1), datagram(1)]) }
        #expect(rig.processor.pointee.sink.sent(2).count == 9)
        for entry in [first, second, third] { #expect(FlowEntry.statistics(of: entry).packets == 9) }
        #expect(rig.processor.pointee.statistics.recirculations == 18)
        #expect(rig.processor.pointee.statistics.packets == 9)
        let lookup = rig.processor.pointee.statistics.lookup
        let hits = rig.processor.pointee.statistics.repeats + lookup.subtableHits + lookup.frontHits
        #expect(hits + rig.processor.pointee.statistics.missedPackets == 27)
        // The flow of packets as they come is still found without a look-up.
        #expect(lookup.subtableHits + lookup.frontHits == 1 + 2 * 3)
    }

    @Test func changesAreSeenAfterwards() {
        let rig = ProcessorRig()
        var mask = ProcessorRig.layer2Mask
        mask.setU16(FlowField.transportSource, .max)
        let set = HeaderRewriteTests.rewrite(.udp) { $0.setU16(FlowField.transportSource, .max) } _: {
            $0.setU16(FlowField.transportSource, 99)
        }
        rig.add(key(1, recirculation: 0), ProcessorRig.layer2Mask, [.set(set), .recirculate(1)])
        var again = key(1, recirculation: 1)
        again.setU16(FlowField.transportSource, 99)
        rig.add(again, mask, [to(3)])
        rig.process([datagram(1)])
        #expect(rig.processor.pointee.sink.sent(3).count == 1)
    }

    @Test func metadataIsMatchedAndMissesCarryIt() {
        let rig = ProcessorRig()
        let mark = Self.words(.mark, 17, 0xabcd_0000 << 32, 0xffff_0000 << 32)
        let low = Self.words(.mark, 17, 0x77 << 32, 0xff << 32)
        let priority = Self.words(.priority, 18, 5, 0xffff_ffff)
        let hash = DatapathAction.hash(DatapathHash(algorithm: .l4, basis: 3))
        rig.add(key(1, recirculation: 0), ProcessorRig.layer2Mask, [mark, low, priority, hash, .recirculate(4)])
        rig.process([datagram(1)])
        #expect(rig.processor.pointee.sink.misses.count == 1)
        guard let miss = rig.processor.pointee.sink.misses.first else { return }
        #expect(miss.key.host32(FlowField.recircID) == 4)
        #expect(miss.key.host32(FlowField.inPort) == 1)
        #expect(miss.key.host32(FlowField.packetMark) == 0xabcd_0077)
        #expect(miss.key.host32(FlowField.skbPriority) == 5)
        #expect(miss.key.host32(FlowField.datapathHash) != 0)
        var mask = ProcessorRig.layer2Mask
        mask.setHost32(FlowField.packetMark, .max)
        mask.setHost32(FlowField.datapathHash, 1)
        mask.setHost32(FlowField.skbPriority, .max)
        rig.add(miss.key, mask, [to(2)])
        // What control gives back meets the flow that was made of its key.
        rig.processor.pointee.reprocess(miss.mbuf, inPort: 1, now: 5)
        rig.process([datagram(1)])
        rig.processor.pointee.flush()
        #expect(rig.processor.pointee.sink.sent(2).count == 2)
        #expect(rig.processor.pointee.sink.misses.count == 1)
    }

    @Test func masksThatLookAtMetadataFindNoneInPacketsAsTheyCome() {
        let rig = ProcessorRig()
        var mask = ProcessorRig.layer2Mask
        mask.setHost32(FlowField.packetMark, .max)
        mask.setHost32(FlowField.skbPriority, .max)
        rig.add(
            key(1, recirculation: 0), ProcessorRig.layer2Mask,
            [Self.words(.mark, 17, 9 << 32, 0xff << 32), .recirculate(1)])
        var marked = key(1, recirculation: 1)
        marked.setHost32(FlowField.packetMark, 9)
        rig.add(marked, mask, [to(2)])
        rig.add(key(2, recirculation: 0), mask, [to(3)])
        for _ in 0..<4 { rig.process([datagram(1), datagram(2), datagram(1)]) }
        #expect(rig.processor.pointee.sink.sent(2).count == 8)
        #expect(rig.processor.pointee.sink.sent(3).count == 4)
        #expect(rig.processor.pointee.sink.misses.isEmpty)
    }

    @Test func roundAndRoundEnds() {
        let rig = ProcessorRig()
        rig.add(key(1, recirculation: 0), ProcessorRig.layer2Mask, [.recirculate(1)])
        rig.add(key(1, recirculation: 1), ProcessorRig.layer2Mask, [.recirculate(1)])
        rig.process([datagram(1), datagram(1)])
        #expect(rig.processor.pointee.sink.drops.map(\.reason) == [.recirculation, .recirculation])
        #expect(rig.processor.pointee.statistics.recirculations == 12)
    }

    /// A copy in a branch goes round with its own metadata, and so does the packet; many copies find an end.
    @Test func branchesGoRoundOnTheirOwn() async {
        await #expect(processExitsWith: .success) {
            guard let pool = CopyOnWriteTests.makePool(count: 2047) else { exit(2) }
            let rig = ProcessorRig()
            let mark = { (value: UInt64) in Self.words(.mark, 17, value << 32, 0xffff_ffff << 32) }
            var program: [DatapathAction] = [mark(1), .clone([mark(2), .recirculate(1)]), .recirculate(1)]
            var zero = ProcessorRig.key(datagram(1))
            rig.add(zero, ProcessorRig.layer2Mask, program)
            zero.setHost32(FlowField.recircID, 1)
            var mask = ProcessorRig.layer2Mask
            mask.setHost32(FlowField.packetMark, .max)
            for value in 1...2 as ClosedRange<UInt32> {
                zero.setHost32(FlowField.packetMark, value)
                rig.add(zero, mask, [.output(PortID(rawValue: value))])
            }
            func send(_ flow: Int) {
                var vector: [Mbuf?] = (0..<32).map { _ in CopyOnWriteTests.receive(datagram(flow), pool) }
                vector.withUnsafeMutableBufferPointer {
                    rig.processor.pointee.process($0.baseAddress!, 32, inPort: 1, now: 1)
                }
                rig.processor.pointee.flush()
            }
            send(1)
            guard rig.processor.pointee.sink.sent(1).count == 32, rig.processor.pointee.sink.sent(2).count == 32 else {
                exit(3)
            }
            // Each in forty copies, each of which comes round again.
            program = (0..<40).map { _ in .clone([.recirculate(5)]) } + [.recirculate(5)]
            rig.add(ProcessorRig.key(datagram(2)), ProcessorRig.layer2Mask, program)
            zero = ProcessorRig.key(datagram(2))
            zero.setHost32(FlowField.recircID, 5)
            rig.add(zero, ProcessorRig.layer2Mask, program)
            send(2)
            guard
                rig.processor.pointee.sink.drops.allSatisfy({ $0.reason == .recirculation || $0.reason == .copyFailed })
            else { exit(4) }
            guard rig.processor.pointee.statistics.recirculations < 20_000 else { exit(5) }
            for batch in rig.processor.pointee.sink.batches { for mbuf in batch.mbufs { cdpdk_mbuf_free(mbuf) } }
            for drop in rig.processor.pointee.sink.drops { cdpdk_mbuf_free(drop.mbuf) }
            exit(cdpdk_pool_available(pool) == 2047 ? 0 : 6)
        }
    }
}
