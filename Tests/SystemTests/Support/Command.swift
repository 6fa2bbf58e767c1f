import Foundation

/// What a program answered.
struct CommandOutput: Sendable {
    let status: Int32
    /// Standard output and error, in the order written.
    let text: String
}

/// A program that did not do what the test needs: which one, its exit status, what it said.
struct CommandError: Error, CustomStringConvertible {
    let words: [String]
    let output: CommandOutput

    var description: String { "\(words.joined(separator: " ")): status \(output.status)\n\(output.text)" }
}

/// Runs programs to their end, with a limit in time, so that a hung daemon fails a test and does not stop the run.
enum Command {
    /// Runs `words`; the output goes through a file, since a daemon that keeps a pipe open would block a reader.
    static func run(
        _ words: [String], environment: [String: String] = [:], timeoutSeconds: Int = 60
    ) throws -> CommandOutput {
        let path = "/tmp/vswift-output-\(UUID().uuidString)"
        defer { unlink(path) }
        let child = try Child(
            words: ["/usr/bin/timeout", "-k", "5", String(timeoutSeconds)] + words, environment: environment,
            output: path)
        return CommandOutput(
            status: child.wait(),
            text: String(decoding: (try? Data(contentsOf: URL(fileURLWithPath: path))) ?? Data(), as: UTF8.self))
    }

    /// Runs `words` and demands exit status 0; returns what they printed.
    @discardableResult
    static func check(
        _ words: [String], environment: [String: String] = [:], timeoutSeconds: Int = 60
    ) throws -> String {
        let output = try run(words, environment: environment, timeoutSeconds: timeoutSeconds)
        guard output.status == 0 else { throw CommandError(words: words, output: output) }
        return output.text
    }
}
