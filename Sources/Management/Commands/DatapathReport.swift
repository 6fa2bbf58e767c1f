import Control
import Datapath
import Machine
import OpenFlow
import Packets
import Program
import Service
import Switch

/// The texts of `dpif/show`, `dpctl/show`, `dpctl/dump-flows` and the drop table.
@ControlActor
struct DatapathReport {
    let target: Switch
    let datapath: Datapath
    let dumping = FlowDumping()

    /// The names by which tools know the datapath: one for each type that a bridge asks for, `netdev@ovs-netdev` where
    /// none does.
    var names: [String] {
        let types = Set(target.bridges.values.map(\.datapathType))
        return types.isEmpty
            ? [Bridge.datapathName(ofType: "netdev")] : types.sorted().map(Bridge.datapathName(ofType:))
    }

    /// What commands that take datapaths may be given: it has to be there.
    func check(_ given: [String]) throws(UnixctlError) {
        let known = names
        for name in given {
            let isKnown = name.contains("@") ? known.contains(name) : known.contains { $0.hasSuffix("@\(name)") }
            guard isKnown || name == Bridge.datapathName(ofType: "netdev") else {
                throw UnixctlError("ovs-vswitchd: datapath \(name) not found (No such device)")
            }
        }
    }

    /// Whether a word names a datapath that is there.
    func isDatapath(_ word: String) -> Bool { (try? check([word])) != nil }

    /// Bridges, their ports with OpenFlow and datapath numbers, types and queues.
    func bridges() -> String {
        let totals = totals()
        let all = Dictionary(grouping: target.bridges.values, by: { $0.datapathType })
        return names.map { name in
            var text = "\(name): hit:\(totals.hits) missed:\(totals.misses)\n"
            let bridges = all[String(name.prefix { $0 != "@" })] ?? []
            for bridge in bridges.sorted(by: { $0.name < $1.name }) { text += ports(of: bridge) }
            return text
        }.joined()
    }

    private func ports(of bridge: Bridge) -> String {
        var text = "  \(bridge.name):\n"
        for port in bridge.ports.sorted(by: { $0.name < $1.name }) {
            let number = port.portID.map { String($0.rawValue) } ?? "none"
            text += "    \(port.name) \(port.number.displayNumber)/\(number): (\(kind(port)))\n"
        }
        return text
    }

    private func kind(_ port: BridgePort) -> String {
        if let peer = port.peerName { return "patch: peer=\(peer)" }
        guard case .datapath(let configuration) = port.configuration.kind else { return "unknown" }
        return described(configuration, port.status)
    }

    /// A port's type and, for DPDK, what it was given: `dpdk: configured_rx_queues=1, …`.
    private func described(_ configuration: PortConfiguration, _ status: PortStatus?) -> String {
        switch configuration.kind {
        case .tap: return "tap"
        case .packetSocket: return "system"
        case .dummy(let settings): return described(configuration.typeName, settings, status)
        case .dpdk:
            let queues = status?.receiveQueues ?? 0
            let fields = [
                "configured_rx_queues=\(queues)", "configured_rxq_descriptors=\(configuration.receiveDescriptors)",
                "configured_tx_queues=\(status?.transmitQueues ?? 0)",
                "configured_txq_descriptors=\(configuration.transmitDescriptors)",
                "lsc_interrupt_mode=\(configuration.linkStateInterrupts)", "mtu=\(status?.mtu ?? 0)",
                "requested_rx_queues=\(configuration.receiveQueues)",
                "requested_rxq_descriptors=\(configuration.receiveDescriptors)",
                "requested_tx_queues=\(status?.transmitQueues ?? 0)",
                "requested_txq_descriptors=\(configuration.transmitDescriptors)",
                "rx_csum_offload=false", "tx_tso_offload=false",
            ]
            return "dpdk: " + fields.joined(separator: ", ")
        case .vhost:
            let (receive, transmit) = (status?.receiveQueues ?? 0, status?.transmitQueues ?? 0)
            return "\(configuration.typeName): configured_rx_queues=\(receive), configured_tx_queues=\(transmit), "
                + "mtu=\(status?.mtu ?? 0), requested_rx_queues=\(receive), requested_tx_queues=\(transmit)"
        }
    }

