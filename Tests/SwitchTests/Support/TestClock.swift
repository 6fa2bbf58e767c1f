import Control

/// A clock that moves when told.
@ControlActor
final class TestClock {
    private(set) var now = ContinuousClock.now

    func advance(_ duration: Duration) { now += duration }
}
