import OpenFlow
import Packets

extension Translator {
    /// `learn`: makes a flow of the packet, or changes it, if there is a packet to learn from.
    func learn(_ learn: LearnAction) {
        for step in learn.steps {
            if case .field(let range) = step.source { _ = read(range) }
        }
        let change = flow(of: learn)
        if seen != nil { trace?.learned(change) }
        let lesson = Lesson(bridge: bridge, change: change, limit: learn.limit)
        if learn.limit > 0 { context.noteLimit() }
        let isLearned = mayBeLearned(lesson)
        if isLearned, seen != nil {
            lessons.append(lesson)
        } else if seen == nil, learn.limit == 0 {
            trace?.warning("suppressing side effects, so learn action ignored")
        }
        if let result = learn.result {
            store(isLearned ? 1 : 0, in: result)
            trace?.stored(result, in: self)
        }
        if isLearned { context.note(lesson) } else { trace?.detail("Limit exceeded, learn failed") }
    }

    /// Whether the flow will be in its table, as far as limits go.
    private func mayBeLearned(_ lesson: Lesson) -> Bool {
        guard lesson.limit > 0, !lesson.isThere else { return true }
        // Without a packet nobody learns: whether a later one will depends on how many there are then.
        guard seen != nil else {
            isOnce = true
            return false
        }
        var matches = Set([lesson.change.match])
        for other in lessons where other.isOfFamily(of: lesson) && !other.isThere { matches.insert(other.change.match) }
        return lesson.siblings + matches.count <= Int(lesson.limit)
    }

    /// Makes the flows that the packet teaches. A packet meets tables as they were when it came, and so none of them
    /// itself (OVS: tables_version).
    func teach() {
        guard let seen else { return }
        for lesson in lessons {
            _ = lesson.learn(at: seen) { error in
                report(error: "LEARN action execution failed (\(error.code)).")
            }
        }
        lessons = []
    }

    /// What the packet says to add (ovs-actions(7), "The learn action").
    private func flow(of learn: LearnAction) -> FlowMod {
        var match = Match()
        var list: [Action] = []
        for step in learn.steps {
            let value: FieldValue =
                switch step.source {
                case .field(let range): range.value(in: packet.key)
                case .immediate(let number): number
                }
            switch step.target {
            case .match(let range):
                range.set(value, in: &match.key)
                range.mergeMask(into: &match.mask)
            case .load(let range):
                list.append(.setField(FieldRewrite(range, value: value, style: .load)))
            case .output:
                let port = OpenFlowPort(rawValue: UInt16(truncatingIfNeeded: value.low))
                let isFit = port.rawValue < OpenFlowPort.limit || [.inPort, .flood, .local, .all].contains(port)
                if value == FieldValue(value.low & 0xffff), isFit { list.append(.output(port, maxLength: 0)) }
            }
        }
        if learn.finIdleTimeoutSeconds != 0 || learn.finHardTimeoutSeconds != 0 {
            list.insert(
                .finTimeout(idleSeconds: learn.finIdleTimeoutSeconds, hardSeconds: learn.finHardTimeoutSeconds), at: 0)
        }
        match = Match(key: match.key, mask: match.mask)
        var change = FlowMod(
            command: .modifyStrict, table: learn.table, match: match, priority: learn.priority, actions: list)
        change.cookie = learn.cookie
        change.setsCookie = true
        change.idleTimeoutSeconds = learn.idleTimeoutSeconds
        change.hardTimeoutSeconds = learn.hardTimeoutSeconds
        change.sendsFlowRemoved = learn.sendsFlowRemoved
        return change
    }

    /// `fin_timeout`: the rule lasts less long once a TCP connection ends.
    func shortenTimeouts(_ idle: UInt16, _ hard: UInt16) {
        lookAtProtocol()
        guard let rule else { return }
        let timeout = FinTimeout(rule: rule, idleSeconds: idle, hardSeconds: hard, bridge: bridge)
        context.note(timeout)
        guard seen != nil, packet.key.u8(FlowField.networkProtocol) == IPProtocol.tcp,
            packet.key.u16(FlowField.tcpFlags) & FinTimeout.endFlags != 0
        else { return }
        timeout.apply()
    }
}
