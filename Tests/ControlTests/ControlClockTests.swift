import Testing

@testable import Control

@Suite struct ControlClockTests {
    @ControlActor
    final class Count {
        var value = 0
    }

    @Test("A clock that nobody may turn runs on")
    @ControlActor func untouched() async {
        let clock = ControlClock()
        clock.stop()
        #expect(!clock.isStopped)
        let before = clock.now
        clock.advance(by: .seconds(3600))
        #expect(before.duration(to: clock.now) < .seconds(60))
    }

    @Test("A stopped clock moves only when told, and by as much")
    @ControlActor func stopped() async {
        let clock = ControlClock()
        clock.isTurnable = true
        clock.stop()
        let start = clock.now
        await ControlActor.pause(.milliseconds(5))
        #expect(clock.now == start)
        clock.advance(by: .milliseconds(1500))
        #expect(start.duration(to: clock.now) == .milliseconds(1500))
    }

    @Test("Repeating timers are called once for each step that they are due in, single ones once")
    @ControlActor func timers() async {
        let clock = ControlClock()
        clock.isTurnable = true
        clock.stop()
        let repeated = Count()
        let single = Count()
        let timer = ControlTimer(every: .seconds(1), clock: clock) { repeated.value += 1 }
        let once = ControlTimer(after: .milliseconds(2500), clock: clock) { single.value += 1 }
        clock.advance(by: .milliseconds(999))
        #expect(repeated.value == 0)
        clock.advance(by: .milliseconds(1))
        #expect(repeated.value == 1)
        clock.advance(by: .seconds(10))
        #expect(repeated.value == 2 && single.value == 1)
        // Due one second after it was last called.
        clock.advance(by: .milliseconds(999))
        #expect(repeated.value == 2)
        clock.advance(by: .milliseconds(1))
        #expect(repeated.value == 3 && single.value == 1)
        timer.cancel()
        once.cancel()
        clock.advance(by: .seconds(10))
        #expect(repeated.value == 3)
    }

    @Test("While the clock stands still, real time calls only what does not go by the clock")
    @ControlActor func paces() async {
        let clock = ControlClock()
        clock.isTurnable = true
        clock.stop()
        let counts = [Count(), Count(), Count()]
        let timers = [ControlTimer.Pace.clock, .machine, .both].enumerated().map { index, pace in
            ControlTimer(after: .milliseconds(1), pace: pace, clock: clock) { counts[index].value += 1 }
        }
        await ControlActor.pause(.milliseconds(50))
        #expect(counts.map(\.value) == [0, 1, 1])
        clock.advance(by: .milliseconds(1))
        #expect(counts.map(\.value) == [1, 1, 1])
        for timer in timers { timer.cancel() }
    }

    @Test("A timer that another one cancels is not called")
    @ControlActor func cancelled() async {
        let clock = ControlClock()
        clock.isTurnable = true
        clock.stop()
        let count = Count()
        let later = ControlTimer(after: .seconds(2), clock: clock) { count.value += 1 }
        let earlier = ControlTimer(after: .seconds(1), clock: clock) { later.cancel() }
        clock.advance(by: .seconds(3))
        #expect(count.value == 0)
        earlier.cancel()
    }
}
