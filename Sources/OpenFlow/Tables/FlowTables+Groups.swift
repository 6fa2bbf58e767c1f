import Control

/// Groups and meters as part of the pipeline: rules refer to them and go with them.
extension FlowTables {
    /// Carries out a group-mod and returns the rules that left the tables because their group did.
    ///
    /// - Throws: the standard's error; nothing has changed then.
    @discardableResult
    public func apply(_ change: GroupMod) throws(OpenFlowError) -> [RemovedRule] {
        switch try groups.apply(change, now: now) {
        case .added(let group):
            // Another group's bucket may have waited for it.
            if groups.isSentTo(group.id) { noteChangeOfGroups() }
            return []
        case .modified:
            noteChangeOfGroups()
            return []
        case .deleted(let gone):
            let ids = Set(gone.map(\.id))
            if ids.contains(where: groups.isSentTo) { noteChangeOfGroups() }
            guard ids.contains(where: { actionLists.users(ofGroup: $0) > 0 }) else { return [] }
            return removeRules(.groupDelete) { !ids.isDisjoint(with: $0.references.groups) }
        }
    }

    /// Carries out a meter-mod and returns the rules that left the tables because their meter did.
    ///
    /// - Throws: the standard's error; nothing has changed then.
    @discardableResult
    public func apply(_ change: MeterMod) throws(OpenFlowError) -> [RemovedRule] {
        // A new meter has no users; a changed one is another in the datapath under the same number.
        guard case .deleted(let gone) = try meters.apply(change, now: now) else { return [] }
        let ids = Set(gone.map(\.id))
        guard ids.contains(where: { actionLists.users(ofMeter: $0) > 0 }) else { return [] }
        return removeRules(.meterDelete) { !ids.isDisjoint(with: $0.references.meters) }
    }

    /// Refuses actions that refer to groups or meters that are not there (OVS: ofproto_check_ofpacts).
    public func check(_ actions: [Action]) throws(OpenFlowError) { try check(ActionReferences(actions)) }

    func check(_ references: ActionReferences) throws(OpenFlowError) {
        for meter in references.meters where meters[meter] == nil {
            throw OpenFlowError(.invalidMeter, "meter \(meter) does not exist")
        }
        for group in references.groups where groups[group] == nil {
            throw OpenFlowError(.badOutGroup, "group \(group) does not exist")
        }
    }

    /// How many rules send to the group, as group statistics tell it.
    public func referenceCount(of group: GroupEntry) -> Int { actionLists.users(ofGroup: group.id) }
    /// How many rules ask the meter.
    public func referenceCount(of meter: MeterEntry) -> Int { actionLists.users(ofMeter: meter.id) }
}
