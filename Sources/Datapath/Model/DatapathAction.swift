/// One step of what is done to a packet; a flow's program is a list of them (OVS: datapath actions, `ovs-dpctl(8)`).
public enum DatapathAction: Sendable, Equatable {
    /// Send the packet as it now is out of the port; processing goes on with it.
    case output(PortID)
    /// Insert a tag after the Ethernet addresses: TPID 0x8100 or 0x88a8, and the TCI (PCP, DEI, VID).
    case pushVLAN(tpid: UInt16, tci: UInt16)
    /// Remove the outer tag; no effect on an untagged packet.
    case popVLAN
    /// The packet ends here, counted under the reason; only as the last step.
    case drop(DropReason)
}

extension DatapathAction: CustomStringConvertible {
    /// As `ovs-appctl dpctl/dump-flows` prints it.
    public var description: String {
        switch self {
        case .output(let port): "\(port)"
        case .pushVLAN(let tpid, let tci):
            (tpid == 0x8100 ? "push_vlan(" : "push_vlan(tpid=0x\(String(tpid, radix: 16)),")
                + "vid=\(tci & 0xfff),pcp=\(tci >> 13)" + (tci & 0x1000 == 0 ? ",cfi=0)" : ")")
        case .popVLAN: "pop_vlan"
        case .drop: "drop"
        }
    }
}
