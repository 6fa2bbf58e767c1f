/// By what, beside UUIDs, a table's rows are named on command lines (ovs-vsctl(8), "Identifying Tables").
struct RowName {
    /// The table that has the name.
    let table: String
    /// The column that is the name.
    let column: String
    /// The column there that refers to the row meant; nil when the row itself has the name.
    let reference: String?

    private init(_ table: String, _ column: String, _ reference: String? = nil) {
        self.table = table
        self.column = column
        self.reference = reference
    }

    /// The names by table; tables that are not here know UUIDs only.
    static let of: [String: RowName] = [
        "AutoAttach": RowName("Bridge", "name", "auto_attach"),
        "Bridge": RowName("Bridge", "name"),
        "Controller": RowName("Bridge", "name", "controller"),
        "Flow_Sample_Collector_Set": RowName("Flow_Sample_Collector_Set", "id"),
        "Flow_Table": RowName("Flow_Table", "name"),
        "IPFIX": RowName("Bridge", "name", "ipfix"),
        "Interface": RowName("Interface", "name"),
        "Manager": RowName("Manager", "target"),
        "Mirror": RowName("Mirror", "name"),
        "NetFlow": RowName("Bridge", "name", "netflow"),
        "Port": RowName("Port", "name"),
        "QoS": RowName("Port", "name", "qos"),
        "sFlow": RowName("Bridge", "name", "sflow"),
    ]
}
