import Glibc

/// What the daemon writes into its log from now on.
struct DaemonLog {
    let path: String
    /// Bytes that were there before.
    private let begin: off_t

    init(path: String) {
        self.path = path
        var facts = stat()
        begin = stat(path, &facts) == 0 ? facts.st_size : 0
    }

    /// The first error of a log module; nil: there is none so far.
    func error(of module: String) -> String? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        // A start says far less.
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = pread(file, &bytes, bytes.count, begin)
        let mark = "|\(module)|ERR|"
        for line in String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self).split(separator: "\n") {
            if let found = line.firstRange(of: mark) { return String(line[found.upperBound...]) }
        }
        return nil
    }
}
