import CDPDK
import Packets
import Testing

@testable import Datapath

@Suite struct BurstProcessorTests {
    private func port(_ number: UInt32) -> DatapathAction { .output(PortID(rawValue: number)) }

    @Test func missesComeWholeAndInOrder() {
        let rig = ProcessorRig()
        let frames = [datagram(1), datagram(1), datagram(2)]
        let mbufs = rig.process(frames, inPort: 5)
        #expect(rig.processor.pointee.sink.misses.map(\.mbuf) == mbufs)
        for (miss, frame) in zip(rig.processor.pointee.sink.misses, frames) {
            #expect(miss.key == ProcessorRig.key(frame, inPort: 5))
            #expect(miss.inPort == 5)
        }
        #expect(rig.processor.pointee.statistics.missedPackets == 3)
        // None of them is a hit, whether it begins a run or goes on with one.
        #expect(rig.processor.pointee.statistics.repeats == 0)
        rig.process(frames, inPort: 5)
        #expect(rig.processor.pointee.statistics.repeats == 0)
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

    @Test(
        "With a limit of one tag, what is below it is a type of its own, however far the table looks",
        arguments: [3, 4])
    func tagLimit(lastWord: Int) {
        let rig = ProcessorRig()
        rig.processor.pointee.limitTags(to: .one)
        let tagged = PacketBuilder(source: MACAddress(number: 1 << 41), destination: MACAddress(number: 2)).vlan(7)
        let single = tagged.ipv4(from: IPv4Address(1, 2, 3, 4), to: IPv4Address(1, 2, 3, 5)).udp(from: 1, to: 2).bytes()
        let double = tagged.vlan(8).ipv4(from: IPv4Address(1, 2, 3, 4), to: IPv4Address(1, 2, 3, 5)).udp(from: 1, to: 2)
            .bytes()
        var mask = ProcessorRig.layer2Mask
        if lastWord == 4 { mask[4] = .max }
        #expect(rig.add(ProcessorRig.key(single, tags: .one), mask, [port(2)]) != nil)
        #expect(rig.add(ProcessorRig.key(double, tags: .one), mask, [port(3)]) != nil)
        let mbufs = rig.process([single, double, single])
        #expect(rig.processor.pointee.sink.sent(2) == [mbufs[0], mbufs[2]])
        #expect(rig.processor.pointee.sink.sent(3) == [mbufs[1]])
        #expect(ProcessorRig.key(double, tags: .one).u16(FlowField.ethernetType) == EtherType.vlan)
        rig.clear()
        // The flows do not fit any more once both tags are read.
        rig.processor.pointee.limitTags(to: .two)
        rig.process([double])
        #expect(rig.processor.pointee.sink.misses.map(\.key) == [ProcessorRig.key(double)])
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

    @Test func dropsAreCountedUnderTheirReasons() {
        let rig = ProcessorRig()
        let reasons: [DropReason] = [.flow, .noDestination, .tooDeep]
        for (flow, reason) in reasons.enumerated() {
            rig.add(ProcessorRig.key(datagram(flow)), ProcessorRig.layer2Mask, [.drop(reason)])
        }
        rig.add(ProcessorRig.key(datagram(3)), ProcessorRig.layer2Mask, [port(2)])
        let numbers = (0..<32).map { ($0 * 7 + $0 / 3) % 4 }
        let mbufs = rig.process(numbers.map { datagram($0) })
        for (flow, reason) in reasons.enumerated() {
            #expect(
                rig.processor.pointee.sink.drops.filter { $0.reason == reason }.map(\.mbuf)
                    == zip(numbers, mbufs).filter { $0.0 == flow }.map(\.1))
        }
        #expect(rig.processor.pointee.sink.sent(2) == zip(numbers, mbufs).filter { $0.0 == 3 }.map(\.1))
    }

    /// Which subtables are searched depends on how things stand; what is found does not.
    @Test func overloadFindsNothingWrong() {
        let rig = ProcessorRig()
        for flow in 0..<40 {
            var mask = ProcessorRig.layer2Mask
            mask.setU16(FlowField.transportSource, UInt16(flow) << 4 | 0x800f)
            rig.add(ProcessorRig.key(datagram(flow)), mask, [port(UInt32(flow + 2))])
        }
        rig.processor.pointee.rank()
        rig.processor.pointee.table.isOverloaded = true
        var served = 0
        for round in 0..<256 {
            let mbufs = rig.process((0..<32).map { datagram(($0 + round) % 40) })
            for batch in rig.processor.pointee.sink.batches {
                for mbuf in batch.mbufs {
                    guard let place = mbufs.firstIndex(of: mbuf) else { continue }
                    #expect(Int(batch.port) == (place + round) % 40 + 2)
                    served += 1
                }
            }
            rig.clear()
        }
        // Those that a full search has found once are remembered.
        #expect(served > 32 * 256 / 2)
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
