import Glibc

/// Keeps a second writer away from a database's file, as OVS's tools do: a lock on `.NAME.~lock~` beside it.
///
/// The lock belongs to the open file rather than to the process, so that it also holds within one; those of other
/// programs, which belong to processes, are respected and respect it.
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
        var lock = flock()
        lock.l_type = Int16(F_WRLCK)
        lock.l_whence = Int16(SEEK_SET)
        guard fcntl(number, Self.setOpenFileLock, &lock) == 0 else {
            let cause = errno == EACCES ? EAGAIN : errno
            throw StorageError("\(path): failed to lock lockfile", errno: cause)
        }
    }

    /// The lock file of `path`; links are followed, so that all names of a file have one lock.
    static func name(of path: String) -> String {
        let real = LinkedPath.target(of: path)
        let folder = LinkedPath.folder(of: real)
        return "\(folder).\(real.dropFirst(folder.count)).~lock~"
    }
}
