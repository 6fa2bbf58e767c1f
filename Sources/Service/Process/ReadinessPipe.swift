import Glibc
import Program

/// Tells the process that forked this one that it may report success: one byte through a pipe.
///
/// Made before the fork; afterwards the parent calls ``wait()``, the child ``becomeChild()`` and, once, ``signal()``.
struct ReadinessPipe: Sendable {
    private let reader: Int32
    private let writer: Int32

    init() throws(ManagementError) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            throw ManagementError(errno: errno, "pipe failed (\(ManagementError.text(errno)))")
        }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        reader = ends[0]
        writer = ends[1]
    }

    /// In the child: gives up the end that is the parent's.
    func becomeChild() {
        close(reader)
    }

    /// In the parent: true when the child is ready, false when it ended before.
    ///
    /// - Parameter isForwarding: termination signals, which are blocked then, are passed on to `child` meanwhile.
    func wait(for child: pid_t, isForwarding: Bool) -> Bool {
        close(writer)
        defer { close(reader) }
        var poller = pollfd(fd: reader, events: Int16(POLLIN), revents: 0)
        while poll(&poller, 1, isForwarding ? 100 : -1) <= 0 {
            if isForwarding, let number = TerminationSignals.wait(timeout: .zero) { kill(child, number) }
        }
        var byte: UInt8 = 0
        while true {
            let count = read(reader, &byte, 1)
            if count < 0, errno == EINTR { continue }
            return count == 1
        }
    }

    /// In the child: it is ready.
    func signal() {
        var byte: UInt8 = 1
        _ = write(writer, &byte, 1)
        close(writer)
    }

    /// In a child of the child: leaves the telling to that one.
    func abandon() {
        close(writer)
    }
}
