import Control
import Testing

@testable import Service

@Suite struct CoverageTests {
    @Test @ControlActor func rates() {
        let coverage = Coverage()
        let packets = coverage.counter("netdev_received")
        packets.add(10)
        coverage.sample()
        packets.add(5)
        #expect(coverage.totals()["netdev_received"] == 15)
        let line = coverage.table().split(separator: "\n")[1]
        #expect(
            line == "netdev_received            2.0/sec     0.167/sec        0.0028/sec   total: 15")
        coverage.sample()
        #expect(
            coverage.table().contains("netdev_received            1.0/sec     0.250/sec        0.0042/sec   total: 15"))
        for _ in 0..<12 { coverage.sample() }
        #expect(
            coverage.table().contains("netdev_received            0.0/sec     0.000/sec        0.0042/sec   total: 15"))
        for _ in 0..<720 { coverage.sample() }
        #expect(
            coverage.table().contains("netdev_received            0.0/sec     0.000/sec        0.0000/sec   total: 15"))
        #expect(coverage.table().hasSuffix("\n3 events never hit\n"))
    }

    @Test @ControlActor func sourcesThatBeginAnew() {
        let coverage = Coverage()
        let holder = Holder()
        coverage.add { [("port_rx", holder.total)] }
        holder.total = 100
        coverage.sample()
        holder.total = 5
        coverage.sample()
        #expect(coverage.table().contains("port_rx                    1.0/sec     1.750/sec"))
    }

    @ControlActor private final class Holder {
        var total: UInt64 = 0
    }

    @Test func decimals() {
        #expect(Decimal.text(0, places: 1) == "0.0")
        #expect(Decimal.text(1.0 / 3, places: 4) == "0.3333")
        #expect(Decimal.text(2.999, places: 1) == "3.0")
        #expect(Decimal.text(12.05, places: 0) == "12")
        #expect(Decimal.text(.infinity, places: 1) == "inf")
    }
}
