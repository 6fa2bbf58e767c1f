import Glibc
import OVSDB
import Service

/// What a server serves, kept where the process that follows it under `--monitor` finds it: operators may have added
/// and removed databases and remotes since the command line was written.
///
/// The file has no name, and is open in all processes that come of one start.
struct ServedState: @unchecked Sendable {
    /// Only the one process that serves uses it, on its databases' thread.
    private let file: UnsafeMutablePointer<FILE>

    /// The databases' files and the remotes.
    struct Contents: Equatable {
        var files: [String]
        var remotes: [String]
    }

    /// A state that nothing has been written to, made before the process forks; nil when that fails.
    init?() {
        guard let file = tmpfile() else { return nil }
        self.file = file
    }

    /// What the process before served; nil in the first one.
    func read() -> Contents? {
        rewind(file)
        var bytes: [UInt8] = []
        while true {
            let byte = getc(file)
            guard byte >= 0 else { break }
            bytes.append(UInt8(truncatingIfNeeded: byte))
        }
        guard let json = try? JSON(parsing: bytes), let files = json["files"]?.array,
            let remotes = json["remotes"]?.array
        else { return nil }
        return Contents(files: files.compactMap(\.string), remotes: remotes.compactMap(\.string))
    }

    /// Writes `contents` over what was there.
    ///
    /// - Throws: why it could not be written.
    func write(_ contents: Contents) throws(UnixctlError) {
        let json: JSON = [
            "files": .array(contents.files.map(JSON.string)), "remotes": .array(contents.remotes.map(JSON.string)),
        ]
        var bytes: [UInt8] = []
        json.write(to: &bytes)
        rewind(file)
        guard ftruncate(fileno(file), 0) == 0, fwrite(bytes, 1, bytes.count, file) == bytes.count, fflush(file) == 0
        else {
            throw UnixctlError("failed to write temporary file (\(String(cString: strerror(errno))))")
        }
    }
}
