/// The database of a switch, as version 8.3.1 of OVS's schema has it (ovs-vswitchd.conf.db(5)).
///
/// Each table is a type of its own, the only place where its columns are named: what is served, monitored, read and
/// written comes from there.
public enum OpenVSwitchSchema {
    /// The tables and columns.
    public static let schema = DatabaseSchema(
        // The checksum is that of OVS's own text: it tells clients that know that text that they know this schema.
        name: "Open_vSwitch", version: "8.3.1", checksum: "3012963480 26720",
        tables: [
            AutoAttach.schema, Bridge.schema, Controller.schema, ConntrackTimeoutPolicy.schema, ConntrackZone.schema,
            Datapath.schema, FlowSampleCollectorSet.schema, FlowTable.schema, Interface.schema, IPFIX.schema,
            Manager.schema, Mirror.schema, NetFlow.schema, Root.schema, Port.schema, QoS.schema, Queue.schema,
            SFlow.schema, SSL.schema,
        ])

    /// The same as JSON.
    public static var json: JSON { schema.json }
}
