import Packets

/// Actions as text, as `ovs-ofctl dump-flows` prints them (ovs-actions(7)).
public struct ActionFormat: Sendable {
    /// A port's name to print instead of its number.
    public var portName: (@Sendable (OpenFlowPort) -> String?)?
    /// A table's name to print instead of its number.
    public var tableName: (@Sendable (UInt8) -> String?)?

    public init(
        portName: (@Sendable (OpenFlowPort) -> String?)? = nil, tableName: (@Sendable (UInt8) -> String?)? = nil
    ) {
        self.portName = portName
        self.tableName = tableName
    }

    /// All of a list, separated by commas; `drop` for none.
    public func text(_ actions: [Action]) -> String {
        actions.isEmpty ? "drop" : actions.map { text($0) }.joined(separator: ",")
    }

    /// One action.
    public func text(_ action: Action) -> String {
        switch action {
        case .output, .outputRegister, .outputTruncated, .controller, .enqueue, .bundle, .group: output(action)
        case .setField(let rewrite): self.rewrite(rewrite)
        case .move(let source, let target): "move:\(source.symbol)->\(target.symbol)"
        case .stackPush(let source): "push:\(source.symbol)"
        case .stackPop(let target): "pop:\(target.symbol)"
        case .setVLANID, .setVLANPriority, .popVLAN, .pushVLAN, .setEthernetSource, .setEthernetDestination,
            .pushPBB, .popPBB:
            ethernet(action)
        case .setIPv4Source, .setIPv4Destination, .setDSCP, .setECN, .setTTL, .decrementTTL, .copyTTLOut, .copyTTLIn,
            .setTransportSource, .setTransportDestination:
            network(action)
        case .pushMPLS, .popMPLS, .setMPLSLabel, .setMPLSTrafficClass, .setMPLSTTL, .decrementMPLSTTL: mpls(action)
        case .setTunnelID(let identifier, let isWide):
            "set_tunnel\(isWide || identifier > UInt32.max ? "64" : ""):\(Self.hex(identifier))"
        case .setQueue(let queue): "set_queue:\(queue)"
        case .popQueue: "pop_queue"
        case .deleteField(let field): "delete_field:\(field.name)"
        case .multipath(let multipath): self.multipath(multipath)
        case .learn(let learn): self.learn(learn)
        case .resubmit, .conjunction, .note, .exit, .finTimeout, .sample, .clone, .checkPacketLarger, .meter,
            .clearActions, .writeActions, .writeMetadata, .gotoTable, .debugRecirculate, .debugSlowPath:
            pipeline(action)
        }
    }

    // MARK: Parts

    /// A port's name, its reserved name or its number.
    public func port(_ port: OpenFlowPort) -> String {
        if let reserved = port.reservedName { return reserved }
        return portName?(port).map(Self.quoted) ?? String(port.rawValue)
    }

    func table(_ table: UInt8) -> String { tableName?(table).map(Self.quoted) ?? String(table) }

    /// Hexadecimal with `0x`; zero is only that.
    static func hex(_ value: some BinaryInteger) -> String { TextNumber.alternateHex(value) }

    static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { TextNumber.padded($0, radix: 16, digits: 2) }.joined(separator: ".")
    }

    /// Names that could be read as something else stand in quotes.
    private static func quoted(_ name: String) -> String {
        func isPlain(_ character: Character) -> Bool {
            character.isASCII && (character.isLetter || character.isNumber) || "_-.".contains(character)
        }
        let isPlainName = name.allSatisfy(isPlain) && name.first.map { $0.isLetter || $0 == "_" } ?? false
        if isPlainName { return name }
        return "\"" + name.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }

    private func ethernet(_ action: Action) -> String {
        switch action {
        case .setVLANID(let identifier, let mayPush): "\(mayPush ? "mod" : "set")_vlan_vid:\(identifier)"
        case .setVLANPriority(let priority, let mayPush): "\(mayPush ? "mod" : "set")_vlan_pcp:\(priority)"
        case .pushVLAN(let type): "push_vlan:\(Self.hex(type))"
        case .setEthernetSource(let address): "mod_dl_src:\(address)"
        case .setEthernetDestination(let address): "mod_dl_dst:\(address)"
        case .pushPBB(let type): "push_pbb:\(Self.hex(type))"
        case .popPBB: "pop_pbb"
        default: "pop_vlan"
        }
    }

    private func network(_ action: Action) -> String {
        switch action {
        case .setIPv4Source(let address): "mod_nw_src:\(address)"
        case .setIPv4Destination(let address): "mod_nw_dst:\(address)"
        case .setDSCP(let tos): "mod_nw_tos:\(tos)"
        case .setECN(let ecn): "mod_nw_ecn:\(ecn)"
        case .setTTL(let ttl): "mod_nw_ttl:\(ttl)"
        case .decrementTTL([0]): "dec_ttl"
        case .decrementTTL(let controllers): "dec_ttl(\(controllers.map { String($0) }.joined(separator: ",")))"
        case .copyTTLOut: "copy_ttl_out"
        case .copyTTLIn: "copy_ttl_in"
        case .setTransportSource(let port): "mod_tp_src:\(port)"
        case .setTransportDestination(let port): "mod_tp_dst:\(port)"
        default: ""
        }
    }

    private func mpls(_ action: Action) -> String {
        func type(_ number: UInt16) -> String { TextNumber.hex(number, digits: 4) }
        return switch action {
        case .pushMPLS(let number): "push_mpls:\(type(number))"
        case .popMPLS(let number): "pop_mpls:\(type(number))"
        case .setMPLSLabel(let label): "set_mpls_label(\(label))"
        case .setMPLSTrafficClass(let number): "set_mpls_tc(\(number))"
        case .setMPLSTTL(let ttl): "set_mpls_ttl(\(ttl))"
        default: "dec_mpls_ttl"
        }
    }
}

extension OpenFlowPort {
    /// OFPP_* without the prefix, for the numbers that have one.
    public var reservedName: String? {
        switch self {
        case .unset: "UNSET"
        case .inPort: "IN_PORT"
        case .table: "TABLE"
        case .normal: "NORMAL"
        case .flood: "FLOOD"
        case .all: "ALL"
        case .controller: "CONTROLLER"
        case .local: "LOCAL"
        case .none: "ANY"
        default: nil
        }
    }
}
