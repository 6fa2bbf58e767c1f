import Foundation

@testable import OpenFlow

/// A message as Debian's `ovs-ofctl ofp-print` reads it: the judge of what we write.
enum PrintedMessage {
    /// The printed text without the number of the transaction, lines trimmed at their ends.
    static func text(_ message: OpenFlowMessage?) throws -> String {
        guard let message else { return "" }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/ovs-ofctl")
        process.arguments = ["ofp-print", hex(message.bytes), "2"]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false)
            .map { line in String(line.reversed().drop { $0 == " " }.reversed()) }
            .joined(separator: "\n").trimmingCharacters(in: .whitespacesAndNewlines)
            .replacing(#/\ \(xid=0x[0-9a-f]*\)/#, with: "")
    }

    /// The texts of all messages of a reply.
    static func text(_ messages: [OpenFlowMessage]) throws -> String {
        try messages.map { try text($0) }.joined(separator: "\n")
    }

    /// What stands behind a message's name: ` (OF1.3)` and so on, nothing in version 1.0.
    static func suffix(_ version: OpenFlowVersion) -> String {
        version == .v10 ? "" : " (OF1.\(version.rawValue - 1))"
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
