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
        let mark = "|\(module)|ERR|"
        for line in lines {
            if let found = line.firstRange(of: mark) { return String(line[found.upperBound...]) }
        }
        return nil
    }

    /// The first line of a log module, of whichever level, that contains `words`; nil: there is none so far.
    func line(of module: String, with words: String) -> String? {
        let mark = "|\(module)|"
        return lines.first { $0.contains(mark) && $0.contains(words) }.map { String($0) }
    }

    /// The last line that tells of more than the usual: module, level and text; nil: there is none.
    var lastTrouble: String? {
        for line in lines.reversed() {
            let parts = line.split(separator: "|", maxSplits: 4, omittingEmptySubsequences: false)
            if parts.count == 5, ["EMER", "ERR", "WARN"].contains(parts[3]) { return "\(parts[2]): \(parts[4])" }
        }
        return nil
    }

    private var lines: [Substring] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return [] }
        defer { close(file) }
        var facts = stat()
        guard fstat(file, &facts) == 0, facts.st_size > begin else { return [] }
        // A start says far less than a megabyte.
        var bytes = [UInt8](repeating: 0, count: Int(min(facts.st_size - begin, 1 << 20)))
        let count = pread(file, &bytes, bytes.count, begin)
        return String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self).split(separator: "\n")
    }
}
