import OpenFlow

/// The actions that a packet gathers on its way and that are carried out at the pipeline's end (OpenFlow 1.5.1 section
/// 5.6).
struct ActionSet {
    /// As they were written; of most kinds the latest counts.
    private(set) var written: [Action] = []
    private var hasGroup = false
    /// What `actset_output` tells: the port of the set's output while it has no group; nil for none.
    private(set) var output: OpenFlowPort?

    var isEmpty: Bool { written.isEmpty }

    mutating func write(_ actions: [Action]) {
        written += actions
        for action in actions where !hasGroup {
            switch action {
            case .output(let port, _): output = port
            case .group:
                hasGroup = true
                output = nil
            default: break
            }
        }
    }

    mutating func clear() { self = ActionSet() }

    /// The list to carry out, in the standard's order. A set without an end (output, group or resubmit) does nothing.
    static func list(of actions: [Action]) -> [Action] {
        var slots = [Action?](repeating: nil, count: slotCount)
        var sets: [Action] = []
        var final: (rank: Int, action: Action)?
        for action in actions {
            switch place(of: action) {
            case .slot(let index): slots[index] = action
            case .set: sets.append(action)
            case .final(let rank): if rank >= final?.rank ?? 0 { final = (rank, action) }
            }
        }
        guard let final else { return [] }
        return slots.compactMap { $0 } + sets + [final.action]
    }

    private enum Place {
        /// Only the latest counts, at this place in the order.
        case slot(Int)
        /// All count, in the order in which they were written.
        case set
        /// Only the one of the highest rank counts, and of equals the latest.
        case final(Int)
    }

    private static let slotCount = 10

    private static func place(of action: Action) -> Place {
        switch action {
        case .copyTTLIn: .slot(0)
        case .popVLAN: .slot(1)
        case .popMPLS: .slot(2)
        case .popPBB: .slot(3)
        case .pushMPLS: .slot(4)
        case .pushPBB: .slot(5)
        case .pushVLAN: .slot(6)
        case .copyTTLOut: .slot(7)
        case .decrementTTL: .slot(8)
        case .decrementMPLSTTL: .slot(9)
        case .resubmit: .final(1)
        case .output: .final(2)
        case .group: .final(3)
        default: .set
        }
    }
}
