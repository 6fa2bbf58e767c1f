import ArgumentParser
import OVSDB
import OVSDBServer
import Program

/// Shows the records of a file.
struct ShowLogCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show-log",
        abstract: "Tells of the records of a database's file, when they were made and why, one a line.")

    @Argument(help: "The file.") var file: String
    @Flag(name: [.customShort("m"), .long], help: "Prints the records whole, as JSON.") var more = false

    func run() throws {
        QuietLog.begin()
        var number = 0
        try DatabaseFile.forEachRecord(file) { json in
            print("record \(number): \(more ? json.text : Self.summary(json))")
            number += 1
        }
    }

    /// A record as `ovsdb-tool show-log` tells of it.
    private static func summary(_ record: JSON) -> String {
        if let name = record["name"], record["tables"] != nil {
            return ["version", "cksum"].reduce("\(name.text) schema") { text, member in
                record[member].map { "\(text), \(member)=\($0.text)" } ?? text
            }
        }
        let time = record["_date"]?.integer.flatMap { date -> String? in
            guard date >= 0 else { return nil }
            // Old servers wrote seconds.
            let milliseconds = date <= Int64(Int32.max) ? date * 1000 : date
            return LogTime(seconds: Int(milliseconds / 1000), milliseconds: Int(milliseconds % 1000))
                .formatted("%Y-%m-%d %H:%M:%S.###", isUTC: true)
        }
        return [time, record["_comment"]?.text].compactMap { $0 }.joined(separator: " ")
    }
}
