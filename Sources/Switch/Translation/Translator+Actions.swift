import Datapath
import OpenFlow
import Packets

extension Translator {
    /// What is to happen after an action.
    enum Verdict {
        /// The next action of the list.
        case goOn
        /// The list ends here; the lists around it go on.
        case endsList
    }

    /// Carries out a list of actions (OVS: do_xlate_actions).
    func perform(_ list: [Action]) {
        if list.isEmpty { trace?.action("drop") }
        var index = 0
        while index < list.count, failure == nil {
            if packet.hidden != .nothing, !exits, needsInside(list[index]) { freeze() }
            if exits {
                if isFreezing { keep(list[index...]) }
                return
            }
            trace?.action(list[index])
            switch list[index] {
            // What is looked up may freeze: then these are done, and only what follows is kept.
            case .resubmit(let resubmit):
                perform(resubmit)
                index += 1
                continue
            case .gotoTable(let number):
                walk(to: number, inPort: inPort, mayPuntMiss: true, heedsMissSetting: true)
                index += 1
                continue
            case .controller(let action) where action.pauses:
                pause = action
                freeze()
                return keep(list[(index + 1)...])
            case .debugRecirculate:
                freeze()
                return keep(list[(index + 1)...])
            case .checkPacketLarger(let length, let destination):
                return fork(overLength: length, destination, list[(index + 1)...])
            default:
                if case .endsList = perform(list[index]) { return }
            }
            if failure == nil, exits, isFreezing, frozen.isEmpty { return keep(list[index...]) }
            index += 1
        }
    }

    /// The OpenFlow number of the port that the packet is from; an action may have changed it.
    var inPort: OpenFlowPort {
        OpenFlowPort(rawValue: UInt16(truncatingIfNeeded: packet.key.host32(FlowField.inPort)))
    }

    private func perform(_ resubmit: ResubmitAction) {
        guard !resubmit.swapsConnectionTuple else {
            // There is no connection tracking yet, so no packet has a tuple.
            return report(error: "resubmit(ct) with non-tracked or non-IP packet!")
        }
        let port = resubmit.inPort ?? .inPort
        walk(
            to: resubmit.table ?? table, inPort: port == .inPort ? inPort : port, mayPuntMiss: isInternal,
            heedsMissSetting: isInternal)
    }

    @inline(never)
    private func perform(_ action: Action) -> Verdict {
        switch action {
        case .output(let port, let maximum): output(to: port, maxLength: maximum)
        case .outputRegister(let source, let maximum): output(toPortIn: source, maxLength: maximum)
        case .outputTruncated(let port, let length): output(to: port, truncatedTo: length)
        case .controller(let action): punt(action)
        case .enqueue(let port, let queue): enqueue(port, queue)
        case .bundle(let bundle): perform(bundle)
        case .group(let id): return perform(group: id)

        case .pushVLAN, .popVLAN, .setVLANID, .setVLANPriority: performTagAction(action)
        case .pushMPLS, .popMPLS, .setMPLSLabel, .setMPLSTrafficClass, .setMPLSTTL, .decrementMPLSTTL:
            return performLabelAction(action)
        case .pushPBB, .popPBB: performServiceAction(action)
        case .decrementTTL(let controllers): return decrementTTL(controllers)
        case .copyTTLOut: copyTTLOut()
        case .copyTTLIn: copyTTLIn()
        case .setField(let rewrite): set(rewrite)
        case .move(let source, let destination): move(source, to: destination)
        case .stackPush(let range): push(range)
        case .stackPop(let range): pop(range)
        case .setQueue, .popQueue, .setTunnelID: performMetadataAction(action)
        case .writeMetadata(let value, let bits):
            let word = FlowField.metadata >> 3
            packet.key[word] = packet.key[word] & ~bits | value & bits

        case .learn(let learn): self.learn(learn)
        case .multipath(let multipath): perform(multipath)
        case .conjunction: report(error: "executing no-op conjunction action")
        case .exit: exits = true
        case .finTimeout(let idle, let hard): shortenTimeouts(idle, hard)
        case .clone(let list): clone(list)
        case .meter(let id): actions += bridge.datapathMeter(id).map { [.meter($0)] } ?? []
        case .clearActions:
            trace?.actionSet("was", actionSet.written)
            actionSet.clear()
            setActionSetOutput()
        case .writeActions(let list):
            actionSet.write(list)
            setActionSetOutput()
            trace?.actionSet("is", actionSet.written)
        case .debugSlowPath: isSlow = true
        case .sample: if hasPacket { owner.reports.noteSample(on: bridge) }
        case .deleteField(let field): delete(field)
        case .note: break
        // Carried out where lists are.
        case .resubmit, .gotoTable, .checkPacketLarger, .debugRecirculate: break
        default: setHeader(action)
        }
        return .goOn
    }

