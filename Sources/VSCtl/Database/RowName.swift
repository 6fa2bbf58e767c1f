import OVSDB

/// By what, beside UUIDs, a table's rows are named on command lines (ovs-vsctl(8), "Identifying Tables").
struct RowName {
    /// The table that has the name.
    let table: String
    /// The column that is the name.
    let column: String
    /// The column there that refers to the row meant; nil when the row itself has the name.
    let reference: String?

    /// A name that is a column of the row itself.
    private init<Table: SchemaTable, Name>(_ name: KeyPath<Table, Column<Name>>) {
        table = Table.name
        column = Table.table[keyPath: name].name
        reference = nil
    }

    /// The name of the row that refers to the one meant.
    private init<Table: SchemaTable, Reference>(
        _ name: KeyPath<Table, Column<String>>, _ reference: KeyPath<Table, Column<Reference>>
    ) {
        table = Table.name
        column = Table.table[keyPath: name].name
        self.reference = Table.table[keyPath: reference].name
    }

    /// The names by table; tables that are not here know UUIDs only.
    static let of: [String: RowName] = [
        Tables.AutoAttach.name: RowName(\Tables.Bridge.name, \.autoAttach),
        Tables.Bridge.name: RowName(\Tables.Bridge.name),
        Tables.Controller.name: RowName(\Tables.Bridge.name, \.controller),
        Tables.FlowSampleCollectorSet.name: RowName(\Tables.FlowSampleCollectorSet.id),
        Tables.FlowTable.name: RowName(\Tables.FlowTable.name),
        Tables.IPFIX.name: RowName(\Tables.Bridge.name, \.ipfix),
        Tables.Interface.name: RowName(\Tables.Interface.name),
        Tables.Manager.name: RowName(\Tables.Manager.target),
        Tables.Mirror.name: RowName(\Tables.Mirror.name),
        Tables.NetFlow.name: RowName(\Tables.Bridge.name, \.netflow),
        Tables.Port.name: RowName(\Tables.Port.name),
        Tables.QoS.name: RowName(\Tables.Port.name, \.qos),
        Tables.SFlow.name: RowName(\Tables.Bridge.name, \.sflow),
    ]
}
