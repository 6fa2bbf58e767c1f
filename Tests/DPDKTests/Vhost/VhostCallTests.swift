import CDPDK
import CLinux
import Dispatch
import Glibc
import Testing

@Suite struct VhostCallTests {
    private func count(_ event: Int32) -> UInt64 {
        var value: UInt64 = 0
        return read(event, &value, 8) == 8 ? value : 0
    }

    @Test func callsAreCounted() {
        cdpdk_vhost_call_open()
        let event = cl_event_open()
        defer { close(event) }
        let before = cdpdk_vhost_calls()
        // More than are on their way at once.
        for _ in 0..<5000 { cdpdk_vhost_call(event) }
        #expect(count(event) == 5000)
        #expect(cdpdk_vhost_calls() >= before + 5000)
    }

    /// The frontend has made its eventfd one that blocks, and filled it: that keeps nobody.
    @Test func nobodyWaitsForAFullEvent() {
        cdpdk_vhost_call_open()
        let event = cl_event_open()
        defer { close(event) }
        #expect(fcntl(event, F_SETFL, 0) == 0)
        var most = UInt64.max - 1
        #expect(write(event, &most, 8) == 8)
        let done = DispatchSemaphore(value: 0)
        DispatchQueue.global().async {
            cdpdk_vhost_call(event)
            done.signal()
        }
        let result = done.wait(timeout: .now() + .seconds(20))
        #expect(result == .success)
        // Lets go whoever waits nevertheless.
        #expect(count(event) >= most)
        if result != .success { done.wait() }
    }

    /// What is no eventfd is written to.
    @Test func pipes() throws {
        cdpdk_vhost_call_open()
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        defer { ends.forEach { close($0) } }
        cdpdk_vhost_call(ends[1])
        #expect(count(ends[0]) == 1)
    }
}
