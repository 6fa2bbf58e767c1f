import OVSDB

/// Builds the tables of a replica, row by row.
struct TableBuilder {
    private(set) var tables: [String: [UUIDValue: Row]] = [:]
    private var otherConfig: [String: String] = [:]
    private var bridges: [UUIDValue] = []

    init() {}

    @discardableResult
    mutating func add(_ table: String, _ columns: [String: Datum]) -> UUIDValue {
        let uuid = UUIDValue.random()
        tables[table, default: [:]][uuid] = Row(columns)
        return uuid
    }

    /// A bridge with ports; each port is the UUID of a Port row.
    @discardableResult
    mutating func bridge(_ name: String, ports: [UUIDValue] = [], _ columns: [String: Datum] = [:]) -> UUIDValue {
        var row: [String: Datum] = ["name": .string(name), "datapath_type": .string("netdev"), "ports": .uuids(ports)]
        row.merge(columns) { _, new in new }
        let uuid = add("Bridge", row)
        bridges.append(uuid)
        return uuid
    }

    /// A Port row with one Interface row of the same name.
    mutating func port(
        _ name: String, type: String = "internal", options: [String: String] = [:], port: [String: Datum] = [:],
        interface: [String: Datum] = [:]
    ) -> UUIDValue {
        var row: [String: Datum] = ["name": .string(name), "type": .string(type), "options": .map(options)]
        row.merge(interface) { _, new in new }
        let uuid = add("Interface", row)
        var portRow: [String: Datum] = ["name": .string(name), "interfaces": .uuids([uuid])]
        portRow.merge(port) { _, new in new }
        return add("Port", portRow)
    }

    /// Sets a key of the Open_vSwitch row's `other_config`.
    mutating func set(_ key: String, _ value: String) { otherConfig[key] = value }

    /// The tables with their Open_vSwitch row.
    func finished(generation: Int64 = 1) -> [String: [UUIDValue: Row]] {
        var result = tables
        result["Open_vSwitch"] = [
            UUIDValue.random(): Row([
                "bridges": .uuids(bridges), "other_config": .map(otherConfig), "next_cfg": .integer(generation),
                "manager_options": .uuids((tables["Manager"] ?? [:]).keys.sorted()),
            ])
        ]
        return result
    }

    /// The Interface row of a name.
    func interface(_ name: String) -> UUIDValue? {
        tables["Interface"]?.first { $0.value["name"].string == name }?.key
    }
}