    func setActionSetOutput() {
        packet.key.setHost32(
            FlowField.actionSetOutput, UInt32((actionSet.output ?? .unset).rawValue))
    }

    /// Carries out the action set at the pipeline's end.
    func performActionSet() {
        let list = ActionSet.list(of: actionSet.written)
        actionSet.clear()
        guard !list.isEmpty else { return }
        let outer = trace?.current
        isInActionSet = true
        trace?.enterActionSet()
        perform(list)
        isInActionSet = false
        trace?.leave(to: outer)
    }

    /// Carries out a list on a copy of the packet, and what has been gathered for the pipeline's end.
    private func clone(_ list: [Action]) {
        let gathered = (stack: stack, actionSet: actionSet)
        isolated {
            stack = gathered.stack
            actionSet = gathered.actionSet
            setActionSetOutput()
            perform(list)
            finish()
        }
    }

    /// Does something to a copy of the packet, with a stack and an action set of its own.
    ///
    /// The datapath's packet needs no copy where what is done to it can be undone: the next output does so.
    func isolated(_ body: () -> Void) {
        let before = (packet: packet, stack: stack, actionSet: actionSet)
        let datapathPacket = committed
        let start = actions.count
        stack = []
        actionSet = ActionSet()
        setActionSetOutput()
        body()
        packet = before.packet
        stack = before.stack
        actionSet = before.actionSet
        enclose(from: start, datapathPacket)
    }

    /// Puts the actions from `start` on into a clone if they cannot be undone; `before`: the datapath's packet then.
    func enclose(from start: Int, _ before: PacketState) {
        guard actions.count > start else { return }
        let isUndone = committed.shape == before.shape && !actions[start...].contains { $0.isFinal }
        guard !isUndone else { return }
        let list = Array(actions[start...])
        actions.removeSubrange(start...)
        actions.append(.clone(list))
        committed = before
    }

    /// `check_pkt_larger`: what is left of the list is done twice, for longer packets and for others.
    private func fork(overLength length: UInt16, _ destination: FieldRange, _ rest: ArraySlice<Action>) {
        let before = (packet: packet, stack: stack, actionSet: actionSet)
        commit()
        let datapathPacket = committed
        let outer = actions
        var branches: [[DatapathAction]] = []
        let wasExiting = exits
        for isLarger in [true, false] {
            actions = []
            stack = before.stack
            actionSet = before.actionSet
            exits = wasExiting
            store(isLarger ? 1 : 0, in: destination)
            perform(Array(rest))
            finish()
            branches.append(actions)
            packet = before.packet
            committed = datapathPacket
        }
        exits = wasExiting
        stack = before.stack
        actionSet = before.actionSet
        actions = outer
        actions.append(.checkLength(UInt32(length), larger: branches[0], otherwise: branches[1]))
    }
}

extension DatapathAction {
    /// Whether the packet may not come out of the action, or not as it went in, in a way that no action undoes.
    fileprivate var isFinal: Bool {
        switch self {
        case .meter, .recirculate, .truncate, .drop: true
        default: false
        }
    }

    /// A whole program in the form that the datapath takes: what ends a packet stands last, or in a clone.
    static func tidied(_ actions: [DatapathAction]) -> [DatapathAction] {
        var result: [DatapathAction] = []
        for (index, action) in actions.enumerated() {
            let isLast = index == actions.count - 1
            switch action {
            case .recirculate where !isLast: result.append(.clone([action]))
            case .clone(let list):
                if isLast { result += tidied(list) } else { result.append(.clone(tidied(list))) }
            case .checkLength(let length, let larger, let otherwise):
                result.append(.checkLength(length, larger: tidied(larger), otherwise: tidied(otherwise)))
            case .sample(let probability, let list): result.append(.sample(probability: probability, tidied(list)))
            default: result.append(action)
            }
        }
        return result
    }
}
