/// What tools call the datapath of a bridge.
extension Bridge {
    /// Its type: there is one for the kernel's ports and DPDK's, whatever the row says, and dummies.
    public var datapathType: String {
        guard configuration.isDummy else { return "netdev" }
        return configuration.datapathType.isEmpty ? "system" : configuration.datapathType
    }

    /// The name of the datapath of a type.
    public nonisolated static func datapathName(ofType type: String) -> String { "\(type)@ovs-\(type)" }
}
