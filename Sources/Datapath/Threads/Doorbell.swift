import Control
import Synchronization

/// How packet threads call control: rung from the sleeping thread, for itself and for the PMD threads that it watches,
/// which make no system calls. Rings while control is already on its way are one.
final class Doorbell: Sendable {
    /// An answer that takes longer makes the next one wait.
    private static let shortAnswer: Duration = .microseconds(200)
    /// For so long: the event loop looks at connections only when no task is due at once.
    private static let pause: Duration = .microseconds(50)

    private let isRung = Atomic<Bool>(false)
    /// Before that no answer begins.
    @ControlActor private var rest: ContinuousClock.Instant?
    private let answer: @Sendable @ControlActor () -> Void

    /// `answer` runs on the control thread after each ring.
    init(_ answer: @escaping @Sendable @ControlActor () -> Void) { self.answer = answer }

    /// From any thread that may make system calls.
    func ring() {
        guard !isRung.exchange(true, ordering: .acquiringAndReleasing) else { return }
        ControlActor.enqueue { [self] in open() }
    }

    @ControlActor
    private func open() {
        let begin = ContinuousClock.now
        if let rest, rest > begin {
            Task {
                await ControlActor.pause(begin.duration(to: rest))
                open()
            }
            return
        }
        isRung.store(false, ordering: .sequentiallyConsistent)
        answer()
        let end = ContinuousClock.now
        rest = begin.duration(to: end) > Self.shortAnswer ? end + Self.pause : nil
    }
}
