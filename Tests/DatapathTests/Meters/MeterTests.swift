import CDPDK
import Packets
import Testing

@testable import Datapath

/// Buckets with a clock of the test's own: 1,000,000 cycles are a second.
@Suite struct MeterTests {
    private static let hertz: UInt64 = 1_000_000

    private func withBand(_ band: DatapathMeter.Band, packets: Bool, _ body: (MeterBand.Reference) -> Void) {
        var value = MeterBand(band, countsPackets: packets, hertz: Self.hertz, now: 0)
        withUnsafeMutablePointer(to: &value) { body($0) }
    }

    @Test func theBucketHoldsItsBurstAndFillsAtItsRate() {
        withBand(.init(rate: 100, burst: 5), packets: true) { band in
            let draw = { (count: UInt64, time: UInt64) in MeterBand.draw(band, count, at: time << MeterBand.fraction) }
            #expect((0..<6).map { _ in draw(1, 0) } == [true, true, true, true, true, false])
            // One token in ten milliseconds.
            #expect(!draw(1, 9_999))
            #expect(draw(1, 10_001))
            #expect(!draw(1, 10_002))
            #expect(!draw(3, 35_000))
            #expect(draw(2, 35_000))
            // All or none, and never more than the burst.
            #expect(!draw(6, 10_000_000))
            #expect(draw(5, 10_000_000))
            #expect(!draw(1, 10_000_000))
        }
    }

    @Test func withoutABurstASecondsWorthIsIt() {
        withBand(.init(rate: 8, burst: 0), packets: false) { band in
            // 8 kbit/s: a thousand bytes.
            #expect(!MeterBand.draw(band, 8001, at: 0))
            #expect(MeterBand.draw(band, 8000, at: 0))
            #expect(!MeterBand.draw(band, 1, at: 0))
        }
    }

    @Test func aClockBeforeTheMetersOwnTakesNothingAway() {
        withBand(.init(rate: 10, burst: 3), packets: true) { band in
            #expect(MeterBand.draw(band, 1, at: 1000 << MeterBand.fraction))
            // Another thread's time stamp may be a little older: it sees no more than there is.
            #expect(MeterBand.draw(band, 1, at: 0))
            #expect(MeterBand.draw(band, 1, at: 1000 << MeterBand.fraction))
            #expect(!MeterBand.draw(band, 1, at: 1000 << MeterBand.fraction))
        }
    }

    @Test("The greatest and the smallest numbers do not overflow", arguments: [true, false]) func extremes(
        packets: Bool
    ) {
        for (rate, burst) in [(UInt32.max, UInt32.max), (1, .max), (.max, 1), (1, 1), (0, 0), (0, .max)]
            as [(UInt32, UInt32)]
        {
            var value = MeterBand(
                .init(rate: rate, burst: burst), countsPackets: packets, hertz: 4_200_000_000, now: .max)
            withUnsafeMutablePointer(to: &value) { band in
                #expect(!MeterBand.draw(band, .max, at: 5))
                #expect(MeterBand.draw(band, 1, at: .max << MeterBand.fraction) == (rate > 0 || burst > 0))
            }
        }
    }

