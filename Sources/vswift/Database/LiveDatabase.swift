import Control
import Machine
import OVSDB

/// What a server's database holds now.
@ControlActor
enum LiveDatabase {
    /// The rows of some tables; nil when no server answers in time.
    static func read(
        _ options: ServerOptions, tables: [MonitoredTable], within limit: Duration = .seconds(5)
    ) async throws -> [String: [UUIDValue: Row]]? {
        let remote = try Remote(options.server)
        // The client would go on trying, as a server may be about to start.
        if case .unix(let path) = remote.address, !FileTree().exists(path) { return nil }
        var settings = OVSDBClient.Settings(remote: remote, tables: tables)
        settings.database = options.database
        settings.tls = try options.tls.contexts()
        let client = OVSDBClient(settings)
        defer { client.stop() }
        let isThere: Bool? = await FirstAnswer.within(limit) { answer in
            client.onConnected = { answer.yield(true) }
            client.start()
        }
        return isThere == true ? client.tables : nil
    }

    /// What memory and its health depend on: settings, and interfaces.
    static let memoryTables = [
        MonitoredTable(OpenVSwitchSchema.Root.self, columns: [\.otherConfig, \.statistics]),
        MonitoredTable(
            OpenVSwitchSchema.Interface.self,
            columns: [\.name, \.type, \.options, \.mtuRequest, \.status, \.statistics, \.error]),
    ]
}

extension [String: [UUIDValue: Row]] {
    /// The Open_vSwitch row's `other_config`.
    var otherConfig: [String: String] { rows(OpenVSwitchSchema.Root.self).values.first?.otherConfig ?? [:] }

    /// Its `statistics`.
    var statistics: [String: String] { rows(OpenVSwitchSchema.Root.self).values.first?.statistics ?? [:] }

    /// Interfaces, by name.
    var interfaces: [TableRow<OpenVSwitchSchema.Interface>] {
        rows(OpenVSwitchSchema.Interface.self).values.sorted { $0.name < $1.name }
    }
}
