import Glibc

/// An open file, closed when nobody needs it any more; any thread may use it.
final class Descriptor: Sendable {
    let number: Int32

    init(_ number: Int32) {
        self.number = number
    }

    deinit { close(number) }

    /// Waits until everything written is on disk; the `errno` when that fails.
    func sync() -> Int32? {
        while fdatasync(number) != 0 {
            if errno != EINTR { return errno }
        }
        return nil
    }

    /// Writes `bytes` at `offset`; the `errno` when that fails, part of them having been written perhaps.
    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Int32? {
        var written = 0
        while written < bytes.count {
            let count = pwrite(
                number, bytes.baseAddress?.advanced(by: written), bytes.count - written, off_t(offset + written))
            if count > 0 {
                written += count
            } else if errno != EINTR {
                return count == 0 ? EIO : errno
            }
        }
        return nil
    }

    /// Makes the directory entries of the folder last in which the file is that `path` leads to; what a file system
    /// cannot do is not asked of it.
    static func syncFolder(of path: String) {
        let folder = LinkedPath.folder(of: LinkedPath.target(of: path))
        let descriptor = open(folder.isEmpty ? "." : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }
}
