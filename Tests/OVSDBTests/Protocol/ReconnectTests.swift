import Testing

@testable import OVSDB

@Suite struct ReconnectTests {
    let log = CapturedLog()

    private func make() -> Reconnect { Reconnect(name: "unix:/x", logger: log.logger("reconnect")) }

    @Test func failuresDoubleTheWaitAndFallSilent() {
        var reconnect = make()
        var waits: [Duration] = []
        for _ in 0..<6 {
            reconnect.attempting()
            waits.append(reconnect.ended(.refused("No such file or directory")))
        }
        #expect(waits == [.seconds(1), .seconds(2), .seconds(4), .seconds(8), .seconds(8), .seconds(8)])
        #expect(
            log.lines.map(\.text) == [
                "unix:/x: connecting...", "unix:/x: connection attempt failed (No such file or directory)",
                "unix:/x: connecting...", "unix:/x: connection attempt failed (No such file or directory)",
                "unix:/x: waiting 2 seconds before reconnect",
                "unix:/x: connecting...", "unix:/x: connection attempt failed (No such file or directory)",
                "unix:/x: waiting 4 seconds before reconnect",
                "unix:/x: connecting...", "unix:/x: connection attempt failed (No such file or directory)",
                "unix:/x: continuing to reconnect in the background but suppressing further logging",
            ])
        #expect(log.lines.allSatisfy { $0.level == .info })
    }

    @Test func aLastingConnectionResetsTheWait() {
        var reconnect = make()
        for _ in 0..<5 { _ = reconnect.ended(.timedOut) }
        let now = ContinuousClock.now
        reconnect.succeeded(now: now)
        reconnect.activity(now: now.advanced(by: .seconds(60)))
        #expect(reconnect.idle(now: now.advanced(by: .seconds(63))) == .seconds(3))
        #expect(reconnect.ended(.peer) == .seconds(1))
        // One that broke at once does not.
        reconnect.succeeded(now: now)
        #expect(reconnect.ended(.dropped("Protocol error")) == .seconds(2))
        let levels = log.lines.filter { $0.text.contains("dropped") || $0.text.contains("closed") }.map(\.level)
        #expect(levels == [.info, .warning])
    }

    @Test func remotesAreUnderstood() throws {
        #expect(try Remote("unix:/a b:c").address == .unix(path: "/a b:c"))
        #expect(try Remote("tcp:1.2.3.4:99").address == .tcp(host: "1.2.3.4", port: 99))
        #expect(try Remote("tcp:1.2.3.4").address == .tcp(host: "1.2.3.4", port: 6640))
        #expect(try Remote("tcp:[::1]:99").address == .tcp(host: "::1", port: 99))
        #expect(try Remote("tcp:[::1]").address == .tcp(host: "::1", port: 6640))
        for text in [
            "", "x", "unix:", "tcp:", "tcp::5", "tcp:h:0", "tcp:h:65536", "tcp:h:x", "tcp:[::1]x", "udp:x",
            "ssl:",
        ] {
            #expect(throws: OVSDBError.self, "\(text)") { try Remote(text) }
        }
    }
}
