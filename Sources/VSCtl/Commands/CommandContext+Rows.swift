import OVSDB

/// Rows made and unmade.
extension CommandContext {
    /// Adds a row of the columns that `fill` sets.
    func insert<Table: SchemaTable>(_ table: Table.Type, _ fill: (inout TableRow<Table>) -> Void = { _ in }) -> RowID {
        var row = TableRow<Table>()
        fill(&row)
        return transaction.insert(row)
    }

    /// Adds an interface, of which the switch is asked later whether it works.
    func insertInterface(_ name: String, type: String? = nil) -> RowID {
        let row = insert(Tables.Interface.self) {
            $0.name = name
            if let type { $0.type = type }
        }
        newInterfaces.append(row)
        return row
    }

    /// Adds `target` to the rows that a column refers to.
    func attach<Table: SchemaTable>(_ target: RowID, to column: KeyPath<Table, Column<[UUIDValue]>>, of row: RowID) {
        transaction.set(row, column, transaction.references(row, column).map(\.uuid) + [target.uuid])
    }

    /// Takes `target` from the rows that a column refers to.
    func detach<Table: SchemaTable>(_ target: RowID, from column: KeyPath<Table, Column<[UUIDValue]>>, of row: RowID) {
        transaction.set(row, column, transaction.references(row, column).map(\.uuid).filter { $0 != target.uuid })
    }

    /// Removes an interface from the model and the database.
    func delete(_ interface: BridgeModel.Interface) {
        transaction.delete(interface.row)
        model.remove(interface)
    }

    /// Removes a port with its interfaces.
    func delete(_ port: BridgeModel.Port) {
        if let bridge = port.bridge.realRow { detach(port.row, from: \Tables.Bridge.ports, of: bridge) }
        for interface in port.interfaces { transaction.delete(interface.row) }
        transaction.delete(port.row)
        model.remove(port)
    }

    /// Removes a bridge with its VLANs, its ports, and what samples its flows.
    func delete(_ bridge: BridgeModel.Bridge) {
        for child in bridge.children.values.sorted(by: { $0.vlan < $1.vlan }) { delete(child) }
        for port in bridge.ports { delete(port) }
        if let row = bridge.row {
            for set in transaction.rows(Tables.FlowSampleCollectorSet.self)
            where transaction[set, \Tables.FlowSampleCollectorSet.bridge] == row.uuid {
                transaction.delete(set)
            }
            transaction.delete(row)
            detach(row, from: \Tables.Root.bridges, of: root)
        }
        model.remove(bridge)
    }
}
