import ArgumentParser
import Control
import OVSDB

/// What a server's database holds now.
@ControlActor
enum LiveDatabase {
    /// The rows of some tables; nil when no server answers in time.
    static func read(
        _ options: ServerOptions, tables: [MonitoredTable], within limit: Duration = .seconds(5)
    ) async throws -> [String: [UUIDValue: Row]]? {
        var settings = OVSDBClient.Settings(remote: try Remote(options.server), tables: tables)
        settings.database = options.database
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
        MonitoredTable("Open_vSwitch", columns: ["other_config"]),
        MonitoredTable("Interface", columns: ["name", "type", "options", "mtu_request", "status"]),
    ]
}

extension [String: [UUIDValue: Row]] {
    /// The Open_vSwitch row's `other_config`.
    var otherConfig: [String: String] { self["Open_vSwitch"]?.values.first?["other_config"].stringMap ?? [:] }

    /// Interfaces, by name.
    var interfaces: [Row] {
        (self["Interface"] ?? [:]).values.sorted { ($0["name"].string ?? "") < ($1["name"].string ?? "") }
    }
}
