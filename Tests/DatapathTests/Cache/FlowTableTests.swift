import Packets
import Testing

@testable import Datapath

/// The table beside a plain model: a list of (masked key, mask).
@Suite struct FlowTableTests {
    /// Masks that look at different things. Flows of different masks are kept apart by in_port, as translation would.
    private static let masks: [FlowMask] = {
        var masks: [FlowMask] = [ProcessorRig.layer2Mask]
        var ports = ProcessorRig.layer2Mask
        ports.setU16(FlowField.transportSource, .max)
        masks.append(ports)
        var coarse = FlowMask()
        coarse.setHost32(FlowField.inPort, .max)
        coarse.setMAC(FlowField.ethernetDestination, MACAddress(number: 0xffff_ffff_ff00))
        masks.append(coarse)
        var prefix = FlowMask()
        prefix.setHost32(FlowField.inPort, .max)
        prefix.setU16(FlowField.ethernetType, .max)
        prefix.setU32(FlowField.ipv4Destination, 0xffff_ff00)
        prefix.setU16(FlowField.transportSource, 0xfff0)
        masks.append(prefix)
        return masks
    }()

    private struct Model {
        var entries: [FlowKey: FlowEntry.Reference] = [:]
    }

    @Test(arguments: [1, 2, 4]) func agreesWithAModelThroughRandomChanges(maskCount: Int) {
        let rig = ProcessorRig()
        var random = SplitMix(seed: UInt64(maskCount))
        var models = [Model](repeating: Model(), count: maskCount)
        var expectedPackets: [FlowEntry.Reference: UInt64] = [:]
        var inserted = 0
        for step in 0..<1500 {
            // Change the table: insert mostly, remove sometimes, now and then nearly everything.
            let which = Int(random.next() % UInt64(maskCount))
            let flow = Int(random.next() % 3000)
            if random.next() % 100 < 60 {
                let key = ProcessorRig.key(datagram(flow), inPort: UInt32(which))
                let masked = key.masked(by: Self.masks[which])
                let entry = rig.add(key, Self.masks[which], [.output(PortID(rawValue: UInt32(which + 10)))])
                #expect((entry == nil) == (models[which].entries[masked] != nil))
                if let entry {
                    models[which].entries[masked] = entry
                    expectedPackets[entry] = 0
                    inserted += 1
                }
            } else if let (masked, entry) = models[which].entries.randomElement(using: &random) {
                models[which].entries[masked] = nil
                #expect(rig.remove(entry) == expectedPackets.removeValue(forKey: entry))
            }
            if step % 400 == 399 {
                for (masked, entry) in models[which].entries.filter({ _ in random.next() % 20 != 0 }) {
                    models[which].entries[masked] = nil
                    #expect(rig.remove(entry) == expectedPackets.removeValue(forKey: entry))
                }
            }
            // Send a burst, and count in the model.
            let port = Int(random.next() % UInt64(maskCount))
            let flows = (0..<8).map { _ in Int(random.next() % 3000) }
            let before = rig.processor.pointee.sink.misses.count
            var misses = 0
            for flow in flows {
                let masked = ProcessorRig.key(datagram(flow), inPort: UInt32(port)).masked(by: Self.masks[port])
                if let entry = models[port].entries[masked] {
                    expectedPackets[entry, default: 0] += 1
                } else {
                    misses += 1
                }
            }
            rig.process(flows.map { datagram($0) }, inPort: UInt32(port))
            #expect(rig.processor.pointee.sink.misses.count - before == misses)
            if step % 97 == 0 { rig.processor.pointee.rank() }
        }
        #expect(inserted > 500)
        #expect(rig.mirror.count == models.map(\.entries.count).reduce(0, +))
        for (entry, packets) in expectedPackets { #expect(FlowEntry.statistics(of: entry).packets == packets) }
        // The last flow of each mask takes its subtable along.
        for entry in models.flatMap({ $0.entries.values }) { rig.remove(entry) }
        #expect(rig.mirror.maskCount == 0)
        #expect(rig.processor.pointee.table.subtableCount == 0)
    }

    @Test func manyFlowsGrowTheSlots() {
        let rig = ProcessorRig()
        for flow in 0..<20_000 {
            rig.add(ProcessorRig.key(datagram(flow)), ProcessorRig.layer2Mask, [.output(PortID(rawValue: 2))])
        }
        let subtable = rig.processor.pointee.table.subtables[0].pointee
        #expect(subtable.slotMask + 1 >= 40_000)
        for start in stride(from: 0, to: 20_000, by: 500) {
            rig.process((start..<start + 32).map { datagram($0) })
        }
        #expect(rig.processor.pointee.sink.misses.isEmpty)
        #expect(rig.processor.pointee.sink.sent(2).count == 40 * 32)
        rig.process([datagram(20_000)])
        #expect(rig.processor.pointee.sink.misses.count == 1)
    }

    @Test func theMirrorFindsWhatAPacketWouldMeet() throws {
        let rig = ProcessorRig()
        let entry = try #require(
            rig.add(ProcessorRig.key(datagram(1)), Self.masks[2], [.output(PortID(rawValue: 2))]))
        #expect(rig.mirror.lookup(ProcessorRig.key(datagram(200))) == entry)  // the last byte does not count
        #expect(rig.mirror.lookup(ProcessorRig.key(datagram(300))) == nil)
        #expect(rig.mirror.lookup(ProcessorRig.key(datagram(1), inPort: 2)) == nil)
    }

    @Test func subtablesWithMoreHitsComeFirst() {
        let rig = ProcessorRig()
        for (index, mask) in Self.masks.enumerated() {
            rig.add(ProcessorRig.key(datagram(1), inPort: UInt32(index)), mask, [.output(PortID(rawValue: 2))])
        }
        let last = rig.processor.pointee.table.subtables[3]
        last.pointee.hits = 100
        rig.processor.pointee.rank()
        #expect(rig.processor.pointee.table.subtables[0] == last)
    }

    @Test func theFrontCacheAnswersForSeveralSubtables() {
        let rig = ProcessorRig()
        for (index, mask) in Self.masks.enumerated() {
            rig.add(ProcessorRig.key(datagram(1), inPort: UInt32(index)), mask, [.output(PortID(rawValue: 2))])
        }
        for _ in 0..<10 {
            for index in 0..<4 { rig.process([datagram(1)], inPort: UInt32(index)) }
        }
        #expect(rig.processor.pointee.statistics.lookup.frontHits == 36)
        #expect(rig.processor.pointee.statistics.lookup.subtableHits == 4)
    }

    @Test func theFrontCacheHasRoomForAsManyFlowsAsSets() {
        let rig = ProcessorRig()
        let count = FrontCache.setCount
        for flow in 0..<count {
            let which = flow % 2
            rig.add(
                ProcessorRig.key(datagram(flow), inPort: UInt32(which)), Self.masks[which + (which == 0 ? 1 : 2)],
                [.output(PortID(rawValue: 2))])
        }
        func pass() { for flow in 0..<count { rig.process([datagram(flow)], inPort: UInt32(flow % 2)) } }
        pass()
        let before = rig.processor.pointee.statistics.lookup
        pass()
        let after = rig.processor.pointee.statistics.lookup
        #expect(after.misses == before.misses)
        let (front, behind) = (after.frontHits - before.frontHits, after.subtableHits - before.subtableHits)
        #expect(front + behind == UInt64(count))
        // In sets of two, some 850 would find no place.
        #expect(behind < 200)
    }
}

/// A repeatable source of random numbers.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ value >> 30) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ value >> 27) &* 0x94d0_49bb_1331_11eb
        return value ^ value >> 31
    }
}
