import Control
import Glibc
import Testing

@testable import Service

@Suite struct WatchdogTests {
    @Test("Only a thread that was really held up is reported")
    @ControlActor func blocking() async throws {
        let coverage = Coverage()
        let watchdog = Watchdog(
            on: ControlActor.shared.eventLoop, coverage: coverage.longPolls, limit: .milliseconds(300),
            period: .milliseconds(20))
        watchdog.start()
        try await Task.sleep(for: .milliseconds(200))
        #expect(coverage.totals()["long_poll_interval"] == 0)
        usleep(400_000)
        try await Task.sleep(for: .milliseconds(200))
        #expect(coverage.totals()["long_poll_interval"] == 1)
    }
}
