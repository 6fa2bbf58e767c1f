import CDPDK
import Control
import DPDK
import Packets

/// What ports and threads have done, for rows and `ovs-appctl`.
extension Datapath {
    public func status(of id: PortID) -> PortStatus? {
        guard let port = ports[id] else { return nil }
        if port.isResting { return port.lastStatus }
        switch port.backend {
        case .kernel(let device):
            let status = device.status()
            if device.isGone {
                Task { @ControlActor in await self.revive(port) }
                return status
            }
            if port.announcedLimit != device.longestFrame, port.announcedLimit != 0, !port.isClosing {
                // The MTU was changed by somebody else, or the device moved to another namespace.
                port.announcedLimit = device.longestFrame
                Task { @ControlActor in await self.refresh(port) }
            }
            return status
        case .device(let device): return status(of: device)
        case .vhost(let vhost): return vhost.status(port.configuration)
        case .dummy(let device): return device.status
        }
    }

    private func status(of device: EthernetDevice) -> PortStatus {
        var status = PortStatus()
        let link = device.link()
        status.isAdministrativelyUp = true
        status.isLinkUp = link.isUp
        status.linkSpeedBitsPerSecond = link.speedMegabits.map { UInt64($0) * 1_000_000 }
        status.isFullDuplex = link.isFullDuplex
        let mac = device.macAddress()
        if mac.count == 6 { status.macAddress = MACAddress(mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]) }
        status.mtu = device.setup?.mtu
        status.receiveQueues = device.setup?.receiveQueues ?? 0
        status.transmitQueues = device.setup?.transmitQueues ?? 0
        status.node = device.node
        for (key, value) in device.status() { status.details[key] = value }
        return status
    }

    public func statistics(of id: PortID) -> PortStatistics? {
        guard let port = ports[id] else { return nil }
        if port.isResting { return port.lastStatistics }
        var result = PortStatistics()
        if case .kernel(let device) = port.backend { port.kernelDrops &+= device.takeKernelDrops() }
        let total = port.total()
        for reason in DropReason.allCases {
            let count = total.drops[Int(reason.rawValue)]
            if count > 0 { result.drops[reason] = count }
        }
        let transmitReasons: [DropReason] = [.mtuExceeded, .transmitFailure, .handoverFull, .packetOutFailed]
        result.transmittedDropped = transmitReasons.reduce(0) { $0 &+ (result.drops[$1] ?? 0) }
        switch port.backend {
        case .kernel(let device):
            result.named = device.kernelCounters()
            result.receivedPackets = total.receivedPackets
            result.receivedBytes = total.receivedBytes
            result.receivedErrors = total.receivedErrors
            result.receivedDropped =
                port.kernelDrops &+ (result.drops[.noBuffer] ?? 0) &+ (result.drops[.oversized] ?? 0)
                &+ (result.drops[.segmentationFailed] ?? 0)
            result.named["rx_mbuf_allocation_errors"] = result.drops[.noBuffer]
            result.transmittedPackets = total.transmittedPackets
            result.transmittedBytes = total.transmittedBytes
        case .device(let device):
            if let counters = try? device.statistics().adding(port.forgotten) {
                result.receivedPackets = counters.receivedPackets
                result.receivedBytes = counters.receivedBytes
                result.receivedErrors = counters.receiveErrors
                result.receivedDropped = counters.missed &+ counters.withoutBuffer
                result.transmittedPackets = counters.transmittedPackets
                result.transmittedBytes = counters.transmittedBytes
                result.transmittedErrors = counters.transmitErrors
            }
            for (name, value) in device.extendedStatistics() { result.named[name] = value }
            result.named["ovs_tx_failure_drops"] = result.drops[.transmitFailure] ?? 0
            result.named["ovs_tx_mtu_exceeded_drops"] = result.drops[.mtuExceeded] ?? 0
        case .vhost(let vhost):
            vhost.addStatistics(to: &result)
            result.named["ovs_tx_failure_drops"] = result.drops[.transmitFailure] ?? 0
            result.named["ovs_tx_mtu_exceeded_drops"] = result.drops[.mtuExceeded] ?? 0
            result.named["ovs_tx_retries"] = total.transmitRetries
        case .dummy(let device):
            let drops = result.drops
            result = device.statistics
            result.drops = drops
            if device.oversized > 0 { result.drops[.mtuExceeded, default: 0] &+= device.oversized }
        }
        for (reason, name) in Self.shortages {
            if let count = result.drops[reason] ?? (port.isOfDPDK ? 0 : nil) { result.named[name] = count }
        }
        return result
    }

    /// Where packets end for want of a buffer, beside receiving, and what that is called in a row's `statistics`:
    /// always there for DPDK ports, for others once it has happened.
    static let shortages: [(DropReason, String)] = [
        (.copyFailed, "ovs_copy_mbuf_allocation_errors"), (.packetOutFailed, "ovs_packet_out_mbuf_allocation_errors"),
        (.segmentationFailed, "ovs_segmentation_mbuf_allocation_errors"),
    ]

    public var threadReports: [ThreadReport] {
        threads.map { thread in
            let figures = thread.statistics
            let burst = thread.burstStatistics
            return ThreadReport(
                thread: thread.id, node: thread.node, packets: burst.packets, recirculations: burst.recirculations,
                previousHits: burst.repeats, frontHits: burst.lookup.frontHits, tableHits: burst.lookup.subtableHits,
                tableProbes: burst.lookup.subtableLookups, misses: burst.missedPackets,
                outputPackets: figures.outputPackets, outputBatches: figures.outputBatches, noPort: figures.noPort,
                upcallsLost: figures.upcallsLost, bursts: figures.bursts,
                iterations: figures.iterations, busyCycles: figures.busyCycles, idleCycles: figures.idleCycles,
                flows: thread.flows.count, masks: Set(thread.flows.values.map(\.mask)).count)
        }
    }

    /// Packets dropped since the start by reason, ports that are gone included.
    public var dropTotals: [DropReason: UInt64] {
        var sum = departed
        for port in ports.values {
            var total = port.total()
            withUnsafePointer(to: &total) { sum.add($0) }
        }
        var result: [DropReason: UInt64] = [:]
        for reason in DropReason.allCases { result[reason] = sum.drops[Int(reason.rawValue)] }
        result[.noPort, default: 0] &+= allThreads.reduce(departedWithoutPort) { $0 &+ $1.statistics.noPort }
        return result
    }

    /// The ports by number with what stands behind them, for `dpctl/show` and the drop table.
    public var portList: [(id: PortID, configuration: PortConfiguration)] {
        ports.values.sorted { $0.id < $1.id }.map { ($0.id, $0.configuration) }
    }
}
