import Datapath
import OVSDB
import OpenFlow
import Packets
import Switch

/// Reads an Interface row.
enum InterfaceDecoder {
    /// What came of a row: how to serve it, or why not.
    enum Outcome: Equatable {
        case kind(BridgePortConfiguration.Kind)
        /// The text for the row's `error`.
        case fault(String)
    }

    /// Types that OVS has and we do not, yet.
    private static func isKnownElsewhere(_ type: String) -> Bool {
        switch type {
        case "afxdp", "afxdp-nonpmd", "bareudp", "erspan", "geneve", "gre", "gtpu", "ip6erspan", "ip6gre", "lisp",
            "srv6", "stt", "vxlan":
            true
        default: false
        }
    }

    /// Decodes a row. `warnings` receives what the row's `error` says although it is served; `isLocal`: the
    /// bridge's own.
    static func decode(
        _ row: InterfaceRow, name: String, isLocal: Bool, dummies: DummyMode = .off, onDummyBridge: Bool = false,
        vhost: VhostDecoder.Defaults = VhostDecoder.Defaults(),
        warnings: inout [String], remarks: inout [Remark]
    ) -> Outcome {
        let type = isLocal ? "internal" : row.type
        var options = OptionReader(row.options, of: "interface \(name): options")
        var outcome: Outcome
        let dummy = DummyDecoder.typeName(of: type, dummies, onDummyBridge: onDummyBridge)
        switch type {
        case _ where dummy != nil:
            outcome = DummyDecoder.decode(&options, name: name, typeName: dummy ?? type)
        case "patch":
            return patch(row.options, name: name)
        case "internal", "tap":
            outcome = kernel(PortConfiguration(name: name, kind: .tap, typeName: type))
        case "", "system":
            outcome = kernel(PortConfiguration(name: name, kind: .packetSocket, typeName: "system"))
        case "dpdk":
            outcome = dpdk(&options, name: name)
        case "dpdkvhostuser", "dpdkvhostuserclient":
            outcome = VhostDecoder.decode(&options, name: name, type: type, vhost, remarks: &remarks)
        default:
            return .fault(
                "could not open network device \(name) (Address family not supported by protocol): "
                    + "interface type \(type) is "
                    + (isKnownElsewhere(type) ? "not supported yet" : "unknown")
                    + ", use one of dpdk, dpdkvhostuserclient, dpdkvhostuser, internal, patch, system, tap")
        }
        if case .kind(.datapath(var port)) = outcome {
            port.mtu = row.mtuRequest.flatMap { Int(exactly: $0) }
            port.macAddress = address(row, name: name, isLocal: isLocal, remarks: &remarks)
            port.receiveQueueAffinity = affinity(row, name: name, warnings: &warnings, remarks: &remarks)
            outcome = .kind(.datapath(port))
        }
        warnings += options.complaints
        remarks += options.unheeded.map { Remark(.info, $0) }
        remarks += unsupported(row).map {
            Remark(.warning, "interface \(name): \($0) is not supported yet and has no effect")
        }
        return outcome
    }

    /// `ofport_request`, or `ofport` of an earlier run: a number that a port may have.
    static func number(_ value: Int64?) -> OpenFlowPort? {
        guard let value, value > 0, value < Int64(OpenFlowPort.limit) else { return nil }
        return OpenFlowPort(rawValue: UInt16(truncatingIfNeeded: value))
    }

    private static func kernel(_ configuration: PortConfiguration) -> Outcome {
        let name = configuration.name
        guard !name.isEmpty, name.utf8.count <= 15 else {
            return .fault(
                "could not open network device \(name) (File name too long): the kernel allows 1 to 15 characters")
        }
        guard name != ".", name != "..",
            !name.utf8.contains(where: { $0 <= 32 || $0 == UInt8(ascii: "/") || $0 == 127 })
        else {
            return .fault(
                "could not open network device \(name) (Invalid argument): no spaces or slashes in a device's name"
            )
        }
        return .kind(.datapath(configuration))
    }

