import Testing

@testable import MemoryPlan

@Suite struct PoolFootprintTests {
    /// What `rte_malloc_get_socket_stats` of a live DPDK 22.11 told before and after each pool was made, with each page
    /// a piece of its own at worst.
    @Test(arguments: [
        (2048, 262_144, 626_475_584), (10240, 16_384, 174_868_288), (4096, 65_536, 292_079_168),
        (2048, 24_576, 59_561_088),
    ])
    func neverLessThanDPDKTookAndHardlyMore(_ usable: Int, _ count: Int, _ took: Int) {
        let bytes = PoolFootprint(dataRoom: usable + 128, count: count).bytes
        #expect(bytes >= took)
        #expect(Double(bytes) <= Double(took) * 1.005)
    }

    @Test(arguments: [
        (2176, 4, 2368), (2304, 4, 2496), (10368, 4, 10560), (2176, 6, 2368), (2240, 6, 2624), (2176, 1, 2368),
    ])
    func stridesHaveNoFactorInCommonWithTheChannels(_ dataRoom: Int, _ channels: Int, _ stride: Int) {
        #expect(PoolFootprint.stride(dataRoom: dataRoom, channels: channels) == stride)
    }

    @Test func withoutHugepagesNothingIsLostAtPagesEnds() {
        let small = PoolFootprint(dataRoom: 2176, count: 1000, layout: .init(pageBytes: 0))
        #expect(small.bufferBytes < PoolFootprint(dataRoom: 2176, count: 1000).bufferBytes)
        #expect(small.bufferBytes >= 1000 * small.stride)
    }

    @Test func absurdCountsDoNotTrap() {
        #expect(PoolFootprint(dataRoom: -5, count: -1).count == 1)
        #expect(PoolFootprint(dataRoom: 10_368, count: 1 << 20, layout: .init(pageBytes: 4096)).bytes > 10 << 30)
    }
}
