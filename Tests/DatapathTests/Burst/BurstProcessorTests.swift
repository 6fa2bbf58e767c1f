import CDPDK
import Packets
import Testing

@testable import Datapath

@Suite struct BurstProcessorTests {
    private func port(_ number: UInt32) -> DatapathAction { .output(PortID(rawValue: number)) }

    @Test func aMissCarriesTheWholeKey() {
        let rig = ProcessorRig()
        let frames = [datagram(1), datagram(1), datagram(2)]
        let mbufs = rig.process(frames, inPort: 5)
        #expect(rig.processor.pointee.sink.misses.map(\.mbuf) == mbufs)
        for (miss, frame) in zip(rig.processor.pointee.sink.misses, frames) {
            #expect(miss.key == ProcessorRig.key(frame, inPort: 5))
            #expect(miss.inPort == 5)
        }
        #expect(rig.processor.pointee.statistics.missedPackets == 3)
    }

    @Test func aFlowIsHitCountedAndCarriedOver() {
        let rig = ProcessorRig()
        let entry = rig.add(ProcessorRig.key(datagram(1)), ProcessorRig.layer2Mask, [port(2)])
        let all = (0..<3).flatMap { burst in
            rig.process((0..<32).map { datagram(1, byPort: false) + [UInt8($0)] }, now: UInt64(burst + 10))
        }
        #expect(rig.processor.pointee.sink.sent(2) == all)
        #expect(rig.processor.pointee.statistics.repeats == 95)
        #expect(rig.processor.pointee.statistics.lookup.subtableHits == 1)
        guard let entry else { return }
        let statistics = FlowEntry.statistics(of: entry)
        #expect(statistics.packets == 96)
        #expect(statistics.bytes == 96 * 61)
        #expect(statistics.lastUsed == 12)
        #expect(rig.remove(entry) == 96)
        rig.clear()
        rig.process([datagram(1)])
        #expect(rig.processor.pointee.sink.misses.count == 1)
        #expect(rig.processor.pointee.sink.batches.isEmpty)
    }

    @Test func mixedBurstsKeepTheirOrderPerPort() {
        let rig = ProcessorRig()
        for flow in 0..<4 {
            rig.add(ProcessorRig.key(datagram(flow)), ProcessorRig.layer2Mask, [port(UInt32(flow % 2 + 2))])
        }
        let numbers = (0..<32).map { ($0 * 7 + $0 / 5) % 5 }  // 4 is unknown
        let mbufs = rig.process(numbers.map { datagram($0) })
        for output in 0..<2 {
            #expect(
                rig.processor.pointee.sink.sent(UInt32(output + 2))
                    == zip(numbers, mbufs).filter { $0.0 < 4 && $0.0 % 2 == output }.map(\.1))
        }
        #expect(rig.processor.pointee.sink.misses.map(\.mbuf) == zip(numbers, mbufs).filter { $0.0 == 4 }.map(\.1))
    }

    @Test func malformedFramesAreDroppedAndTheRestGoesOn() {
        let rig = ProcessorRig()
        rig.add(ProcessorRig.key(datagram(1)), ProcessorRig.layer2Mask, [port(2)])
        let cutTag: [UInt8] = Array(datagram(1).prefix(12)) + [0x81, 0, 0]
        let mbufs = rig.process([datagram(1), Array(datagram(1).prefix(13)), datagram(1), cutTag, [], datagram(1)])
        #expect(rig.processor.pointee.sink.sent(2) == [mbufs[0], mbufs[2], mbufs[5]])
        #expect(rig.processor.pointee.sink.drops.map(\.mbuf) == [mbufs[1], mbufs[3], mbufs[4]])
        #expect(rig.processor.pointee.sink.drops.allSatisfy { $0.reason == .malformed && $0.inPort == 1 })
    }

    @Test func onlyMalformedFrames() {
        let rig = ProcessorRig()
        rig.process([[1], [2]])
        #expect(rig.processor.pointee.sink.drops.count == 2)
        #expect(rig.processor.pointee.sink.misses.isEmpty)
    }

    @Test func theDepthFollowsTheMasks() {
        let rig = ProcessorRig()
        rig.add(ProcessorRig.key(datagram(1, byPort: true)), ProcessorRig.layer2Mask, [port(2)])
        #expect(rig.processor.pointee.table.depth == .ethernet)
        var mask = ProcessorRig.layer2Mask
        mask.setU16(FlowField.transportSource, .max)
        let deep = rig.add(ProcessorRig.key(datagram(7), inPort: 3), mask, [port(4)])
        #expect(rig.processor.pointee.table.depth == .full)
        rig.process([datagram(1, byPort: true)], inPort: 1)
        rig.process([datagram(7)], inPort: 3)
        rig.process([datagram(8, byPort: true)], inPort: 3)
        #expect(rig.processor.pointee.sink.sent(2).count == 1)
        #expect(rig.processor.pointee.sink.sent(4).count == 1)
        #expect(rig.processor.pointee.sink.misses.count == 1)
        if let deep { rig.remove(deep) }
        #expect(rig.processor.pointee.table.depth == .ethernet)
    }

    @Test func tcpFlagsAreGathered() throws {
        let rig = ProcessorRig()
        func segment(_ flags: UInt16) -> [UInt8] {
            PacketBuilder(source: MACAddress(number: 1), destination: MACAddress(number: 2))
                .ipv4(from: IPv4Address(1, 1, 1, 1), to: IPv4Address(2, 2, 2, 2)).tcp(from: 1, to: 2, flags: flags)
                .bytes()
        }
        var mask = ProcessorRig.layer2Mask
        mask.setU8(FlowField.networkProtocol, .max)
        let entry = try #require(rig.add(ProcessorRig.key(segment(2)), mask, [port(2)]))
        rig.process([segment(2), segment(0x10), segment(1)])
        #expect(FlowEntry.statistics(of: entry).tcpFlags == 0x13)
    }

    @Test func aReplacedProgramIsInForceAtOnce() throws {
        let rig = ProcessorRig()
        let entry = try #require(rig.add(ProcessorRig.key(datagram(1)), ProcessorRig.layer2Mask, [port(2)]))
        rig.process([datagram(1)])
        rig.replace(entry, [port(3)])
        rig.process([datagram(1)])
        rig.replace(entry, [.drop(.vlanMismatch)])
        rig.process([datagram(1)])
        #expect(rig.processor.pointee.sink.sent(2).count == 1)
        #expect(rig.processor.pointee.sink.sent(3).count == 1)
        #expect(rig.processor.pointee.sink.drops.map(\.reason) == [.vlanMismatch])
        #expect(FlowEntry.statistics(of: entry).packets == 3)
    }

    @Test func nothingIsSentBeforeTheFlushAndFullBatchesAre() {
        let rig = ProcessorRig()
        rig.add(ProcessorRig.key(datagram(1)), ProcessorRig.layer2Mask, [port(2)])
        var sent: [Int] = []
        for _ in 0..<5 {
            var vector: [Mbuf?] = (0..<10).map { _ in rig.fakes.make(datagram(1)) }
            vector.withUnsafeMutableBufferPointer {
                if let base = $0.baseAddress { rig.processor.pointee.process(base, 10, inPort: 1, now: 0) }
            }
            sent.append(rig.processor.pointee.sink.sent(2).count)
        }
        #expect(sent == [0, 0, 0, 32, 32])
        rig.processor.pointee.flush()
        #expect(rig.processor.pointee.sink.sent(2).count == 50)
        rig.processor.pointee.flush()
        #expect(rig.processor.pointee.sink.batches.count == 2)
    }
}
