import Testing

@testable import Datapath

@Suite struct PoolWatchTests {
    private let port = PortID(rawValue: 3)
    private let start = ContinuousClock.now

    @Test func nothingIsSaidOfPortsThatFindBuffers() {
        var watch = PoolWatch()
        for second in 0..<5 {
            #expect(watch.look([port: [.receiving: 0]], now: start + .seconds(second)).isEmpty)
        }
    }

    @Test func onceAMinuteWithAllThatHappenedSince() {
        var watch = PoolWatch()
        #expect(watch.look([port: [.receiving: 5, .copying: 1]], now: start) == [port: [.receiving: 5, .copying: 1]])
        #expect(watch.look([port: [.receiving: 9, .copying: 1]], now: start + .seconds(30)).isEmpty)
        #expect(
            watch.look([port: [.receiving: 20, .copying: 1]], now: start + .seconds(60)) == [port: [.receiving: 15]])
        #expect(watch.look([port: [.receiving: 20, .copying: 1]], now: start + .seconds(200)).isEmpty)
    }

    @Test func aDeviceThatForgetsCountsAnew() {
        var watch = PoolWatch()
        _ = watch.look([port: [.receiving: 100]], now: start)
        #expect(watch.look([port: [.receiving: 3]], now: start + .seconds(90)) == [port: [.receiving: 3]])
    }

    @Test func portsAreApartAndForgottenWhenTheyGo() {
        var watch = PoolWatch()
        let other = PortID(rawValue: 4)
        _ = watch.look([port: [.receiving: 1]], now: start)
        #expect(
            watch.look([port: [.receiving: 2], other: [.sending: 1]], now: start + .seconds(5)) == [
                other: [.sending: 1]
            ])
        _ = watch.look([:], now: start + .seconds(6))
        #expect(watch.look([port: [.receiving: 1]], now: start + .seconds(7)) == [port: [.receiving: 1]])
    }

    @Test func theLineHasThePoolsFigures() {
        let pool = PacketMemory.Pool(
            name: "ovs_mp_2030_0_16384", identifier: "x", node: 0, users: ["vm1"], isShared: true, requested: 262144,
            granted: 16384, bufferBytes: 2048, bytes: 0, available: 2, inUse: 16382,
            holders: [
                BufferHolder(.free, "", 2), BufferHolder(.guestRing, "vm1", 0), BufferHolder(.control, "", 10),
                BufferHolder(.transmitRing, "p0 queue 0", 16372),
                BufferHolder(.receiveRing, "p1 queue 0", 2048, isBound: true),
            ])
        #expect(
            PoolWatch.text(port: "vm1", [.receiving: 7, .sending: 1], pool: pool)
                == "vm1: Failed to allocate memory for mbuf: 7 times while receiving, 1 times while sending for the "
                + "controller; mempool \"ovs_mp_2030_0_16384\" has 2 of 16384 mbufs free, held by transmit ring p0 "
                + "queue 0: 16372, control: 10")
    }
}
