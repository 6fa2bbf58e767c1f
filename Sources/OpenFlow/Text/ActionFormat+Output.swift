extension ActionFormat {
    func output(_ action: Action) -> String {
        switch action {
        case .output(let port, let maxLength):
            (port.rawValue < OpenFlowPort.limit ? "output:" : "") + self.port(port)
                + (port == .controller ? ":\(maxLength)" : "")
        case .outputRegister(let source, _): "output:\(source.symbol)"
        case .outputTruncated(let port, let maxLength): "output(port=\(self.port(port)),max_len=\(maxLength))"
        case .enqueue(let port, let queue): "enqueue:\(self.port(port)):\(queue)"
        case .controller(let controller): self.controller(controller)
        case .bundle(let bundle): self.bundle(bundle)
        case .group(let group): "group:\(group)"
        default: ""
        }
    }

    private func controller(_ action: ControllerAction) -> String {
        guard action.reason != .action || action.controllerID != 0 || !action.userdata.isEmpty || action.pauses
            || action.meter != nil
        else { return "CONTROLLER:\(action.maxLength)" }
        var parts: [String] = []
        if action.reason != .action { parts.append("reason=\(action.reason.text)") }
        if action.maxLength != .max { parts.append("max_len=\(action.maxLength)") }
        if action.controllerID != 0 { parts.append("id=\(action.controllerID)") }
        if !action.userdata.isEmpty { parts.append("userdata=\(Self.hex(action.userdata))") }
        if action.pauses { parts.append("pause") }
        if let meter = action.meter { parts.append("meter_id=\(meter)") }
        return "controller(\(parts.joined(separator: ",")))"
    }

    private func bundle(_ action: BundleAction) -> String {
        let algorithm =
            switch action.algorithm {
            case .activeBackup: "active_backup"
            case .highestRandomWeight: "hrw"
            }
        let destination = action.destination.map { $0.symbol + "," } ?? ""
        let members = action.members.map { port($0) }.joined(separator: ",")
        return "\(action.destination == nil ? "bundle" : "bundle_load")(\(action.fields.text),\(action.basis),"
            + "\(algorithm),ofport,\(destination)members:\(members))"
    }

    func multipath(_ action: MultipathAction) -> String {
        let algorithm =
            switch action.algorithm {
            case .moduloN: "modulo_n"
            case .hashThreshold: "hash_threshold"
            case .highestRandomWeight: "hrw"
            case .iterativeHash: "iter_hash"
            }
        return "multipath(\(action.fields.text),\(action.basis),\(algorithm),\(Int(action.maximumLink) + 1),"
            + "\(action.argument),\(action.destination.symbol))"
    }
}

extension FlowHashFields {
    /// The name that `multipath` and `bundle` take.
    public var text: String {
        switch self {
        case .ethernetSource: "eth_src"
        case .symmetricL4: "symmetric_l4"
        case .symmetricL3L4: "symmetric_l3l4"
        case .symmetricL3L4UDP: "symmetric_l3l4+udp"
        case .networkSource: "nw_src"
        case .networkDestination: "nw_dst"
        case .symmetricL3: "symmetric_l3"
        }
    }
}

extension PacketInReason {
    /// The name that `controller(reason=…)` takes; empty for the misses that only the switch knows.
    public var text: String {
        switch self {
        case .noMatch: "no_match"
        case .action: "action"
        case .invalidTTL: "invalid_ttl"
        case .actionSet: "action_set"
        case .group: "group"
        case .packetOut: "packet_out"
        case .explicitMiss, .implicitMiss: ""
        }
    }
}