    private func described(_ type: String, _ settings: DummySettings, _ status: PortStatus?) -> String {
        var fields: [String] = []
        if type == "dummy-pmd" {
            fields += [
                "configured_rx_queues=\(status?.receiveQueues ?? 0)",
                "configured_tx_queues=\(status?.transmitQueues ?? 0)",
            ]
        }
        if let index = settings.interfaceIndex { fields.append("ifindex=\(index)") }
        if let passive = settings.passiveStream { fields.append("pstream=\(passive)") }
        if type == "dummy-pmd" {
            fields += [
                "requested_rx_queues=\(settings.receiveQueues)", "requested_tx_queues=\(settings.transmitQueues)",
            ]
        }
        if let active = settings.stream { fields.append("stream=\(active)") }
        return fields.isEmpty ? type : type + ": " + fields.joined(separator: ", ")
    }

    /// Every datapath port, whatever bridge it belongs to.
    func ports(withStatistics: Bool = false) -> String {
        names.map { ports(ofDatapath: $0, withStatistics) }.joined()
    }

    private func ports(ofDatapath name: String, _ withStatistics: Bool) -> String {
        let totals = totals()
        var text = "\(name):\n"
        text += "  lookups: hit:\(totals.hits) missed:\(totals.misses) lost:\(totals.lost)\n"
        text += "  flows: \(datapath.flowCount)\n"
        let type = name.prefix { $0 != "@" }
        for (id, configuration) in datapath.portList {
            if let (bridge, _) = target.findBridge(owning: id), bridge.datapathType != type { continue }
            let kind = described(configuration, datapath.status(of: id))
            // Plain devices go without a type, as in OVS.
            text += "  port \(id): \(configuration.name)" + (kind == "system" ? "\n" : " (\(kind))\n")
            if withStatistics, let figures = datapath.statistics(of: id) { text += counters(figures) }
        }
        return text
    }

    private func counters(_ figures: PortStatistics) -> String {
        func named(_ name: String) -> UInt64 { figures.named[name] ?? 0 }
        return """
                RX packets:\(figures.receivedPackets) errors:\(figures.receivedErrors) \
            dropped:\(figures.receivedDropped) overruns:\(named("rx_over_err")) frame:\(named("rx_frame_err"))
                TX packets:\(figures.transmittedPackets) errors:\(figures.transmittedErrors) \
            dropped:\(figures.transmittedDropped) aborted:0 carrier:0
                collisions:\(named("collisions"))
                RX bytes:\(figures.receivedBytes)\(Self.scaled(figures.receivedBytes))  \
            TX bytes:\(figures.transmittedBytes)\(Self.scaled(figures.transmittedBytes))

            """
    }

    /// A large number of bytes once more, in a unit: ` (1.2 MiB)`.
    private static func scaled(_ bytes: UInt64) -> String {
        let units = ["TiB", "GiB", "MiB", "KiB"]
        for (index, unit) in units.enumerated() {
            let size = UInt64(1) << UInt64(10 * (units.count - index))
            if bytes >= size { return " (\(Decimal.text(Double(bytes) / Double(size), places: 1)) \(unit))" }
        }
        return ""
    }

    /// Each packet counts once: as a hit, or as a miss for which a flow was made.
    private func totals() -> (hits: UInt64, misses: UInt64, lost: UInt64) {
        datapath.threadReports.reduce((0, 0, 0)) {
            ($0.0 &+ $1.previousHits &+ $1.frontHits &+ $1.tableHits, $0.1 &+ $1.misses, $0.2 &+ $1.upcallsLost)
        }
    }

    /// Ports by drop reasons; only what is not zero.
    func drops() -> String {
        var text = "port             reason               packets\n"
        for (id, configuration) in datapath.portList {
            guard let figures = datapath.statistics(of: id) else { continue }
            for reason in DropReason.allCases {
                guard let count = figures.drops[reason], count > 0 else { continue }
                text += configuration.name.padded(to: 16) + " " + reason.name.padded(to: 20) + " \(count)\n"
            }
            // What the device or the kernel had no room for before a thread could read it.
            let counted = [DropReason.noBuffer, .oversized, .segmentationFailed].reduce(UInt64(0)) {
                $0 &+ (figures.drops[$1] ?? 0)
            }
            if figures.receivedDropped > counted {
                text += configuration.name.padded(to: 16) + " " + "receive-queue-full".padded(to: 20)
                text += " \(figures.receivedDropped - counted)\n"
            }
        }
        let orphans = datapath.threadReports.reduce(UInt64(0)) { $0 &+ $1.noPort }
        if orphans > 0 { text += "(no port)        " + DropReason.noPort.name.padded(to: 20) + " \(orphans)\n" }
        return text
    }
}

extension OpenFlowPort {
    /// The number that `dpif/show` prints: LOCAL is 65534.
    fileprivate var displayNumber: String { String(rawValue) }
}
