/// How a port treats VLANs (Port `vlan_mode`, `tag`, `trunks`, `other_config:priority-tags`).
public struct VLANConfiguration: Sendable, Equatable {
    public enum Mode: Sendable { case access, trunk, nativeTagged, nativeUntagged }

    public var mode = Mode.trunk
    /// The access VLAN, or the native one; 0 for a plain trunk.
    public var tag: UInt16 = 0
    /// VLANs that a trunk carries; empty: all.
    public var trunks: Set<UInt16> = []
    /// `other_config:priority-tags`: what is sent instead of a bare frame in VLAN 0 on an access port.
    public enum PriorityTags: Sendable { case never, ifNonzero, always }
    public var priorityTags = PriorityTags.never

    public init() {}
}
