import Testing

@testable import Datapath

@Suite struct MissSharesTests {
    /// Puts as much of `wanted` into a ring of so many places as a port may, and returns how much that was.
    private func fill(_ shares: MissShares, places: Int, _ ring: inout [UInt32], _ port: UInt32, wanted: Int) -> Int {
        let count = min(wanted, shares.room(port, free: places - ring.count))
        ring += [UInt32](repeating: port, count: count)
        shares.send(port, count)
        return count
    }

    @Test func aFloodLeavesHalfTheRing() {
        let shares = MissShares()
        defer { shares.deallocate() }
        var ring: [UInt32] = []
        for _ in 0..<1000 { _ = fill(shares, places: 4095, &ring, 7, wanted: 32) }
        #expect(ring.count <= 2048 && ring.count > 2000)
        #expect(fill(shares, places: 4095, &ring, 8, wanted: 32) == 32)
    }

    @Test func floodsShareAlikeAndAQuietPortIsNeverTurnedAway() {
        let shares = MissShares()
        defer { shares.deallocate() }
        var ring: [UInt32] = []
        var served = [UInt32: Int]()
        for _ in 0..<5000 {
            for port in [1, 2, 3] as [UInt32] { _ = fill(shares, places: 1023, &ring, port, wanted: 32) }
            #expect(fill(shares, places: 1023, &ring, 9, wanted: 1) == 1)
            for port in ring.prefix(16) {
                shares.take(port)
                served[port, default: 0] += 1
            }
            ring.removeFirst(min(16, ring.count))
        }
        let floods = [1, 2, 3].map { served[$0, default: 0] }
        #expect((floods.min() ?? 0) * 10 > (floods.max() ?? 0) * 8)
        #expect(served[9, default: 0] > 4500)
    }
}
