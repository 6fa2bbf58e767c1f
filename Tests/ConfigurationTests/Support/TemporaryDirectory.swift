import Foundation

/// A directory of a test's own; its content goes with the last reference.
final class TemporaryDirectory: Sendable {
    let path: String

    init() throws {
        path = "/tmp/vsct-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
