import Glibc

/// When to try again to connect to a socket on which nobody has listened.
///
/// Who begins to listen makes the file anew, mostly. While it is the one at which nobody was, attempts, each with its
/// lines in the log, become rarer.
struct VhostPatience {
    /// What tells a socket's file from another one at the same path.
    struct File: Equatable {
        let number: UInt
        /// When it was made or changed, in nanoseconds.
        let changed: Int64

        /// The socket at a path; nil when there is none.
        init?(path: String) {
            var attributes = stat()
            guard stat(path, &attributes) == 0, attributes.st_mode & S_IFMT == S_IFSOCK else { return nil }
            self.init(
                number: attributes.st_ino,
                changed: Int64(attributes.st_ctim.tv_sec) &* 1_000_000_000 &+ Int64(attributes.st_ctim.tv_nsec))
        }

        init(number: UInt, changed: Int64) {
            self.number = number
            self.changed = changed
        }
    }

    private static let longest = Duration.seconds(60)

    private var file: File?
    private var pause = Duration.zero
    private var due: ContinuousClock.Instant?

    /// Whether it is time to try.
    func allows(_ file: File, now: ContinuousClock.Instant = .now) -> Bool {
        guard file == self.file, let due else { return true }
        return now >= due
    }

    /// Nobody listened.
    mutating func refused(_ file: File, now: ContinuousClock.Instant = .now) {
        pause = file == self.file ? min(pause * 2, Self.longest) : .seconds(1)
        self.file = file
        due = now + pause
    }
}
