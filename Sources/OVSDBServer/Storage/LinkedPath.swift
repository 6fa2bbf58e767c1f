import Glibc

/// Follows symbolic links, so that all names of a file lead to one lock, and none is replaced by a file.
enum LinkedPath {
    /// The file that `path` leads to, which need not exist; of links in a circle, one of them.
    static func target(of path: String) -> String {
        if let resolved = realpath(path, nil) {
            defer { free(resolved) }
            return String(cString: resolved)
        }
        var path = path
        var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
        for _ in 0..<10 {
            let count = readlink(path, &bytes, bytes.count)
            guard count > 0 else { break }
            let target = String(decoding: bytes.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
            path = target.hasPrefix("/") ? target : folder(of: path) + target
        }
        return path
    }

    /// The file that is written to take the place of the one that `path` leads to: beside it, on the same file system.
    static func temporary(for path: String) -> String { target(of: path) + ".tmp" }

    /// A file that belongs to the one that `path` leads to: `.NAME.` and `suffix`, beside it.
    static func companion(of path: String, _ suffix: String) -> String {
        let real = target(of: path)
        let folder = folder(of: real)
        return "\(folder).\(real.dropFirst(folder.count)).\(suffix)"
    }

    /// What stands before a file's name: "" or something with a slash at its end.
    static func folder(of path: String) -> String { path.lastIndex(of: "/").map { String(path[...$0]) } ?? "" }
}
