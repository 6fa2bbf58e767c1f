import ArgumentParser
import OVSDB
import OVSDBServer

/// What needs neither OVS's tools nor its server.
struct DatabaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "db", abstract: "Serves, makes, reads and changes OVSDB databases.",
        subcommands: [
            CreateCommand.self, ServeCommand.self, ShowLogCommand.self, CompactCommand.self, DumpCommand.self,
            TransactCommand.self, MonitorCommand.self,
        ])
}
