import Glibc

/// Text files of any kind, those that the kernel writes while they are read among them.
///
/// Foundation takes a short read for the end of a file that has no length, as those below `/proc` are: of
/// `/proc/net/unix` or `/proc/mounts` it gives the first page.
public enum TextFile {
    /// All of a file; what is no UTF-8 is replaced. Nil when it cannot be opened or read to its end.
    public static func read(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        let isWhole = withUnsafeTemporaryAllocation(byteCount: 1 << 16, alignment: 16) { buffer in
            while true {
                let length = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
                if length > 0 {
                    bytes += buffer[..<length]
                } else if length == 0 || errno != EINTR {
                    return length == 0
                }
            }
        }
        return isWhole ? String(decoding: bytes, as: UTF8.self) : nil
    }
}
