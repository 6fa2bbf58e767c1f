import Datapath
import Packets

/// What the Open_vSwitch row says for the whole daemon (`other_config`).
public struct GlobalSettings: Sendable, Equatable {
    /// The `dpdk-*` and other keys that decide how DPDK comes up, as written; their reader is the EAL's configuration.
    public var dpdk: [String: String] = [:]
    /// What packet threads and flow caches go by.
    public var datapath = DatapathSettings()
    /// `stats-update-interval`, at least 5000.
    public var statisticsIntervalMilliseconds = 5000
    /// `bundle-idle-timeout`.
    public var bundleIdleSeconds = 10
    /// `enable-statistics`: whether the Open_vSwitch row's own `statistics` are filled in.
    public var reportsSystemStatistics = false

    /// OVS's defaults.
    public init() {}
}

/// Settings of the datapath as a whole, and of the caches before it.
public struct DatapathSettings: Sendable, Equatable {
    /// `pmd-cpu-mask` and the other keys that begin so.
    public var pmd = PMDConfiguration()
    /// `max-idle`: how long a cached flow stays without packets.
    public var maxIdleMilliseconds = 10_000
    /// `flow-limit`: how many flows may be cached.
    public var flowLimit = 200_000
    /// `vlan-limit`: how many tags of a frame rules can tell of.
    public var tagLimit = TagLimit.one

    /// OVS's defaults.
    public init() {}
}
