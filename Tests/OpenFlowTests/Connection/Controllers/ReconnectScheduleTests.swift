import Testing

@testable import OpenFlow

@Suite struct ReconnectScheduleTests {
    private let start = ContinuousClock.now

    @Test func waitsDoubleUpToTheMaximum() {
        var schedule = ReconnectSchedule(maximum: .seconds(8))
        var waits: [Int64] = []
        var texts: [String?] = []
        for _ in 0..<6 {
            schedule.attempting(now: start)
            texts.append(schedule.ended(neverBegan: true, now: start))
            waits.append(schedule.backoff.components.seconds)
        }
        #expect(waits == [1, 2, 4, 8, 8, 8])
        #expect(
            texts == [
                "waiting 1 seconds before reconnect", "waiting 2 seconds before reconnect",
                "waiting 4 seconds before reconnect",
                "continuing to retry connections in the background but suppressing further logging", nil, nil,
            ])
        #expect(!schedule.isTelling && schedule.attemptLimit == .seconds(8))
    }

    @Test func aConnectionThatLivedStartsAnew() {
        var schedule = ReconnectSchedule(maximum: .seconds(8))
        for _ in 0..<3 { _ = schedule.ended(neverBegan: true, now: start) }
        #expect(schedule.backoff == .seconds(4))
        schedule.attempting(now: start)
        #expect(schedule.ended(neverBegan: false, now: start + .seconds(5)) == nil)
        #expect(schedule.backoff == .seconds(1))
        schedule.attempting(now: start)
        #expect(schedule.ended(neverBegan: false, now: start + .milliseconds(999)) != nil)
        #expect(schedule.backoff == .seconds(2))
    }

    @Test func aTimeoutIsNoLife() {
        var schedule = ReconnectSchedule(maximum: .seconds(8))
        schedule.attempting(now: start)
        _ = schedule.ended(neverBegan: true, now: start + .seconds(60))
        schedule.attempting(now: start)
        _ = schedule.ended(neverBegan: true, now: start + .seconds(60))
        #expect(schedule.backoff == .seconds(2))
    }
}
