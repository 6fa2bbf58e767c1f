import Packets

/// How a port treats VLANs (Port `vlan_mode`, `tag`, `trunks`, `cvlans`, `other_config:priority-tags`, `qinq-ethtype`).
public struct VLANConfiguration: Sendable, Equatable {
    public enum Mode: Sendable { case access, trunk, nativeTagged, nativeUntagged, tunnel }

    public var mode = Mode.trunk
    /// The access VLAN, the native one, or the service VLAN of a tunnel; 0 for a plain trunk.
    public var tag: UInt16 = 0
    /// VLANs that a trunk carries; empty: all.
    public var trunks: Set<UInt16> = []
    /// The customers' VLANs that a tunnel takes; empty: all.
    public var customerVLANs: Set<UInt16> = []
    /// The kind of tag that stands for a tunnel's service VLAN elsewhere (`other_config:qinq-ethtype`).
    public var serviceTPID = EtherType.serviceVLAN
    /// `other_config:priority-tags`: what is sent instead of a bare frame in VLAN 0 on an access port.
    public enum PriorityTags: Sendable { case never, ifNonzero, always }
    public var priorityTags = PriorityTags.never

    public init() {}
}