    @Test("Threads that share a bucket get what is in it, no more and no less")
    func sharedExactly() async {
        let block = MeterBlock.make(
            DatapathMeter(countsPackets: true, bands: [.init(rate: 1, burst: 100_000)]), now: 0, hertz: Self.hertz)
        defer { MeterBlock.free(block) }
        let address = UInt(bitPattern: block)
        let drawn = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    let bands = MeterBlock.bands(of: MeterBlock.Reference(bitPattern: address)!)
                    return (0..<50_000).count { _ in MeterBand.draw(bands, 1, at: 0) }
                }
            }
            return await group.reduce(0, +)
        }
        #expect(drawn == 100_000)
    }

    private func run(
        _ meter: DatapathMeter, _ frame: [UInt8], _ count: Int
    ) -> (sent: [[UInt8]], drops: [DropReason], statistics: DatapathMeterStatistics) {
        let rig = ProcessorRig()
        let block = MeterBlock.make(meter, now: 1, hertz: Self.hertz)
        defer { MeterBlock.free(block) }
        rig.processor.pointee.setMeter(7, block)
        rig.add(ProcessorRig.key(frame), ProcessorRig.layer2Mask, [.meter(7), .output(PortID(rawValue: 2))])
        rig.process(Array(repeating: frame, count: count), now: 1)
        rig.processor.pointee.setMeter(7, nil)
        let sink = rig.processor.pointee.sink.sent(2).map { DatapathTests.frame(of: $0) }
        let drops = rig.processor.pointee.sink.drops.map(\.reason)
        rig.process([frame], now: 1)
        #expect(rig.processor.pointee.sink.sent(2).count == sink.count + 1)
        return (sink, drops, MeterBlock.statistics(of: block))
    }

    @Test func whatExceedsIsDroppedAndCounted() {
        let result = run(DatapathMeter(countsPackets: true, bands: [.init(rate: 1, burst: 12)]), datagram(1), 30)
        #expect(result.sent.count == 12)
        #expect(result.drops == [DropReason](repeating: .meter, count: 18))
        #expect(result.statistics.packets == 30)
        #expect(result.statistics.bytes == 1800)
        #expect(result.statistics.bands == [.init(packets: 18, bytes: 1080)])
    }

    @Test func bytesAreCountedAsBits() {
        // 60 bytes each: 480 bits of 1000 go twice.
        let result = run(DatapathMeter(countsPackets: false, bands: [.init(rate: 1, burst: 1)]), datagram(1), 5)
        #expect(result.sent.count == 2)
    }

    @Test func ofTwoBandsTheHigherApplies() {
        let frame = PacketBuilder(source: MACAddress(number: 1), destination: MACAddress(number: 2))
            .ipv4(from: IPv4Address(1, 1, 1, 1), to: IPv4Address(2, 2, 2, 2), tos: 10 << 2 | 1).udp(from: 1, to: 2)
            .bytes(minimum: 60)
        let remarked = PacketBuilder(source: MACAddress(number: 1), destination: MACAddress(number: 2))
            .ipv4(from: IPv4Address(1, 1, 1, 1), to: IPv4Address(2, 2, 2, 2), tos: 12 << 2 | 1).udp(from: 1, to: 2)
            .bytes(minimum: 60)
        let bands: [DatapathMeter.Band] = [.init(rate: 10, burst: 4, remarkLevels: 1), .init(rate: 20, burst: 6)]
        for bands in [bands, bands.reversed()] {
            let result = run(DatapathMeter(countsPackets: true, bands: bands), frame, 10)
            #expect(result.sent == Array(repeating: frame, count: 4) + Array(repeating: remarked, count: 2))
            #expect(result.drops.count == 4)
            let expected: [DatapathMeterStatistics.Band] = [
                .init(packets: 2, bytes: 120), .init(packets: 4, bytes: 240),
            ]
            #expect(result.statistics.bands == (bands[0].rate == 10 ? expected : expected.reversed()))
        }
    }

    @Test func remarksKeepToTheirClass() {
        for (before, levels, after) in [
            (10, 1, 12), (10, 2, 14), (10, 3, 14), (14, 1, 14), (34, 1, 36), (18, 0, 18), (0, 1, 0), (46, 2, 46),
            (8, 1, 8), (42, 1, 42),
        ] as [(UInt8, UInt32, UInt8)] {
            #expect(DSCPRemark.remarked(before << 2 | 3, levels) == after << 2 | 3)
        }
    }

    @Test func remarksOverIPv6() {
        let build = { (dscp: UInt8) in
            PacketBuilder(source: MACAddress(number: 1), destination: MACAddress(number: 2)).vlan(5)
                .ipv6(
                    from: IPv6Address(high: 1, low: 2), to: IPv6Address(high: 3, low: 4), trafficClass: dscp << 2 | 2,
                    label: 0xfffff
                )
                .udp(from: 1, to: 2).bytes()
        }
        let rig = ProcessorRig()
        let mbuf = rig.fakes.make(build(26))
        DSCPRemark.apply(mbuf, levels: 1)
        #expect(frame(of: mbuf) == build(28))
    }
}
