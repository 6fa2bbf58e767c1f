import Glibc

/// An open file, closed when nobody needs it any more; any thread may use it.
final class Descriptor: Sendable {
    let number: Int32

    init(_ number: Int32) {
        self.number = number
    }

    deinit { close(number) }

    /// The file at `path`, opened as `flags` say; nil when there is none.
    static func opened(_ path: String, _ flags: Int32) throws(StorageError) -> Descriptor? {
        let number = open(path, flags | O_CLOEXEC)
        if number < 0, errno != ENOENT { throw StorageError("\(path): open failed", errno: errno) }
        return number >= 0 ? Descriptor(number) : nil
    }

    private var status: stat {
        var status = stat()
        return fstat(number, &status) == 0 ? status : stat()
    }

    /// The file's size; 0 when it is not to be had.
    var size: Int { Int(status.st_size) }

    /// Whether it is a file, and not a directory, a pipe or the like.
    var isRegular: Bool { status.st_mode & S_IFMT == S_IFREG }

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

    /// At most `count` bytes from `offset` on; nil when they cannot be read.
    func read(_ count: Int, at offset: Int) -> [UInt8]? {
        guard count >= 0 else { return nil }
        var failed = false
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, size in
            while size < count {
                let result = pread(number, buffer.baseAddress?.advanced(by: size), count - size, off_t(offset + size))
                if result > 0 {
                    size += result
                } else if result == 0 {
                    return
                } else if errno != EINTR {
                    failed = true
                    return
                }
            }
        }
        return failed ? nil : bytes
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
