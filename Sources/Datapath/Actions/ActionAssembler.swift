/// Flattens a list of actions, branches included, into steps. Control only.
///
/// The last step that needs a packet takes it, so that no reference is counted for nobody; changes that nobody would
/// see are left out. A branch becomes steps between ``ActionKind/putAside`` and ``ActionKind/takeBack``, so that a
/// packet thread walks one list and never calls itself.
struct ActionAssembler {
    private(set) var ops: [ActionOp] = []
    /// What `set` steps point to: their `wide` is an index here until the program's memory is known.
    private(set) var pieces: [HeaderPiece] = []
    private(set) var usesMetadata = false

    /// How a list ends.
    private enum End {
        /// The last step took the packets.
        case consumed
        /// They are left over, and something has been done with them.
        case leftOver
        /// They are left over, and nothing has.
        case unused
    }

    /// Steps of a whole program. No effect at all is a drop, as `flow` if the actions give no reason.
    init(_ actions: [DatapathAction]) {
        switch append(Self.effective(actions, depth: 0)[...], depth: 0) {
        case .consumed: break
        case .leftOver: ops.append(ActionOp(kind: .finish))
        case .unused: ops.append(ActionOp(kind: .drop))
        }
    }

    /// The actions up to the last that has an effect, and the same within branches. Branches that are nested too deeply
    /// drop.
    private static func effective(_ actions: [DatapathAction], depth: Int) -> [DatapathAction] {
        var result: [DatapathAction] = []
        var end = 0
        for action in actions {
            switch action {
            case .clone, .sample, .checkLength:
                guard depth < ActionBranches.depthLimit else {
                    result.removeSubrange(end...)
                    return result + [.drop(.tooDeep)]
                }
                guard let inner = effective(branch: action, depth: depth + 1) else { continue }
                result.append(inner)
                end = result.count
            case .output, .punt, .meter:
                result.append(action)
                end = result.count
            case .recirculate, .drop:
                // Changes before a drop are seen by nobody.
                if case .drop = action { result.removeSubrange(end...) }
                result.append(action)
                return result
            case .pushVLAN, .popVLAN, .set, .pushMPLS, .popMPLS, .copyTTLOut, .copyTTLIn, .pushPBB, .popPBB, .truncate,
                .hash:
                result.append(action)
            }
        }
        result.removeSubrange(end...)
        return result
    }

    /// The same for what is done to copies; nil if nothing is.
    private static func effective(branch action: DatapathAction, depth: Int) -> DatapathAction? {
        switch action {
        case .clone(let body):
            let inner = effective(body, depth: depth)
            return inner.isEmpty ? nil : .clone(inner)
        case .sample(let probability, let body):
            let inner = effective(body, depth: depth)
            return inner.isEmpty || probability == 0 ? nil : .sample(probability: probability, inner)
        case .checkLength(let length, let larger, let otherwise):
            let (longer, notLonger) = (effective(larger, depth: depth), effective(otherwise, depth: depth))
            return longer.isEmpty && notLonger.isEmpty
                ? nil : .checkLength(length, larger: longer, otherwise: notLonger)
        default: return action
        }
    }

    /// Appends a list that ``effective(_:depth:)`` made.
    private mutating func append(_ actions: ArraySlice<DatapathAction>, depth: Int) -> End {
        var end = End.unused
        for (index, action) in zip(actions.indices, actions) {
            let isLast = index == actions.endIndex - 1
            switch action {
            case .output(let port):
                precondition(port.rawValue < UInt32(PortID.limit), "port \(port) is no port number of a datapath")
                ops.append(ActionOp(kind: isLast ? .lastOutput : .output, number: port.rawValue))
                if isLast { return .consumed }
                end = .leftOver
            case .punt(let id):
                usesMetadata = true
                ops.append(ActionOp(kind: isLast ? .lastPunt : .punt, number: id))
                if isLast { return .consumed }
                end = .leftOver
            case .recirculate(let id):
                usesMetadata = true
                ops.append(ActionOp(kind: .recirculate, number: id))
                return .consumed
            case .drop(let reason):
                ops.append(ActionOp(kind: .drop, reason: reason))
                return .consumed
            case .clone(let body):
                if isLast {
                    let inner = append(body[...], depth: depth)
                    return inner == .unused ? end : inner
                }
                ops.append(ActionOp(kind: .putAside))
                appendBranch(body, .all, 0, depth: depth, takes: false)
                ops.append(ActionOp(kind: .takeBack))
                end = .leftOver
            case .sample(let probability, let body):
                ops.append(ActionOp(kind: .putAside))
                appendBranch(body, .sampled, probability, depth: depth, takes: isLast)
                ops.append(ActionOp(kind: .takeBack))
                end = .leftOver
            case .checkLength(let length, let larger, let otherwise):
                ops.append(ActionOp(kind: .putAside))
                if !larger.isEmpty { appendBranch(larger, .longer, length, depth: depth, takes: isLast) }
                if !otherwise.isEmpty { appendBranch(otherwise, .notLonger, length, depth: depth, takes: isLast) }
                ops.append(ActionOp(kind: .takeBack))
                end = .leftOver
            case .meter(let id): ops.append(ActionOp(kind: .meter, number: id))
            case .truncate(let length): ops.append(ActionOp(kind: .truncate, number: length))
            case .hash(let hash):
                usesMetadata = true
                ops.append(ActionOp(kind: .hash, short: UInt16(hash.algorithm.rawValue), number: hash.basis))
            case .set(let rewrite): appendSet(rewrite)
            case .pushVLAN, .popVLAN, .pushMPLS, .popMPLS, .copyTTLOut, .copyTTLIn, .pushPBB, .popPBB: appendTag(action)
            }
        }
        return end
    }

    private mutating func appendBranch(
        _ body: [DatapathAction], _ selection: ActionSelection, _ number: UInt32, depth: Int, takes: Bool
    ) {
        ops.append(ActionOp(kind: .select, short: selection.rawValue, number: number, wide: takes ? 1 : 0))
        _ = append(body[...], depth: depth + 1)
        ops.append(ActionOp(kind: .discard))
    }

    private mutating func appendSet(_ rewrite: HeaderRewrite) {
        let list = HeaderPiece.compile(rewrite)
        guard !list.isEmpty else { return }
        if rewrite.header == .mark || rewrite.header == .priority { usesMetadata = true }
        ops.append(
            ActionOp(
                kind: .set, short: UInt16(rewrite.header.rawValue), number: UInt32(list.count),
                wide: UInt64(pieces.count)))
        pieces += list
    }

    private mutating func appendTag(_ action: DatapathAction) {
        switch action {
        case .pushVLAN(let tpid, let tci):
            // The bit that says "present" in a key is not sent (OVS: VLAN_CFI).
            let sent = tci & ~0x1000
            ops.append(ActionOp(kind: .pushVLAN, short: tpid.bigEndian, number: UInt32(sent.bigEndian)))
        case .popVLAN: ops.append(ActionOp(kind: .popVLAN))
        case .pushMPLS(let type, let entry):
            ops.append(ActionOp(kind: .pushMPLS, short: type.bigEndian, number: entry.bigEndian))
        case .popMPLS(let type): ops.append(ActionOp(kind: .popMPLS, short: type.bigEndian))
        case .copyTTLOut: ops.append(ActionOp(kind: .copyTTLOut))
        case .copyTTLIn: ops.append(ActionOp(kind: .copyTTLIn))
        case .pushPBB(let tag): ops.append(ActionOp(kind: .pushPBB, number: tag.bigEndian))
        case .popPBB: ops.append(ActionOp(kind: .popPBB))
        default: break
        }
    }
}
