import Control
import Synchronization

/// How packet threads call control: rung from the sleeping thread, for itself and for the PMD threads that it watches,
/// which make no system calls. Rings while control is already on its way are one.
final class Doorbell: Sendable {
    private let isRung = Atomic<Bool>(false)
    private let answer: @Sendable @ControlActor () -> Void

    /// `answer` runs on the control thread after each ring.
    init(_ answer: @escaping @Sendable @ControlActor () -> Void) { self.answer = answer }

    /// From any thread that may make system calls.
    func ring() {
        guard !isRung.exchange(true, ordering: .acquiringAndReleasing) else { return }
        ControlActor.enqueue { [self] in
            isRung.store(false, ordering: .sequentiallyConsistent)
            answer()
        }
    }
}
