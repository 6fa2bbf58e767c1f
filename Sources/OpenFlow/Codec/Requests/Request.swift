import Packets

/// A message from a controller, decoded: the same for every version.
indirect enum Request: Sendable, Equatable {
    /// With the numbers of the versions offered.
    case hello(versions: Set<UInt8>)
    case error
    case echoRequest([UInt8])
    case echoReply
    case features
    case getConfiguration
    case setConfiguration(flags: UInt16, missSendLength: UInt16)
    case packetOut(PacketOut)
    case flowMod(FlowMod)
    case groupMod(GroupMod)
    case portMod(PortMod)
    case tableMod(TableMod)
    case meterMod(MeterMod)
    case barrier
    case role(RoleRequest)
    case getAsync
    case setAsync(AsyncChange)
    case bundleControl(BundleControl)
    case bundleAdd(BundleAddition)
    /// OFPT_QUEUE_GET_CONFIG_REQUEST, OFPMP_QUEUE_DESC. `port` ANY: every port; `queue` all ones: every queue.
    case queueConfiguration(port: OpenFlowPort, queue: UInt32)
    // Nicira's
    case setFlowFormat(isNicira: Bool)
    case flowModTableID(Bool)
    case setPacketInFormat(PacketInFormat)
    case setControllerID(UInt16)
    case flowAge
    case resume(Resume)
    case tlvTableMod(TLVTableMod)
    case tlvTable
    /// NXT_FLOW_MONITOR_CANCEL and its ONF twin.
    case flowMonitorCancel(UInt32)
    // Multipart
    case description
    case flowStatistics(RuleSelection, isNicira: Bool)
    case aggregateStatistics(RuleSelection, isNicira: Bool)
    /// OFPMP_FLOW_STATS of version 1.5: counters without instructions.
    case flowCounters(RuleSelection)
    case tableStatistics
    case portStatistics(OpenFlowPort)
    case queueStatistics(port: OpenFlowPort, queue: UInt32)
    /// OFPG_ALL (0xfffffffc): every group.
    case groupStatistics(group: UInt32)
    /// OFPG_ALL: every group.
    case groupDescriptions(group: UInt32)
    case groupFeatures
    /// OFPM_ALL (0xffffffff): every meter.
    case meterStatistics(meter: UInt32)
    case meterConfigurations(meter: UInt32)
    case meterFeatures
    /// What is to be changed first; empty: nothing.
    case tableFeatures([TableFeaturesChange])
    case tableDescriptions
    /// ANY: every port.
    case portDescriptions(OpenFlowPort)
    case flowMonitor([FlowMonitorRequest])
}
