import Testing

@testable import MemoryPlan

@Suite struct BufferClassTests {
    @Test(arguments: [
        (68, 1024, 1006), (1500, 2048, 2030), (2022, 2048, 2030), (2023, 3072, 3054), (9000, 9216, 9198),
        (9702, 9728 + 512, 10222),
    ])
    func sizes(_ mtu: Int, _ usable: Int, _ nominal: Int) {
        #expect(BufferClass(mtu: mtu).usableBytes == usable)
        #expect(BufferClass(mtu: mtu).nominalMTU == nominal)
    }

    @Test(arguments: [Int.min, -1, Int.max])
    func absurdMTUsDoNotTrap(_ mtu: Int) {
        #expect(BufferClass(mtu: mtu).usableBytes % 1024 == 0)
    }

    @Test func rangeIsOVSs() {
        #expect(BufferClass.mtuRange == 68...9702)
    }
}
