import Control
import Packets
import Testing

@testable import OpenFlow

@Suite @ControlActor
struct MeterTableTests {
    /// A datapath's meters as far as the table can see them.
    private final class Device: MeterDevice {
        var meters: [UInt32: MeterContents] = [:]
        var next: UInt32 = 5
        var isFull = false

        func makeMeter(_ contents: MeterContents) throws(OpenFlowError) -> UInt32 {
            if isFull { throw OpenFlowError(.outOfMeters) }
            next += 1
            meters[next] = contents
            return next
        }

        func changeMeter(_ number: UInt32, to contents: MeterContents) throws(OpenFlowError) {
            meters[number] = contents
        }

        func removeMeter(_ number: UInt32) { meters[number] = nil }

        func counters(ofMeter number: UInt32) -> MeterCounters? {
            guard meters[number] != nil else { return nil }
            var counters = MeterCounters(bands: [.init(packets: 4, bytes: 400)])
            counters.packets = UInt64(number)
            return counters
        }
    }

    private func change(_ command: MeterMod.Command, _ id: UInt32, rates: [UInt32] = [100], flags: UInt16 = 1)
        -> MeterMod
    {
        let bands = rates.map { MeterContents.Band(kind: .drop, rate: $0, burst: 0) }
        return MeterMod(command: command, id: id, meter: MeterContents(flags: flags, bands: bands))
    }

    private func refused(_ tables: FlowTables, _ change: MeterMod, _ code: OpenFlowError.Code) {
        do {
            try tables.apply(change)
            Issue.record("not refused")
        } catch {
            #expect(error.code == code)
        }
    }

    @Test func metersAreCheckedAndComeIntoTheDatapath() throws {
        let device = Device()
        let tables = FlowTables()
        tables.meters.device = device
        refused(tables, change(.modify, 1), .unknownMeter)
        refused(tables, change(.add, 0), .invalidMeter)
        refused(tables, change(.add, 0xffff_0001), .invalidMeter)
        refused(tables, change(.add, MeterMod.all), .invalidMeter)
        refused(tables, change(.add, 1, flags: 3), .badMeterFlags)
        refused(tables, change(.add, 1, rates: Array(repeating: 1, count: 9)), .outOfBands)
        refused(tables, change(.add, 1, rates: [0]), .badMeterRate)
        device.isFull = true
        refused(tables, change(.add, 1), .outOfMeters)
        #expect(tables.meters.count == 0)
        device.isFull = false
        try tables.apply(change(.add, 1))
        try tables.apply(change(.add, MeterMod.controller))
        refused(tables, change(.add, 1), .meterExists)
        let meter = try #require(tables.meters[1])
        try tables.apply(change(.modify, 1, rates: [7, 8]))
        #expect(device.meters[meter.datapathID]?.bands.map(\.rate) == [7, 8])
        // The datapath tells one band so far; two are there.
        let seen = tables.meters.statistics(of: meter)
        #expect(seen.packets == UInt64(meter.datapathID) && seen.bands.map(\.packets) == [4, 0])
        try tables.apply(change(.delete, MeterMod.all))
        #expect(tables.meters.count == 0 && device.meters.isEmpty)
    }

    @Test func rulesNeedTheirMeterAndGoWithIt() throws {
        let tables = FlowTables()
        let flow = FlowMod(command: .add, table: 3, match: Match(), priority: 1, actions: [.meter(4)])
        #expect(throws: OpenFlowError(.invalidMeter, "meter 4 does not exist")) { try tables.apply(flow) }
        #expect(throws: OpenFlowError.self) { try tables.check(flow.actions) }
        try tables.apply(change(.add, 4))
        try tables.apply(flow)
        #expect(try tables.referenceCount(of: #require(tables.meters[4])) == 1)
        #expect(try tables.apply(change(.delete, 4)).map(\.reason) == [.meterDelete])
        #expect(tables.ruleCount == 0)
    }

    @Test func aFailedTransactionLeavesMetersAsTheyWere() throws {
        let device = Device()
        let tables = FlowTables()
        tables.meters.device = device
        try tables.apply(change(.add, 1))
        try tables.apply(change(.add, 2))
        let before = device.meters
        let failing: [PipelineChange] = [
            .meter(change(.delete, 1)), .meter(change(.add, 1)), .meter(change(.modify, 2, rates: [9])),
            .meter(change(.add, 3)), .meter(change(.add, 3)),
        ]
        do {
            try tables.apply(failing)
            Issue.record("not refused")
        } catch {
            #expect(error.index == 4 && error.error.code == .meterExists)
        }
        #expect(device.meters == before && tables.meters.all.map(\.id) == [1, 2])
    }
}
