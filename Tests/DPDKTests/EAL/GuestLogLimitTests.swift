import CDPDK
import Testing

@testable import DPDK

@Suite struct GuestLogLimitTests {
    private func line(_ path: String, _ text: String = "read message VHOST_USER_SET_STATUS") -> EALMessage {
        EALMessage(level: UInt32(CDPDK_LOG_INFO), text: "VHOST_CONFIG: (\(path)) \(text)")
    }

    @Test("One socket's flood is cut, another's lines are not")
    func flood() {
        var limit = GuestLogLimit()
        let lines = (0..<10_000).reduce(0) { count, _ in count + (limit.admit(line("/run/a"))?.count ?? 0) }
        #expect((GuestLogLimit.burst...GuestLogLimit.burst + 100).contains(lines))
        #expect(limit.admit(line("/run/b"))?.count == 1)
    }

    @Test("Other lines are none of a socket's", arguments: ["EAL: (x) no", "VHOST_CONFIG: no path", ""])
    func others(text: String) {
        #expect(GuestLogLimit.path(in: text) == nil)
    }

    @Test("The path stands between brackets")
    func path() {
        #expect(GuestLogLimit.path(in: line("/run/a b").text) == "/run/a b")
    }
}
