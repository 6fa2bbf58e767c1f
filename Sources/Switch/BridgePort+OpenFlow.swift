import Datapath
import OpenFlow
import Packets

extension BridgePort {
    /// As OFPMP_PORT_DESC tells it.
    public var openFlowDescription: OpenFlowPortDescription {
        let status = status
        var result = OpenFlowPortDescription(
            number: number, hardware: isLocal ? bridge.hardware : status.macAddress ?? .zero, name: name)
        result.configuration = openFlowConfiguration & ~PortConfigurationBits.down
        if !status.isAdministrativelyUp { result.configuration |= PortConfigurationBits.down }
        result.isLinkDown = !status.isLinkUp
        if portID != nil { addFeatures(of: status, to: &result) }
        return result
    }

    private func addFeatures(of status: PortStatus, to result: inout OpenFlowPortDescription) {
        guard let speed = status.linkSpeedBitsPerSecond else { return }
        let isFull = status.isFullDuplex ?? true
        // OFPPF_*: 10, 100, 1000 Mb/s half and full, 10 Gb/s full; COPPER.
        let rate: UInt32? =
            switch speed {
            case 10_000_000: isFull ? 1 << 1 : 1 << 0
            case 100_000_000: isFull ? 1 << 3 : 1 << 2
            case 1_000_000_000: isFull ? 1 << 5 : 1 << 4
            case 10_000_000_000: 1 << 6
            default: nil
            }
        result.currentFeatures = rate ?? 0
        if case .datapath(let port) = configuration.kind {
            if case .dpdk = port.kind {} else if rate != nil { result.currentFeatures |= 1 << 7 }
        }
        result.currentSpeedKilobits = UInt32(clamping: speed / 1000)
    }

    /// As OFPMP_PORT_STATS tells it; what the port does not count is nil.
    func openFlowStatistics(now: ContinuousClock.Instant) -> OpenFlowPortStatistics {
        let counters = statistics
        var result = OpenFlowPortStatistics()
        result.receivedPackets = counters.receivedPackets
        result.receivedBytes = counters.receivedBytes
        result.transmittedPackets = counters.transmittedPackets
        result.transmittedBytes = counters.transmittedBytes
        result.duration = created.duration(to: now)
        guard case .datapath(let port) = configuration.kind else { return result }
        let standard = ["rx_frame_err", "rx_over_err", "rx_crc_err", "collisions"]
        result.custom = counters.named.filter { !standard.contains($0.key) }
        result.receivedDropped = counters.receivedDropped
        result.receivedErrors = counters.receivedErrors
        result.transmittedDropped = counters.transmittedDropped
        result.transmittedErrors = counters.transmittedErrors
        if case .dummy = port.kind {
            // It counts packets and bytes and nothing else.
            result.receivedDropped = nil
            result.receivedErrors = nil
            result.transmittedDropped = nil
            result.transmittedErrors = nil
            return result
        }
        let isKernel = if case .dpdk = port.kind { false } else { true }
        func named(_ name: String) -> UInt64? { counters.named[name] ?? (isKernel ? 0 : nil) }
        result.receivedFrameErrors = named("rx_frame_err")
        result.receivedOverrunErrors = named("rx_over_err")
        result.receivedCRCErrors = named("rx_crc_err")
        result.collisions = named("collisions")
        return result
    }
}
