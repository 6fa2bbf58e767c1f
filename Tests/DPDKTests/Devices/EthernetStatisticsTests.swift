import DPDK
import Testing

@Suite struct EthernetStatisticsTests {
    @Test func whatACounterLostIsGivenBack() {
        var before = EthernetStatistics()
        before.receivedPackets = 100
        before.receivedBytes = 6000
        before.missed = 3
        var after = before
        after.receivedPackets = 40
        after.receivedBytes = 7000
        after.missed = 3
        let lost = before.lost(in: after)
        #expect(lost.receivedPackets == 60)
        #expect(lost.receivedBytes == 0 && lost.missed == 0)
        #expect(after.adding(lost).receivedPackets == 100)
        #expect(after.adding(lost).receivedBytes == 7000)
    }
}
