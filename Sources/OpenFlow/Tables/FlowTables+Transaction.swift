import Control

extension FlowTables {
    /// What the change under way has done so far; told at its end.
    struct Batch {
        let origin: ChangeOrigin?
        /// Whether it may have to be undone.
        let isReversible: Bool
        var altered: [Rule] = []
        var isGlobal = false
        var removed: [RemovedRule] = []
        var events: [FlowEvent] = []
        /// Meters that the datapath is to forget.
        var goneMeters: [MeterEntry] = []
        /// Learning actions that no rule has any more.
        var orphans: [LearnedFlows] = []
        var steps: [Step] = []
    }

    /// One step of a change, with what undoing it takes.
    enum Step {
        case installed(Rule)
        case uninstalled(Rule)
        case modified(Rule, Rule.State)
        case addedGroup(GroupEntry)
        case modifiedGroup(GroupEntry, GroupEntry.State)
        case deletedGroup(GroupEntry)
        case addedMeter(MeterEntry)
        case modifiedMeter(MeterEntry, MeterContents)
        case deletedMeter(MeterEntry)
    }

    /// Makes all of the changes or, when one fails, none, and tells of them once; returns the rules that have left.
    ///
    /// Translations are made on the same thread, so that no packet meets a part of them.
    @discardableResult
    public func apply(
        _ changes: [PipelineChange], origin: ChangeOrigin? = nil
    ) throws(PipelineFailure) -> [RemovedRule] {
        begin(Batch(origin: origin, isReversible: changes.count > 1))
        for (index, change) in changes.enumerated() {
            do {
                try carryOut(change)
            } catch {
                undo()
                throw PipelineFailure(index: index, error: error)
            }
        }
        return finish()
    }

    /// Makes one change; see ``apply(_:origin:)-([PipelineChange],_)``.
    @discardableResult
    public func apply(_ change: PipelineChange, origin: ChangeOrigin? = nil) throws(OpenFlowError) -> [RemovedRule] {
        begin(Batch(origin: origin, isReversible: false))
        do {
            try carryOut(change)
        } catch {
            undo()
            throw error
        }
        return finish()
    }

    private func carryOut(_ change: PipelineChange) throws(OpenFlowError) {
        switch change {
        case .flow(let change): try carryOut(change)
        case .group(let change): try carryOut(change)
        case .meter(let change): try carryOut(change)
        }
    }

    func begin(_ batch: Batch) {
        precondition(self.batch == nil, "the tables are changed from within a change")
        self.batch = batch
    }

    /// Tells what the batch has done, and returns the rules that have left.
    func finish() -> [RemovedRule] {
        deleteOrphans()
        guard let done = batch else { return [] }
        batch = nil
        done.goneMeters.forEach(meters.release)
        if !done.altered.isEmpty || done.isGlobal {
            generation &+= 1
            changed?(FlowTableChange(rules: done.altered, isGlobal: done.isGlobal))
        }
        if !done.events.isEmpty { observer?(FlowEvents(events: done.events, origin: done.origin)) }
        tellVacancies(done.altered)
        return done.removed
    }

    /// Makes the batch undone, the last step first.
    private func undo() {
        guard let failed = batch else { return }
        // Steps back are not steps themselves.
        batch = Batch(origin: nil, isReversible: false)
        for step in failed.steps.reversed() {
            switch step {
            case .installed(let rule): uninstall(rule)
            case .uninstalled(let rule): install(rule)
            case .modified(let rule, let state): restore(rule, state)
            case .addedGroup(let group): groups.remove(group)
            case .modifiedGroup(let group, let state): groups.restore(group, state)
            case .deletedGroup(let group): groups.insert(group)
            case .addedMeter(let meter):
                meters.remove(meter)
                meters.release(meter)
            case .modifiedMeter(let meter, let contents): meters.restore(meter, contents)
            case .deletedMeter(let meter): meters.insert(meter)
            }
        }
        batch = nil
    }

    func note(_ step: Step) {
        if batch?.isReversible == true { batch?.steps.append(step) }
    }

    func note(_ kind: FlowEvent.Kind, _ rule: Rule) {
        if observer != nil { batch?.events.append(FlowEvent(kind: kind, rule: rule)) }
    }
}

extension FlowTables {
    /// A step of what is to be tried.
    enum Rehearsal {
        case change(PipelineChange)
        /// Groups and meters that actions refer to must be there by then.
        case check([Action])
    }

    /// Finds out whether the steps can be carried out one after the other. Nothing has changed afterwards, and nobody
    /// is told of anything.
    func rehearse(_ steps: [Rehearsal]) throws(PipelineFailure) {
        begin(Batch(origin: nil, isReversible: true))
        defer { undo() }
        for (index, step) in steps.enumerated() {
            do {
                switch step {
                case .change(let change): try carryOut(change)
                case .check(let actions): try check(actions)
                }
            } catch {
                throw PipelineFailure(index: index, error: error)
            }
        }
    }
}
