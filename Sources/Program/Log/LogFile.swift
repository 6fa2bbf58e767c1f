import Glibc

/// The log file: its name and, while it is open, its descriptor; used under the log's lock.
///
/// Lines are written at once and not by a thread of their own, so that those before a crash are in the file.
package struct LogFile: Sendable {
    /// The file's name.
    let path: String
    private var descriptor: Int32 = -1

    init(path: String) {
        self.path = path
    }

    /// Whether lines go there.
    var isOpen: Bool { descriptor >= 0 }

    /// Opens the file, made if it is not there; true if it is another file than was open before, or none was.
    ///
    /// The old one stays open on failure.
    mutating func open() throws(ManagementError) -> Bool {
        // Not blocking: a FIFO without a reader must not stop the switch.
        let opened = Glibc.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK, 0o660)
        guard opened >= 0 else { throw ManagementError(errno: errno, ManagementError.text(errno)) }
        var new = stat()
        var old = stat()
        if isOpen, fstat(opened, &new) == 0, fstat(descriptor, &old) == 0, new.st_ino == old.st_ino,
            new.st_dev == old.st_dev
        {
            Glibc.close(opened)
            return false
        }
        close()
        descriptor = opened
        return true
    }

    /// Closes it.
    mutating func close() {
        if isOpen { Glibc.close(descriptor) }
        descriptor = -1
    }

    /// Writes a line; what the file system does not take is lost.
    func write(_ line: [UInt8]) {
        guard isOpen else { return }
        line.withUnsafeBytes { LogFile.write($0, to: descriptor) }
    }

    /// Writes all bytes unless an error other than an interruption comes.
    package static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
            if count < 0 {
                if errno == EINTR { continue }
                return
            }
            rest = rest.dropFirst(count)
        }
    }
}
