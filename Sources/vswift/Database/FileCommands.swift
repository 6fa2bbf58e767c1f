import ArgumentParser
import Control
import Glibc
import OVSDB
import OVSDBServer

/// Shows the records of a file.
struct ShowLogCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show-log", abstract: "Prints the records of a database's file, one a line.")

    @Argument(help: "The file.") var file: String

    func run() throws {
        var number = 0
        try DatabaseFile.forEachRecord(file) { json in
            print("record \(number): \(json.text)")
            number += 1
        }
    }
}

/// Makes a file small.
struct CompactCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compact", abstract: "Writes a file anew without what is past. Nobody may be serving it.")

    @Argument(help: "The file.") var file: String

    @ControlActor
    func run() async throws {
        let opened = try DatabaseFile.open(file)
        try await opened.storage.compact(opened.database, comment: "compacted by vswift db compact")
    }
}
