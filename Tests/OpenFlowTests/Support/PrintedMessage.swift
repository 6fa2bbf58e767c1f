import Foundation

@testable import OpenFlow

/// A message as Debian's `ovs-ofctl ofp-print` reads it: the judge of what we write.
enum PrintedMessage {
    static func text(_ message: OpenFlowMessage) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/ovs-ofctl")
        let hex = message.bytes.map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
        process.arguments = ["ofp-print", hex, "2"]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false)
            .map { line in line.hasSuffix(" ") ? String(line.dropLast()) : String(line) }
            .joined(separator: "\n").trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
