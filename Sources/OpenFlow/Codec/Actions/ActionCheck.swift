/// Whether a list of actions makes sense for its flow (OVS: ofpacts_check, learn_check, mf_check_src and so on).
///
/// Every field that is read or written must be there, as far as match and earlier actions say; tables come in order.
struct ActionCheck: Sendable {
    let version: OpenFlowVersion
    /// The flow's table; nil: not known, or none.
    let table: UInt8?
    /// Port numbers at or above this one do not exist.
    var portLimit = OpenFlowPort.limit
    private var isLenient = false

    init(version: OpenFlowVersion, table: UInt8?) {
        self.version = version
        self.table = table
    }

    /// How many tables there are: 0 to 253 for controllers, and 254, which is the switch's own.
    static let tableCount: UInt8 = 255

    /// - Parameter match: the flow's; one that looks at nothing for packets of any kind.
    /// - Throws: `matchInconsistent`, `badTag`, `badOutPort`, `badInstructionTable`, `invalidMeter`,
    ///   `badActionArgument`.
    func check(_ actions: [Action], match: Match) throws(OpenFlowError) {
        var headers = HeaderKnowledge(match)
        try check(actions, &headers)
    }

    /// Whether actions may not be without effect on packets of another kind; version 1.0 lets them.
    private var isStrict: Bool { version > .v10 && !isLenient }

    private func check(_ actions: [Action], _ headers: inout HeaderKnowledge) throws(OpenFlowError) {
        for action in actions {
            try check(action, headers)
            headers.apply(action)
        }
    }

    private func check(_ action: Action, _ headers: HeaderKnowledge) throws(OpenFlowError) {
        switch action {
        case .output, .outputTruncated, .enqueue, .outputRegister, .bundle, .multipath: try checkOutput(action, headers)
        case .setField, .move, .stackPush, .stackPop, .learn: try checkFields(action, headers)
        case .setVLANID(_, let mayPush), .setVLANPriority(_, let mayPush):
            try strict(mayPush || headers.hasVLAN, action)
        case .popVLAN: try strict(headers.hasVLAN, action)
        case .pushVLAN:
            guard !headers.isFullOfVLANs else { throw OpenFlowError(.badTag, "more VLAN tags than are supported") }
        case .setIPv4Source, .setIPv4Destination: try strict(headers.isIPv4, action)
        case .setDSCP, .setECN, .setTTL, .decrementTTL: try strict(headers.isIP, action)
        case .setTransportSource, .setTransportDestination: try strict(headers.hasPorts, action)
        case .setMPLSLabel, .setMPLSTrafficClass, .setMPLSTTL, .decrementMPLSTTL: try strict(headers.isMPLS, action)
        case .popMPLS: try strict(headers.isEthernet && headers.isMPLS, action)
        case .pushMPLS, .pushPBB: try strict(headers.isEthernet, action)
        case .popPBB: try strict(headers.etherType == 0x88e7, action)
        case .finTimeout: try strict(headers.ipProtocol == 6, action)
        case .resubmit(let resubmit):
            // Whether a connection is tracked, nothing here can say.
            guard !resubmit.swapsConnectionTuple else { throw OpenFlowError(.matchInconsistent, "resubmit with ct") }
        case .meter(let meter):
            guard (1...0xffff_0000).contains(meter) else { throw OpenFlowError(.invalidMeter, "meter \(meter)") }
        case .clone(let actions):
            var inner = headers
            try check(actions, &inner)
        case .writeActions(let actions):
            // What packets are like when the set is carried out, later tables decide too.
            var inner = headers
            var check = self
            check.isLenient = true
            try check.check(actions, &inner)
        case .gotoTable(let target):
            guard target < Self.tableCount, target > table ?? 0 || table == nil else {
                throw OpenFlowError(.badInstructionTable, "goto_table \(target) from \(table ?? 0)")
            }
        default: break
        }
    }

    private func strict(_ isConsistent: Bool, _ action: Action) throws(OpenFlowError) {
        guard isConsistent || !isStrict else { throw OpenFlowError(.matchInconsistent, "\(action)") }
    }

    // MARK: Ports

    private func checkOutput(_ action: Action, _ headers: HeaderKnowledge) throws(OpenFlowError) {
        switch action {
        case .output(let port, _), .outputTruncated(let port, _): try checkPort(port)
        case .enqueue(let port, _): if port != .inPort, port != .local { try checkPort(port) }
        case .outputRegister(let source, _): try checkSource(source, headers)
        case .multipath(let multipath): try checkTarget(multipath.destination, headers)
        case .bundle(let bundle):
            if let destination = bundle.destination { try checkTarget(destination, headers) }
            for member in bundle.members where member != .none { try checkPort(member) }
        default: break
        }
    }

    private func checkPort(_ port: OpenFlowPort) throws(OpenFlowError) {
        guard port.rawValue < portLimit || port.rawValue >= OpenFlowPort.limit else {
            throw OpenFlowError(.badOutPort, "port \(port.rawValue)")
        }
    }

    // MARK: Fields

    private func checkFields(_ action: Action, _ headers: HeaderKnowledge) throws(OpenFlowError) {
        switch action {
        case .setField(let rewrite):
            let needsTag = rewrite.field === MatchField.named(by: .vlanID)
            guard rewrite.field.isPrerequisiteMet(by: headers.match.key), !needsTag || headers.hasVLAN else {
                throw OpenFlowError(.matchInconsistent, "set_field \(rewrite.field)")
            }
        case .move(let source, let target):
            try checkSource(source, headers)
            try checkTarget(target, headers)
        case .stackPush(let source): try checkSource(source, headers)
        case .stackPop(let target): try checkTarget(target, headers)
        case .learn(let learn): try checkLearn(learn, headers)
        default: break
        }
    }

    private func checkSource(_ range: FieldRange, _ headers: HeaderKnowledge) throws(OpenFlowError) {
        guard range.field.prerequisite.isMet(by: headers.match) else {
            throw OpenFlowError(.matchInconsistent, "\(range.field) lacks prerequisites")
        }
    }

    private func checkTarget(_ range: FieldRange, _ headers: HeaderKnowledge) throws(OpenFlowError) {
        try checkSource(range, headers)
        guard range.field.isWritable else { throw OpenFlowError(.badSetArgument, "\(range.field) is read-only") }
    }

    /// The flow that is learned must make sense too: what its match says counts for what follows.
    private func checkLearn(_ learn: LearnAction, _ headers: HeaderKnowledge) throws(OpenFlowError) {
        var learned = Match()
        for step in learn.steps {
            if case .field(let source) = step.source { try checkSource(source, headers) }
            switch step.target {
            case .match(let range):
                try checkSource(range, HeaderKnowledge(learned))
                // Whether a tunnel has an option, no prerequisite asks.
                if case .immediate(let value) = step.source, range.field.option == nil {
                    learned.set(range.field, value.low << UInt128(range.offset), mask: range.mask)
                }
            case .load(let range): try checkTarget(range, HeaderKnowledge(learned))
            case .output: break
            }
        }
    }
}
