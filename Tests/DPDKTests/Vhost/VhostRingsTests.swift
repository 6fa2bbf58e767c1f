import CDPDK
import Dispatch
import Glibc
import Testing

@testable import DPDK

@Suite struct VhostRingsTests {
    /// A ring's memory, for closures that run elsewhere.
    private struct Raw: @unchecked Sendable {
        let ring: UnsafeMutablePointer<cdpdk_vhost_ring>
    }

    /// A ring is one thread's at a time, and nobody's before control has opened it.
    @Test func oneAtATime() {
        let rings = VhostRings(device: -1)
        let ring = rings.memory(of: 3)
        #expect(rings.memory(of: 3) == ring)
        #expect(cdpdk_vhost_ring_enter(ring) == 0)
        #expect(cdpdk_vhost_ring_is_closed(ring) == 1)
        cdpdk_vhost_ring_open(ring)
        #expect(cdpdk_vhost_ring_enter(ring) == 1)
        #expect(cdpdk_vhost_ring_enter(ring) == 0)
        #expect(cdpdk_vhost_ring_is_closed(ring) == 0)
        cdpdk_vhost_ring_leave(ring)
        #expect(cdpdk_vhost_ring_enter(ring) == 1)
    }

    /// Who takes a ring away waits for the thread that is within it.
    @Test func takingAwayWaits() {
        let rings = VhostRings(device: -1)
        let raw = Raw(ring: rings.memory(of: 0))
        cdpdk_vhost_ring_open(raw.ring)
        #expect(cdpdk_vhost_ring_enter(raw.ring) == 1)
        let done = DispatchSemaphore(value: 0)
        withExtendedLifetime(rings) {
            DispatchQueue.global().async {
                cdpdk_vhost_ring_close(raw.ring)
                done.signal()
            }
            // It is announced before it is waited for: a thread that comes now does not wait.
            let deadline = DispatchTime.now() + .seconds(20)
            while cdpdk_vhost_ring_is_closed(raw.ring) == 0, .now() < deadline { usleep(1000) }
            #expect(cdpdk_vhost_ring_is_closed(raw.ring) == 1)
            #expect(done.wait(timeout: .now() + .milliseconds(100)) == .timedOut)
            cdpdk_vhost_ring_leave(raw.ring)
            #expect(done.wait(timeout: .now() + .seconds(20)) == .success)
            #expect(cdpdk_vhost_ring_enter(raw.ring) == 0)
        }
    }

    /// The library does not know the device: its rings stay closed, whatever is said of them.
    @Test func withoutADeviceNothingOpens() {
        let rings = VhostRings(device: -1)
        rings.setReady(0, true)
        rings.open()
        #expect(cdpdk_vhost_ring_enter(rings.memory(of: 0)) == 0)
    }

    @Test func whatIsAnnouncedWaits() {
        let rings = VhostRings(device: -1)
        rings.announce(0xffff_0605_0403_0201)
        #expect(rings.memory(of: 1).pointee.announcement == 0x1_0605_0403_0201)
    }

    /// The library answers the message that stops a ring before it says so itself.
    @Test func messageThatStopsARing() {
        func stopped(_ request: UInt32, _ ring: UInt32, _ state: UInt32) -> Int? {
            var raw = cdpdk_vhost_message()
            raw.request = request
            raw.size = 8
            withUnsafeMutableBytes(of: &raw.payload) {
                $0.storeBytes(of: ring, as: UInt32.self)
                $0.storeBytes(of: state, toByteOffset: 4, as: UInt32.self)
            }
            return withUnsafeMutablePointer(to: &raw) { VhostRequest.ringStopped(by: VhostMessage($0)) }
        }
        #expect(stopped(18, 3, 0) == 3)
        #expect(stopped(18, 3, 1) == nil)
        #expect(stopped(8, 3, 0) == nil)
    }

    @Test func messagesThatChangeRings() {
        let changing = (0...40).compactMap { VhostRequest(rawValue: $0) }.filter(\.changesRings)
        #expect(
            changing.contains(.setMemoryTable) && changing.contains(.getRingBase) && changing.contains(.setRingCall))
        #expect(!changing.contains(.getFeatures) && !changing.contains(.enableRing) && !changing.contains(.sendRARP))
    }
}
