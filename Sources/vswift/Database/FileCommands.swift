import ArgumentParser
import Glibc
import OVSDB
import OVSDBServer

/// Makes a file small.
struct CompactCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compact", abstract: "Writes a file anew without what is past. Nobody may be serving it.")

    @Argument(help: "The file.") var file: String

    @DatabaseActor
    func run() async throws {
        QuietLog.begin()
        let opened = try DatabaseFile.open(file)
        try await opened.storage.compact(opened.database, comment: "compacted by vswift db compact")
    }
}
