import Datapath
import OVSDB
import OpenFlow
import Packets
import Switch

/// Reads a Bridge row.
enum BridgeDecoder {
    /// The bridge without its ports, and what is to be said about it.
    static func decode(
        _ row: BridgeRow, _ uuid: UUIDValue, dummies: DummyMode = .off
    ) -> (BridgeConfiguration, [Remark]) {
        let name = row.name
        var configuration = BridgeConfiguration(name: name)
        var remarks: [Remark] = []
        var options = OptionReader(row.otherConfig, of: "bridge \(name): other_config")

        configuration.datapathType = row.datapathType
        configuration.isDummy = DummyDecoder.isDummy(datapathType: configuration.datapathType, dummies)
        if configuration.datapathType != "netdev", !configuration.isDummy {
            remarks.append(
                Remark(
                    .info,
                    "bridge \(name): datapath_type system"
                        + " is served by the userspace datapath"))
        }
        configuration.protocols = row.protocols
        let refused = configuration.protocols.filter { OpenFlowVersion(protocolsName: $0) == nil }
        if !refused.isEmpty {
            remarks.append(
                Remark(.warning, "bridge \(name): unknown protocols \(refused.sorted().joined(separator: ", "))"))
        }
        configuration.defaultHardware = address(of: uuid)
        configuration.failMode = row.failMode == "secure" ? .secure : .standalone
        let queueSize = options.text("controller-queue-size").flatMap { Int($0) }
        if let queueSize, (1...512).contains(queueSize) { configuration.controllerQueueSize = queueSize }
        _ = options.text("disable-in-band")
        configuration.inBandQueue = options.text("in-band-queue").flatMap { UInt32($0) }
        configuration.datapathID = options.value(
            "datapath-id", expected: "16 hexadecimal digits other than 0", quietly: true
        ) { datapathID($0) }
        configuration.hardware = options.value("hwaddr", expected: "a unicast Ethernet address") {
            guard let address = MACAddress($0), !address.isMulticast, !address.isZero else { return nil }
            return address
        }
        if options.text("mac-aging-time") != "0" {
            configuration.macAgingSeconds = options.integer(
                "mac-aging-time", in: 15...3600, default: 300, quietly: true)
        }
        configuration.macTableSize = options.integer("mac-table-size", in: 10...1_000_000, default: 8192)
        configuration.forwardsBPDU = options.boolean("forward-bpdu", default: false)
        configuration.description = options.text("dp-desc")
        configuration.serialNumber = options.text("dp-sn")
        configuration.floodVLANs = Set(
            row.floodVLANs.compactMap { UInt16(exactly: $0) }.filter { $0 < 4096 })

        remarks += options.complaints.map { Remark(.warning, $0) }
        remarks += options.notes.map { Remark(.info, $0) }
        remarks += options.unheeded.map { Remark(.info, $0) }
        remarks += unsupported(row).map {
            Remark(.warning, "bridge \(name): \($0) not supported yet and has no effect")
        }
        return (configuration, remarks)
    }

    /// Why no datapath of the row's type can be had, in OVS's words; nil if one can.
    static func fault(_ configuration: BridgeConfiguration) -> String? {
        switch configuration.datapathType {
        case "", "netdev", "system": nil
        case _ where configuration.isDummy: nil
        default:
            "failed to create bridge \(configuration.name): Address family not supported by protocol: "
                + "datapath_type \(configuration.datapathType) is unknown, use netdev"
        }
    }

    /// An address that stays the row's own: locally administered, unicast, its other bits out of the row's UUID.
    private static func address(of uuid: UUIDValue) -> MACAddress {
        let digits = uuid.description.filter { $0 != "-" }.prefix(12)
        let number = UInt64(digits, radix: 16) ?? 0
        return MACAddress(number: number & 0xfcff_ffff_ffff | 0x0200_0000_0000)
    }

    private static func datapathID(_ text: String) -> UInt64? {
        // OVS: dpid_from_string also takes 0x and fewer digits; 0 means none.
        let digits = text.hasPrefix("0x") ? text.dropFirst(2) : text[...]
        guard (1...16).contains(digits.utf8.count), digits.allSatisfy(\.isHexDigit) else { return nil }
        return UInt64(digits, radix: 16).flatMap { $0 == 0 ? nil : $0 }
    }

    private static func unsupported(_ row: BridgeRow) -> [String] {
        var list: [String] = []
        if !row.mirrors.isEmpty { list.append("port mirroring (column mirrors) is") }
        if row.netflow != nil { list.append("NetFlow (column netflow) is") }
        if row.sflow != nil { list.append("sFlow (column sflow) is") }
        if row.ipfix != nil { list.append("IPFIX (column ipfix) is") }
        if row.autoAttach != nil { list.append("auto attach (column auto_attach) is") }
        if row.stpEnable { list.append("the spanning tree protocol (stp_enable) is") }
        if row.rstpEnable { list.append("the rapid spanning tree protocol (rstp_enable) is") }
        if row.mcastSnoopingEnable { list.append("multicast snooping (mcast_snooping_enable) is") }
        return list
    }
}
