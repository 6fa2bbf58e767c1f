extension ActionFormat {
    func pipeline(_ action: Action) -> String {
        switch action {
        case .resubmit(let resubmit): self.resubmit(resubmit)
        case .conjunction(let identifier, let clause, let count):
            "conjunction(\(identifier),\(Int(clause) + 1)/\(count))"
        case .note(let bytes): "note:\(Self.hex(bytes))"
        case .exit: "exit"
        case .debugRecirculate: "debug_recirc"
        case .debugSlowPath: "debug_slow"
        case .finTimeout(let idle, let hard):
            "fin_timeout(\(Self.timeouts(idle, hard).joined(separator: ",")))"
        case .sample(let sample): self.sample(sample)
        case .clone(let actions): "clone(\(text(actions)))"
        case .checkPacketLarger(let length, let destination): "check_pkt_larger(\(length))->\(destination.symbol)"
        case .meter(let meter): "meter:\(meter)"
        case .clearActions: "clear_actions"
        case .writeActions(let actions): "write_actions(\(text(actions)))"
        case .writeMetadata(let value, let mask):
            "write_metadata:\(Self.hex(value))" + (mask == .max ? "" : "/\(Self.hex(mask))")
        case .gotoTable(let table): "goto_table:\(self.table(table))"
        default: ""
        }
    }

    private static func timeouts(_ idle: UInt16, _ hard: UInt16) -> [String] {
        (idle == 0 ? [] : ["idle_timeout=\(idle)"]) + (hard == 0 ? [] : ["hard_timeout=\(hard)"])
    }

    private func resubmit(_ action: ResubmitAction) -> String {
        let port = action.inPort.map { self.port($0) } ?? ""
        if action.table == nil, action.inPort != nil { return "resubmit:\(port)" }
        let table = action.table.map { self.table($0) } ?? ""
        return "resubmit(\(port),\(table)\(action.swapsConnectionTuple ? ",ct" : ""))"
    }

    private func sample(_ action: SampleAction) -> String {
        var text = "sample(probability=\(action.probability),collector_set_id=\(action.collectorSetID),"
            + "obs_domain_id=\(action.observationDomainID),obs_point_id=\(action.observationPointID)"
        if action.samplingPort != .none { text += ",sampling_port=\(port(action.samplingPort))" }
        switch action.direction {
        case .ingress: text += ",ingress"
        case .egress: text += ",egress"
        case .unspecified: break
        }
        return text + ")"
    }

    func learn(_ action: LearnAction) -> String {
        var parts = ["table=\(table(action.table))"]
        parts += Self.timeouts(action.idleTimeoutSeconds, action.hardTimeoutSeconds)
        parts += Self.timeouts(action.finIdleTimeoutSeconds, action.finHardTimeoutSeconds).map { "fin_" + $0 }
        if action.priority != 0x8000 { parts.append("priority=\(action.priority)") }
        if action.sendsFlowRemoved { parts.append("send_flow_rem") }
        if action.deletesLearned { parts.append("delete_learned") }
        if action.cookie != 0 { parts.append("cookie=\(Self.hex(action.cookie))") }
        if action.limit != 0 { parts.append("limit=\(action.limit)") }
        if let result = action.result { parts.append("result_dst=\(result.symbol)") }
        return "learn(\((parts + action.steps.map { step($0) }).joined(separator: ",")))"
    }

    private func step(_ step: LearnAction.Step) -> String {
        switch (step.source, step.target) {
        case (.immediate(let value), .match(let target)):
            target.isWhole && target.field.option == nil
                ? "\(target.field.name)=\(fieldValue(target.field, value.low))"
                : "\(target.isWhole ? target.field.name : target.symbol)=\(value.hexadecimal)"
        case (.field(let source), .match(let target)):
            source.field == target.field && source.offset == target.offset
                ? target.symbol : "\(target.symbol)=\(source.symbol)"
        case (.immediate(let value), .load(let target)): "load:\(value.hexadecimal)->\(target.symbol)"
        case (.field(let source), .load(let target)): "load:\(source.symbol)->\(target.symbol)"
        case (.field(let source), .output): "output:\(source.symbol)"
        case (.immediate(let value), .output): "output:\(value.hexadecimal)"
        }
    }
}
