import Control

/// Groups and meters as part of the pipeline: rules refer to them and go with them.
extension FlowTables {
    /// Carries out a group-mod and returns the rules that left the tables because their group did.
    ///
    /// - Throws: the standard's error; nothing has changed then.
    @discardableResult
    public func apply(_ change: GroupMod, origin: ChangeOrigin? = nil) throws(OpenFlowError) -> [RemovedRule] {
        try apply(.group(change), origin: origin)
    }

    /// Carries out a meter-mod and returns the rules that left the tables because their meter did.
    ///
    /// - Throws: the standard's error; nothing has changed then.
    @discardableResult
    public func apply(_ change: MeterMod, origin: ChangeOrigin? = nil) throws(OpenFlowError) -> [RemovedRule] {
        try apply(.meter(change), origin: origin)
    }

    func carryOut(_ change: GroupMod) throws(OpenFlowError) {
        switch try groups.apply(change, now: now) {
        case .added(let group):
            // Another group's bucket may have waited for it.
            if groups.isSentTo(group.id) { batch?.isGlobal = true }
            note(.addedGroup(group))
        case .modified(let group, let before):
            batch?.isGlobal = true
            note(.modifiedGroup(group, before))
        case .deleted(let gone):
            gone.forEach { note(.deletedGroup($0)) }
            let ids = Set(gone.map(\.id))
            if ids.contains(where: groups.isSentTo) { batch?.isGlobal = true }
            guard ids.contains(where: { actionLists.users(ofGroup: $0) > 0 }) else { return }
            deleteRules(.groupDelete) { !ids.isDisjoint(with: $0.references.groups) }
        }
    }

    func carryOut(_ change: MeterMod) throws(OpenFlowError) {
        switch try meters.apply(change, now: now) {
        case .added(let meter): note(.addedMeter(meter))
        // The datapath has it under the same number: no flow is another.
        case .modified(let meter, let before): note(.modifiedMeter(meter, before))
        case .deleted(let gone): noteDeleted(gone)
        }
    }

    func deleteMeters(_ id: UInt32) { noteDeleted(meters.delete(id)) }

    private func noteDeleted(_ gone: [MeterEntry]) {
        gone.forEach { note(.deletedMeter($0)) }
        // The datapath forgets them once nothing can be undone any more.
        batch?.goneMeters += gone
        let ids = Set(gone.map(\.id))
        guard ids.contains(where: { actionLists.users(ofMeter: $0) > 0 }) else { return }
        deleteRules(.meterDelete) { !ids.isDisjoint(with: $0.references.meters) }
    }

    private func deleteRules(_ reason: RemovalReason, whose condition: (ActionList) -> Bool) {
        var going: [Rule] = []
        forEach { if condition($0.list) { going.append($0) } }
        delete(going, reason: reason)
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
