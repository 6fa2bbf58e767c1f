/// The database of a switch, as version 8.3.1 of OVS's schema has it (ovs-vswitchd.conf.db(5)).
public enum OpenVSwitchSchema {
    /// The tables and columns.
    public static var schema: DatabaseSchema {
        DatabaseSchema(
            // The checksum is that of OVS's own text: it tells clients that know that text that they know this schema.
            name: "Open_vSwitch", version: "8.3.1", checksum: "3012963480 26720",
            tables: [
                autoAttach, bridge, controller, ctTimeoutPolicy, ctZone, datapath, flowSampleCollectorSet,
                flowTable, interface, ipfix, manager, mirror, netFlow, openVSwitch, port, qos, queue, sFlow, ssl,
            ])
    }

    /// The same as JSON.
    public static var json: JSON { schema.json }
}
