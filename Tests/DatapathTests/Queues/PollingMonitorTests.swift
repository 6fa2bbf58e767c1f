import Testing

@testable import Datapath

@Suite struct PollingMonitorTests {
    private let queue = PollingMonitor.QueueKey(port: PortID(rawValue: 1), index: 0)
    private let thread = ThreadID(core: 3)

    @Test func aMinuteIsRememberedAndNoMore() {
        var history = LoadHistory(from: 100)
        for step in 1...20 { history.close(at: 100 + UInt64(step) * 10) }
        #expect(history.sum() == 120)
        #expect(history.sum(2) == 20)
        #expect(history.measured == LoadHistory.intervals)
    }

    @Test func aCountThatBeginsAnewIsTakenAsItIs() {
        var history = LoadHistory(from: 0)
        history.close(at: 500)
        history.close(at: 30)
        #expect(history.latest == 30)
        #expect(history.sum() == 530)
    }

    @Test func aThreadIsOverloadedAfterAMinuteOnEnd() {
        var monitor = PollingMonitor()
        for step in 1...UInt64(LoadHistory.intervals) {
            #expect(!monitor.hasOverload)
            monitor.close(
                queues: [queue: step * 960], threads: [thread: (busy: step * 960, all: step * 1000)], threshold: 95)
        }
        #expect(monitor.hasOverload)
        #expect(monitor.cycles(of: queue) == UInt64(LoadHistory.intervals) * 960)
        let last = UInt64(LoadHistory.intervals)
        monitor.close(
            queues: [:], threads: [thread: (busy: last * 960 + 900, all: (last + 1) * 1000)], threshold: 95)
        #expect(!monitor.hasOverload)
        #expect(monitor.cycles(of: queue) == 0)
    }

    @Test func aBetterPlanLowersTheVariance() {
        let cores = [QueueScheduler.Core(number: 1, node: 0), QueueScheduler.Core(number: 2, node: 0)]
        let balance = LoadBalance(capacity: [1: 100, 2: 100], cores: cores)
        // 90 and 10 per cent against 50 and 50.
        #expect(balance.improvement([40, 50, 10], from: [1, 1, 2], to: [1, 2, 1], isolated: []) == 100)
        #expect(balance.improvement([40, 50, 10], from: [1, 2, 1], to: [1, 1, 2], isolated: []) == 0)
        #expect(balance.improvement([40, 50, 10], from: [1, 1, 2], to: [1, 2, 1], isolated: [1, 2]) == 0)
    }
}
