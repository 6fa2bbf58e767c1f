import Control

/// A bridge's meters with the semantics of OFPT_METER_MOD (OpenFlow 1.3.5 section 6.6; OVS: ofproto).
///
/// Changes are made through ``FlowTables/apply(_:)-(MeterMod)``, which deletes the rules of meters that go.
@ControlActor
public final class MeterTable {
    /// The greatest number of an ordinary meter (OFPM13_MAX).
    public nonisolated static let maximumID: UInt32 = 0xffff_0000
    /// How many bands a meter may have (OVS: MAX_BANDS).
    public nonisolated static let maximumBands = 8
    /// OFPMF_*: kbps, pktps, burst, stats.
    public nonisolated static let knownFlags: UInt16 = 0b1111

    /// Where the meters are carried out; without it meters can be described but count nothing.
    public weak var device: (any MeterDevice)?
    private var entries: [UInt32: MeterEntry] = [:]

    /// The meter of a number; nil where there is none.
    public subscript(_ id: UInt32) -> MeterEntry? { entries[id] }
    /// All meters by number.
    public var all: [MeterEntry] { entries.values.sorted { $0.id < $1.id } }
    public var count: Int { entries.count }

    /// What the meter has counted.
    public func statistics(of meter: MeterEntry) -> MeterCounters {
        let none = MeterCounters(bands: Array(repeating: .init(), count: meter.contents.bands.count))
        guard var result = device?.counters(ofMeter: meter.datapathID) else { return none }
        // The datapath may lag behind a change of the number of bands.
        result.bands = Array((result.bands + none.bands).prefix(none.bands.count))
        return result
    }

    // MARK: Changes

    /// What a change has done.
    enum Outcome {
        case added(MeterEntry)
        case modified(MeterEntry, before: MeterContents)
        case deleted([MeterEntry])
    }

    /// Carries out a meter-mod, but for the rules.
    func apply(_ change: MeterMod, now: ContinuousClock.Instant) throws(OpenFlowError) -> Outcome {
        if change.command == .delete { return .deleted(delete(change.id)) }
        try check(change)
        let known = entries[change.id]
        switch (change.command, known) {
        case (.add, .some):
            throw OpenFlowError(.meterExists, "meter \(change.id) exists")
        case (.modify, .none):
            throw OpenFlowError(.unknownMeter, "meter \(change.id) does not exist")
        case (_, .some(let meter)):
            let before = meter.contents
            try device?.changeMeter(meter.datapathID, to: change.meter)
            meter.contents = change.meter
            return .modified(meter, before: before)
        case (_, .none):
            let number = try device?.makeMeter(change.meter) ?? 0
            let meter = MeterEntry(id: change.id, change.meter, datapathID: number, now: now)
            insert(meter)
            return .added(meter)
        }
    }

    func delete(_ id: UInt32) -> [MeterEntry] {
        let going = id == MeterMod.all ? all : entries[id].map { [$0] } ?? []
        going.forEach(remove)
        return going
    }

    func insert(_ meter: MeterEntry) {
        entries[meter.id] = meter
        meter.isInstalled = true
    }

    func remove(_ meter: MeterEntry) {
        entries[meter.id] = nil
        meter.isInstalled = false
    }

    /// Lets the datapath forget a meter that has been removed for good.
    func release(_ meter: MeterEntry) { device?.removeMeter(meter.datapathID) }

    /// Undoes a modification.
    func restore(_ meter: MeterEntry, _ contents: MeterContents) {
        meter.contents = contents
        // What the datapath has carried out before, it can again.
        try? device?.changeMeter(meter.datapathID, to: contents)
    }

    private func check(_ change: MeterMod) throws(OpenFlowError) {
        let isVirtual = change.id == MeterMod.slowPath || change.id == MeterMod.controller
        guard change.id != 0, change.id <= Self.maximumID || isVirtual else {
            throw OpenFlowError(.invalidMeter, "meter number \(change.id)")
        }
        let flags = change.meter.flags
        guard flags & ~Self.knownFlags == 0, flags & 3 != 3 else {
            throw OpenFlowError(.badMeterFlags, "meter \(change.id): flags \(flags)")
        }
        guard change.meter.bands.count <= Self.maximumBands else {
            throw OpenFlowError(.outOfBands, "meter \(change.id): \(change.meter.bands.count) bands")
        }
        for band in change.meter.bands where band.rate == 0 {
            throw OpenFlowError(.badMeterRate, "meter \(change.id): rate \(band.rate)")
        }
    }
}
