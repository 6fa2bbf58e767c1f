import Control

/// How tables behave: Flow_Table rows and OFPT_TABLE_MOD.
extension FlowTables {
    /// OFPTMPEF_*: eviction goes by importance, lifetime and something else (OVS: OFPROTO_EVICTION_FLAGS).
    public nonisolated static let evictionFlags: UInt32 = 0b111

    /// Puts the operator's wishes in force; tables that are not named get the defaults. Returns the rules that had to
    /// leave tables that are smaller now.
    public func configure(_ wishes: [UInt8: FlowTableConfiguration]) -> [RemovedRule] {
        begin(Batch(origin: nil, isReversible: false))
        for (number, wish) in wishes where number < FlowTables.count { existing(number).configure(wish) }
        for table in existingTables {
            if wishes[table.number] == nil { table.configure(FlowTableConfiguration()) }
            shrink(table)
        }
        return finish()
    }

    private func shrink(_ table: FlowTable) {
        guard let limit = table.configuration.flowLimit else { return }
        while table.ruleCount > limit, let rule = table.ruleToEvict() { delete([rule], reason: .eviction) }
    }

    /// OFPT_TABLE_MOD.
    ///
    /// - Throws: the standard's error; nothing has changed then.
    public func apply(_ change: TableMod) throws(OpenFlowError) {
        if let table = change.table, table >= FlowTables.count {
            throw OpenFlowError(.badTableModTable, "table \(table) does not exist")
        }
        if let flags = change.evictionFlags, flags != Self.evictionFlags {
            throw OpenFlowError(.badTableModConfiguration, "eviction flags \(flags) cannot be set")
        }
        let hadMisses = existingTables.map(\.miss)
        let numbers = change.table.map { [$0] } ?? (0..<UInt8(FlowTables.count)).map { $0 }
        for number in numbers {
            let table = existing(number)
            if let miss = change.miss { table.miss = miss }
            if let evicts = change.evicts { table.evictsByRequest = evicts }
            if let sends = change.sendsVacancyEvents { table.watchVacancy(sends ? change.vacancy : nil) }
        }
        guard change.miss != nil, existingTables.map(\.miss) != hadMisses else { return }
        begin(Batch(origin: nil, isReversible: false))
        batch?.isGlobal = true
        _ = finish()
    }

    /// OFPMP_TABLE_FEATURES with contents: gives tables names, an empty one being none; nothing else of them can be
    /// changed.
    ///
    /// - Throws: the standard's error; nothing has changed then.
    public func apply(_ changes: [TableFeaturesChange]) throws(OpenFlowError) {
        var names: [UInt8: String] = [:]
        for change in changes {
            guard names.updateValue(change.name, forKey: change.table) == nil else {
                throw OpenFlowError(.duplicateTable, "table \(change.table) twice")
            }
        }
        func refuse(_ reason: String) -> OpenFlowError { OpenFlowError(.tableFeaturesPermissions, reason) }
        guard let command = changes.first?.command else { return }
        guard command == .replace || command == .modify else { throw refuse("tables are always there") }
        let own = Self.internalTable
        guard names.keys.allSatisfy({ $0 < own }) else { throw refuse("table \(own) is the switch's own") }
        // What replaces all tables has to name each.
        guard command == .modify || names.count == Int(own) else { throw refuse("tables are always there") }
        for change in changes {
            let features = features(of: change.table)
            guard change.isSupported, change.maximumEntries == features.maximumEntries else {
                throw refuse("table \(change.table) cannot be like that")
            }
            if let given = table(change.table)?.configuration.name, given != change.name {
                throw refuse("table \(change.table) is named \(given) in the database")
            }
        }
        for (number, name) in names where name != features(of: number).name {
            existing(number).nameByRequest = name.isEmpty ? nil : name
        }
    }

    /// What OFPMP_TABLE_DESC tells.
    public func description(of number: UInt8) -> TableDescription {
        var result = TableDescription(table: number)
        result.evictionFlags = Self.evictionFlags
        guard let table = table(number) else { return result }
        result.evicts = table.evictsByRequest
        result.vacancy = table.vacancy
        result.currentVacancy = table.vacancyPercent
        return result
    }

    /// Tells of tables that rules have come into, or left, by the change just made.
    func tellVacancies(_ altered: [Rule]) {
        guard let vacancyChanged, let first = altered.first else { return }
        // Most often there is one rule, and a set costs something.
        let numbers = altered.count == 1 ? [first.table] : Set(altered.map(\.table)).sorted()
        for number in numbers {
            guard let reason = table(number)?.vacancyNews() else { continue }
            vacancyChanged(TableStatus(table: number, reason: reason))
        }
    }
}

extension FlowTable {
    /// Room in percent of the limit, rounded down; without one there is nearly all of it.
    var vacancyPercent: UInt8 {
        guard let limit = configuration.flowLimit, limit > 0 else { return ruleCount == 0 ? 100 : 99 }
        // The operator's limit may be any number, a hundred times of which is too many.
        return UInt8(UInt128(max(0, limit - ruleCount)) * 100 / UInt128(limit))
    }

    func watchVacancy(_ wish: TableMod.Vacancy?) {
        let wasOff = vacancy == nil
        vacancy = wish
        guard let wish, wasOff else { return }
        awaited = vacancyPercent < wish.up ? .vacancyUp : .vacancyDown
    }

    /// What is to be told of the vacancy now, once.
    func vacancyNews() -> TableStatus.Reason? {
        guard let vacancy else { return nil }
        let room = vacancyPercent
        guard room < vacancy.down || room > vacancy.up else { return nil }
        let reason: TableStatus.Reason = room < vacancy.down ? .vacancyDown : .vacancyUp
        guard reason == awaited else { return nil }
        awaited = reason == .vacancyDown ? .vacancyUp : .vacancyDown
        return reason
    }
}
