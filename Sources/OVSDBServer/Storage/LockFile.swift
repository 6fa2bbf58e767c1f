import Glibc
import Logging

/// Keeps a second writer away from a database's file, as OVS's tools do: a lock on `.NAME.~lock~` beside it.
///
/// The lock on the first byte belongs to the open file rather than to the process, so that it also holds within one.
/// Those of other programs, which cover the whole file and belong to processes, are respected and respect it. The lock
/// on the rest belongs to the process, for other programs to tell who has the file. The kernel names the oldest of the
/// locks that are in the way, so it comes first; it is lost when the process tries to lock the file once more.
final class LockFile: Sendable {
    private let descriptor: Descriptor

    /// fcntl(2): `F_OFD_SETLK`, which the C library declares only for those who ask for extensions.
    private static let setOpenFileLock: Int32 = 37

    /// Locks the file at `path`, which need not exist.
    ///
    /// - Throws: errno `EAGAIN` when somebody else has locked it.
    init(for path: String) throws(StorageError) {
        let name = Self.name(of: path)
        let number = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard number >= 0 else { throw StorageError("\(name): failed to open lock file", errno: errno) }
        descriptor = Descriptor(number)
        guard Self.lock(number, F_SETLK, from: 1), Self.lock(number, Self.setOpenFileLock, from: 0, length: 1) else {
            let cause = errno == EACCES ? EAGAIN : errno
            if cause == EAGAIN, let owner = Self.owner(number) {
                Logger(label: "lockfile").warning(
                    "\(name): cannot lock file because it is already locked by pid \(owner)")
            }
            throw StorageError("\(path): failed to lock lockfile", errno: cause)
        }
    }

    private static func lock(
        _ number: Int32, _ command: Int32, from start: Int, length: Int = 0, type: Int32 = F_WRLCK
    ) -> Bool {
        var lock = whole
        lock.l_type = Int16(type)
        lock.l_start = off_t(start)
        lock.l_len = off_t(length)
        return fcntl(number, command, &lock) == 0
    }

    /// The process that is in the way; nil when there is none any more, or it is this one.
    private static func owner(_ number: Int32) -> Int32? {
        var lock = whole
        guard fcntl(number, F_GETLK, &lock) == 0, lock.l_type != Int16(F_UNLCK), lock.l_pid > 0 else { return nil }
        return lock.l_pid
    }

    private static var whole: flock {
        var lock = flock()
        lock.l_type = Int16(F_WRLCK)
        lock.l_whence = Int16(SEEK_SET)
        return lock
    }

    /// The lock goes at once, although a process that was forked a moment ago may have the file open as well.
    deinit { _ = Self.lock(descriptor.number, Self.setOpenFileLock, from: 0, length: 1, type: F_UNLCK) }

    /// The lock file of `path`; links are followed, so that all names of a file have one lock.
    static func name(of path: String) -> String { LinkedPath.companion(of: path, "~lock~") }
}
