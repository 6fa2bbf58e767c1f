/// The rules by which NORMAL lets frames into VLANs and out of them (`ovs-vswitchd.conf.db(5)`, "VLAN Configuration").
extension VLANConfiguration {
    /// The VLAN of a frame that came in on such a port with the VID `vid` (0: untagged or a priority tag); nil: the
    /// port
    /// does not take it.
    func inputVLAN(vid: UInt16) -> UInt16? {
        switch mode {
        case .access: vid == 0 ? tag : nil
        case .trunk: trunks.isEmpty || trunks.contains(vid) ? vid : nil
        case .nativeTagged, .nativeUntagged: vid == 0 ? tag : carries(vid) ? vid : nil
        case .tunnel: takesCustomer(vid) ? tag : nil
        }
    }

    /// Whether frames in `vlan` leave by such a port, but for what a tunnel wants of the customer's tag.
    func carries(_ vlan: UInt16) -> Bool {
        switch mode {
        case .access, .tunnel: vlan == tag
        case .trunk: trunks.isEmpty || trunks.contains(vlan)
        // Not VLAN 0, whatever the list says: its frames have no tag, and would come out as the native VLAN's.
        case .nativeTagged, .nativeUntagged: vlan == tag || vlan != 0 && (trunks.isEmpty || trunks.contains(vlan))
        }
    }

    /// Whether a tunnel takes frames with a customer's VID (0: none).
    func takesCustomer(_ vid: UInt16) -> Bool { customerVLANs.isEmpty || customerVLANs.contains(vid) }

    /// The VID that a frame in `vlan` bears when it leaves by such a port; 0: none.
    func outputVID(vlan: UInt16) -> UInt16 {
        switch mode {
        case .access, .tunnel: 0
        case .trunk, .nativeTagged: vlan
        case .nativeUntagged: vlan == tag ? 0 : vlan
        }
    }
}
