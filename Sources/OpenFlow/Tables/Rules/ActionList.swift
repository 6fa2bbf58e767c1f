import Control

/// A list of actions as rules have it: rules with equal lists share one (OVS: `struct rule_actions`).
@ControlActor
final class ActionList {
    nonisolated let actions: [Action]
    nonisolated let references: ActionReferences
    /// How many installed rules have it.
    fileprivate(set) var users = 0

    nonisolated init(_ actions: [Action]) {
        self.actions = actions
        references = ActionReferences(actions)
    }
}

/// The lists that installed rules have, each once, and how often rules refer to groups and meters by them.
@ControlActor
final class ActionListStore {
    private var lists: [[Action]: ActionList] = [:]
    private var groupUsers: [UInt32: Int] = [:]
    private var meterUsers: [UInt32: Int] = [:]

    var all: some Collection<ActionList> { lists.values }

    /// How many different lists there are.
    var count: Int { lists.count }

    /// The list for `actions`; one in use if there is such.
    func list(_ actions: [Action]) -> ActionList { lists[actions] ?? ActionList(actions) }

    /// Counts a rule that has `list`; the rule is to have the result instead, which is an equal list.
    func retain(_ list: ActionList) -> ActionList {
        var list = list
        if list.users == 0 {
            if let known = lists[list.actions] { list = known } else { lists[list.actions] = list }
        }
        list.users += 1
        for group in list.references.groups { groupUsers[group, default: 0] += 1 }
        for meter in list.references.meters { meterUsers[meter, default: 0] += 1 }
        return list
    }

    /// A rule that was counted has it no more.
    func release(_ list: ActionList) {
        list.users -= 1
        if list.users == 0 { lists[list.actions] = nil }
        for group in list.references.groups { Self.lower(&groupUsers, group) }
        for meter in list.references.meters { Self.lower(&meterUsers, meter) }
    }

    private static func lower(_ counts: inout [UInt32: Int], _ id: UInt32) {
        let left = counts[id, default: 0] - 1
        counts[id] = left > 0 ? left : nil
    }

    /// How many rules send to a group.
    func users(ofGroup id: UInt32) -> Int { groupUsers[id] ?? 0 }
    /// How many rules ask a meter.
    func users(ofMeter id: UInt32) -> Int { meterUsers[id] ?? 0 }
}
