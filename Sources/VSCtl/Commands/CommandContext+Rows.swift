import OVSDB

/// Rows made and unmade.
extension CommandContext {
    /// Adds a row with these columns.
    func insert(_ table: String, _ columns: [String: Datum]) -> RowID {
        let row = transaction.insert(table)
        for (column, value) in columns { transaction.set(row, column, value) }
        return row
    }

    /// Adds an interface, of which the switch is asked later whether it works.
    func insertInterface(_ name: String, type: String? = nil) -> RowID {
        var columns: [String: Datum] = ["name": .string(name)]
        columns["type"] = type.map { .string($0) }
        let row = insert("Interface", columns)
        newInterfaces.append(row)
        return row
    }

    /// Sets a column to `rows`.
    func set(_ row: RowID, _ column: String, _ rows: [RowID]) {
        transaction.set(row, column, .uuids(rows.map(\.uuid)))
    }

    /// Adds `target` to the rows that a column refers to.
    func attach(_ target: RowID, to column: String, of row: RowID) {
        set(row, column, transaction.references(row, column) + [target])
    }

    /// Takes `target` from the rows that a column refers to.
    func detach(_ target: RowID, from column: String, of row: RowID) {
        set(row, column, transaction.references(row, column).filter { $0 != target })
    }

    /// Removes an interface from the model and the database.
    func delete(_ interface: BridgeModel.Interface) {
        transaction.delete(interface.row)
        model.remove(interface)
    }

    /// Removes a port with its interfaces.
    func delete(_ port: BridgeModel.Port) {
        if let bridge = port.bridge.realRow { detach(port.row, from: "ports", of: bridge) }
        for interface in port.interfaces { transaction.delete(interface.row) }
        transaction.delete(port.row)
        model.remove(port)
    }

    /// Removes a bridge with its VLANs, its ports, and what samples its flows.
    func delete(_ bridge: BridgeModel.Bridge) {
        for child in bridge.children.values.sorted(by: { $0.vlan < $1.vlan }) { delete(child) }
        for port in bridge.ports { delete(port) }
        if let row = bridge.row {
            for set in transaction.rows("Flow_Sample_Collector_Set") where transaction[set, "bridge"].uuid == row.uuid {
                transaction.delete(set)
            }
            transaction.delete(row)
            detach(row, from: "bridges", of: root)
        }
        model.remove(bridge)
    }
}
