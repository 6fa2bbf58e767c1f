import Synchronization
import Testing

@testable import DPDK

@Suite struct VhostInboxTests {
    private final class Count: Sendable {
        let value = Mutex(0)
        func add() { value.withLock { $0 += 1 } }
        var now: Int { value.withLock { $0 } }
    }

    @Test func manyChangesAreOneAnnouncement() {
        let announced = Count()
        let inbox = VhostInbox { announced.add() }
        let device = VhostDevice(number: 3)
        inbox.connected()
        for turn in 0..<1000 { inbox.ring(turn % 4, isEnabled: turn % 3 == 0) }
        inbox.ready(device)
        #expect(announced.now == 1)
        let (state, releases) = inbox.take()
        #expect(state.device == device && state.rings.count == 4 && state.changes == 1)
        #expect(releases.isEmpty)
        inbox.ring(0, isEnabled: false)
        #expect(announced.now == 2)
    }

    @Test func aDeviceThatGoesIsAnnouncedAlwaysAndReleasedByTheOneWhoLooks() {
        let (announced, released) = (Count(), Count())
        let inbox = VhostInbox { announced.add() }
        inbox.ready(VhostDevice(number: 0))
        inbox.ring(1, isEnabled: true)
        inbox.gone(VhostDevice(number: 0)) { released.add() }
        #expect(announced.now == 2)
        #expect(inbox.isAwaited)
        let (state, releases) = inbox.take()
        #expect(state.device == nil && state.rings.isEmpty && state.changes == 2)
        #expect(released.now == 0)
        for release in releases { release() }
        #expect(released.now == 1 && !inbox.isAwaited)
    }

    @Test func nobodyWaitsForOneWhoDoesNotLookAnyMore() {
        let released = Count()
        let inbox = VhostInbox {}
        inbox.gone(VhostDevice(number: 0)) { released.add() }
        inbox.abandon()
        #expect(released.now == 1)
        inbox.gone(VhostDevice(number: 0)) { released.add() }
        #expect(released.now == 2)
    }

    @Test func ringsOfAnEarlierConnectionAreForgotten() {
        let inbox = VhostInbox {}
        inbox.ring(1, isEnabled: true)
        inbox.connected()
        #expect(inbox.take().0.rings.isEmpty)
    }
}
