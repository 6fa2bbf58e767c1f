import Foundation

/// A directory of a test's own, removed with it.
public final class TemporaryDirectory: Sendable {
    public let path: String

    public init() throws {
        path = FileManager.default.temporaryDirectory.path + "/vswift-test-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    /// Writes a file, with the directories above it.
    @discardableResult
    public func write(_ name: String, _ text: String, isExecutable: Bool = false) throws -> String {
        let file = try makeRoom(for: name)
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        if isExecutable { try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file) }
        return file
    }

    /// Makes a directory, with those above it.
    public func makeDirectory(_ name: String) throws {
        try FileManager.default.createDirectory(atPath: "\(path)/\(name)", withIntermediateDirectories: true)
    }

    /// Makes a symbolic link to `destination`, which need not exist, with the directories above it.
    public func link(_ name: String, to destination: String) throws {
        try FileManager.default.createSymbolicLink(atPath: try makeRoom(for: name), withDestinationPath: destination)
    }

    private func makeRoom(for name: String) throws -> String {
        let file = "\(path)/\(name)"
        let parent = (file as NSString).deletingLastPathComponent
        try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
        return file
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }
}
