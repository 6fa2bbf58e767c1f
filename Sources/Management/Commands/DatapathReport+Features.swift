import Control
import Datapath
import Packets
import Switch

extension DatapathReport {
    /// What flows of this datapath can do, by the names of `dpif/show-dp-features`.
    ///
    /// OVS probes a datapath that may be the kernel's; ours is part of the program, so the list is fixed. It has to
    /// change with ``DatapathAction`` and with the fields that the extractor reads.
    func features() -> String {
        let features: [(name: String, value: String)] = [
            ("Masked set action", "No"), ("Tunnel push pop", "No"), ("Ufid", "No"), ("Truncate action", "No"),
            ("Clone action", "No"), ("Sample nesting", "0"), ("Conntrack eventmask", "No"), ("Conntrack clear", "No"),
            ("Max dp_hash algorithm", "0"), ("Check pkt length action", "No"), ("Conntrack timeout policy", "No"),
            ("Explicit Drop action", "Yes"), ("Optimized Balance TCP mode", "No"),
            ("Conntrack all-zero IP SNAT", "No"), ("MPLS Label add", "No"),
            ("Max VLAN headers", "\(FlowField.vlanHeaders)"), ("Max MPLS depth", "3"), ("Recirc", "No"),
            ("CT state", "No"), ("CT zone", "No"), ("CT mark", "No"), ("CT label", "No"),
            ("CT state NAT", "No"), ("CT orig tuple", "No"), ("CT orig tuple for IPv6", "No"),
            ("IPv6 ND Extension", "No"),
        ]
        return features.map { "\($0.name): \($0.value)\n" }.joined()
    }
}