    private static func dpdk(_ options: inout OptionReader, name: String) -> Outcome {
        guard let devargs = options.text("dpdk-devargs"), !devargs.isEmpty else {
            return .fault(
                "'\(name)' is missing 'options:dpdk-devargs'. The old 'dpdk<port_id>' names are not supported: set it "
                    + "to a PCI address or a vdev string")
        }
        guard devargs.utf8.count <= 4096, !devargs.utf8.contains(0) else {
            return .fault("'\(name)': options:dpdk-devargs is longer than a device string can be")
        }
        var port = PortConfiguration(name: name, kind: .dpdk(devargs: devargs), typeName: "dpdk")
        port.receiveQueues = options.integer("n_rxq", in: 1...1024, default: 1)
        port.receiveDescriptors = descriptors(&options, "n_rxq_desc")
        port.transmitDescriptors = descriptors(&options, "n_txq_desc")
        port.linkStateInterrupts = options.boolean("dpdk-lsc-interrupt", default: true)
        return .kind(.datapath(port))
    }

    /// Ring sizes are powers of two from 1 to 4096 (`ovs-vswitchd.conf.db(5)`).
    private static func descriptors(_ options: inout OptionReader, _ key: String) -> Int {
        options.value(key, expected: "a power of two from 1 to 4096") {
            guard let value = Int($0), (1...4096).contains(value), value & (value - 1) == 0 else { return nil }
            return value
        } ?? 2048
    }

    private static func patch(_ options: [String: String], name: String) -> Outcome {
        guard options.keys.allSatisfy({ $0 == "peer" }) else {
            return .fault("\(name): patch type takes only a 'peer' argument")
        }
        guard let peer = options["peer"], !peer.isEmpty else {
            return .fault("\(name): patch type requires valid 'peer' argument")
        }
        guard peer != name else { return .fault("\(name): patch peer must not be self") }
        return .kind(.patch(peer: peer))
    }

    private static func address(
        _ row: InterfaceRow, name: String, isLocal: Bool, remarks: inout [Remark]
    ) -> MACAddress? {
        guard let text = row.mac else { return nil }
        if isLocal {
            remarks.append(
                Remark(
                    .error,
                    "bridge \(name): ignoring mac in Interface record (use Bridge record to set local port's mac)"))
            return nil
        }
        guard let address = MACAddress(text), !address.isZero else {
            remarks.append(
                Remark(.warning, "interface \(name): mac \(text.prefix(64)) is no Ethernet address and is ignored"))
            return nil
        }
        guard !address.isMulticast else {
            remarks.append(Remark(.error, "interface \(name): cannot set MAC to multicast address"))
            return nil
        }
        return address
    }

    /// `other_config:pmd-rxq-affinity`: `queue:core,queue:core`.
    private static func affinity(
        _ row: InterfaceRow, name: String, warnings: inout [String], remarks: inout [Remark]
    ) -> [Int: Int] {
        var options = OptionReader(row.otherConfig, of: "interface \(name): other_config")
        let affinity = options.value("pmd-rxq-affinity", expected: "a list of queue:core pairs") { text in
            var result: [Int: Int] = [:]
            for pair in text.split(separator: ",") {
                let parts = pair.split(separator: ":", omittingEmptySubsequences: false)
                guard parts.count == 2, let queue = Int(parts[0]), let core = Int(parts[1]), queue >= 0, core >= 0
                else {
                    return [Int: Int]?.none
                }
                result[queue] = core
            }
            return result
        }
        warnings += options.complaints
        remarks += options.unheeded.map { Remark(.info, $0) }
        return affinity ?? [:]
    }

    private static func unsupported(_ row: InterfaceRow) -> [String] {
        var list: [String] = []
        if row.bfd["enable"] == "true" { list.append("BFD (column bfd)") }
        if row.lldp["enable"] == "true" { list.append("LLDP (column lldp)") }
        if row.cfmMPID != nil { list.append("CFM (column cfm_mpid)") }
        if row.ingressPolicingRate > 0 || row.ingressPolicingKpktsRate > 0 {
            list.append("ingress policing")
        }
        return list
    }
}
