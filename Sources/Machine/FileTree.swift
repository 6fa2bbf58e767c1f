import FoundationEssentials
import Glibc

/// The files below a root: those of the machine, or a copy of some for tests.
public struct FileTree: Sendable {
    /// Why a file or directory cannot be read.
    public enum Access: Sendable, Equatable {
        case readable
        case absent
        case forbidden
    }

    /// What stands before each path; empty for the machine itself.
    public let root: String

    public init(root: String = "") {
        self.root = root
    }

    /// Where a path of the tree really is.
    public func real(_ path: String) -> String { root + path }

    public func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: real(path)) }

    /// A file's contents; nil when it cannot be read.
    public func text(_ path: String) -> String? { TextFile.read(real(path)) }

    /// A file's contents without white space at the ends.
    public func word(_ path: String) -> String? {
        text(path).map { text in
            let start = text.drop(while: \.isWhitespace)
            return String(start.reversed().drop(while: \.isWhitespace).reversed())
        }
    }

    public func number(_ path: String) -> Int? { word(path).flatMap { Int($0) } }

    /// The lines of a file that are not empty; none of one that cannot be read.
    public func lines(_ path: String) -> [Substring] { (text(path) ?? "").split(separator: "\n") }

    /// The names in a directory, ascending; none of one that cannot be read.
    public func entries(_ path: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: real(path))) ?? []).sorted()
    }

    /// Where a symbolic link leads.
    public func destination(_ path: String) -> String? {
        try? FileManager.default.destinationOfSymbolicLink(atPath: real(path))
    }

    /// Whether the directory can be listed by whoever runs this.
    public func access(_ path: String) -> Access {
        guard exists(path) else { return .absent }
        return Glibc.access(real(path), R_OK | X_OK) == 0 ? .readable : .forbidden
    }

    /// Permission bits, size and owner.
    public func status(_ path: String) -> FileStatus? {
        var status = stat()
        guard lstat(real(path), &status) == 0 else { return nil }
        return FileStatus(
            mode: status.st_mode & 0o7777, isSocket: status.st_mode & S_IFMT == S_IFSOCK, inode: UInt64(status.st_ino),
            bytes: Int(clamping: status.st_blocks) * 512, length: Int(clamping: status.st_size), owner: status.st_uid)
    }
}

/// What `lstat` tells of a file.
public struct FileStatus: Sendable, Equatable {
    public let mode: UInt32
    public let isSocket: Bool
    public let inode: UInt64
    /// What is allocated for it.
    public let bytes: Int
    public let length: Int
    public let owner: UInt32
}
