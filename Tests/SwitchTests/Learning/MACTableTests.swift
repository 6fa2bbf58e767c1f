import Control
import OpenFlow
import Packets
import TestSupport
import Testing

@testable import Switch

@ControlActor
@Suite struct MACTableTests {
    let clock = TestClock()
    let table: MACTable
    let p1 = OpenFlowPort(rawValue: 1)
    let p2 = OpenFlowPort(rawValue: 2)

    init() {
        let clock = clock
        table = MACTable(clock: { clock.now })
    }

    private func station(_ number: Int) -> MACAddress { SwitchBench.station(number) }

    @Test func learnsMovesAndTells() {
        var told: [LearnedAddress] = []
        table.changed = { if case .address(let address) = $0 { told.append(address) } }
        table.learn(station(1), vlan: 5, on: p1, at: clock.now)
        #expect(table.lookup(station(1), vlan: 5) == p1)
        #expect(table.lookup(station(1), vlan: 6) == nil)
        table.learn(station(1), vlan: 5, on: p1, at: clock.now)
        #expect(told.count == 1)
        table.learn(station(1), vlan: 5, on: p2, at: clock.now)
        #expect(table.lookup(station(1), vlan: 5) == p2)
        #expect(told == Array(repeating: LearnedAddress(station(1), vlan: 5), count: 2))
        #expect(table.statistics.moved == 1)
        #expect(table.statistics.learned == 1)
    }

    @Test func groupAddressesAndFloodVLANsAreNotLearned() {
        table.floodVLANs = [7]
        table.learn(MACAddress(number: 0x0100_5e00_0001), vlan: 0, on: p1, at: clock.now)
        table.learn(station(1), vlan: 7, on: p1, at: clock.now)
        #expect(table.count == 0)
    }

    @Test func lateReportsMoveNothing() {
        let early = clock.now
        clock.advance(.seconds(2))
        table.learn(station(1), vlan: 0, on: p2, at: clock.now)
        table.learn(station(1), vlan: 0, on: p1, at: early)
        #expect(table.lookup(station(1), vlan: 0) == p2)
    }

    @Test func agesByLastUse() {
        table.agingTime = .seconds(60)
        table.learn(station(1), vlan: 0, on: p1, at: clock.now)
        table.learn(station(2), vlan: 0, on: p1, at: clock.now)
        table.addStatic(station(3), vlan: 0, port: p2)
        clock.advance(.seconds(40))
        table.learn(station(1), vlan: 0, on: p1, at: clock.now)
        #expect(table.entries.map(\.ageSeconds) == [40, nil, 0])
        clock.advance(.seconds(20))
        table.expire()
        #expect(table.lookup(station(1), vlan: 0) == p1)
        #expect(table.lookup(station(2), vlan: 0) == nil)
        clock.advance(.seconds(1000))
        table.expire()
        #expect(table.entries.map(\.mac) == [station(3)])
        #expect(table.statistics.expired == 2)
    }

    @Test func agingTimeIsHeldWithinBounds() {
        table.agingTime = .seconds(1)
        #expect(table.agingTime == .seconds(15))
        table.agingTime = .seconds(100_000)
        #expect(table.agingTime == .seconds(3600))
    }

    @Test func evictsTheOldestOfTheFullestPort() {
        table.maximumCount = 10
        for number in 0..<3 { table.learn(station(number), vlan: 0, on: p1, at: clock.now) }
        for number in 3..<10 { table.learn(station(number), vlan: 0, on: p2, at: clock.now) }
        table.learn(station(3), vlan: 0, on: p2, at: clock.now)
        table.learn(station(100), vlan: 0, on: p1, at: clock.now)
        #expect(table.count == 10)
        #expect(table.lookup(station(4), vlan: 0) == nil)
        #expect(table.lookup(station(3), vlan: 0) == p2)
        #expect(table.lookup(station(0), vlan: 0) == p1)
        #expect(table.statistics.evicted == 1)
    }

    /// As in OVS's own test of fairness: of 5 ports with 2 each, three lose one to a sixth.
    @Test func whichOfEqualPortsLosesIsDetermined() {
        table.maximumCount = 10
        for number in 0..<10 {
            table.learn(station(number), vlan: 0, on: OpenFlowPort(rawValue: UInt16(number / 2 + 1)), at: clock.now)
            clock.advance(.seconds(1))
        }
        for number in 10..<26 {
            table.learn(station(number), vlan: 0, on: OpenFlowPort(rawValue: 6), at: clock.now)
            clock.advance(.seconds(1))
        }
        let left = (0..<26).filter { table.lookup(station($0), vlan: 0) != nil }
        #expect(left == [1, 3, 4, 5, 7, 8, 9, 23, 24, 25])
    }

    @Test func staticEntriesStay() {
        table.maximumCount = 10
        table.learn(station(0), vlan: 0, on: p2, at: clock.now)
        for number in 0..<10 { #expect(table.addStatic(station(number), vlan: 0, port: p1)) }
        #expect(!table.addStatic(station(10), vlan: 0, port: p1))
        table.learn(station(11), vlan: 0, on: p2, at: clock.now)
        table.learn(station(0), vlan: 0, on: p2, at: clock.now)
        table.flush()
        #expect(table.lookup(station(0), vlan: 0) == p1)
        #expect(table.statistics.currentStatic == 10)
        #expect(table.count == 10)
        #expect(table.removeStatic(station(0), vlan: 0))
        #expect(!table.removeStatic(station(0), vlan: 0))
        #expect(table.statistics.currentStatic == 9)
        table.flush(port: p1, includesStatic: true)
        #expect(table.count == 0)
        #expect(table.statistics.currentStatic == 0)
    }

    @Test func gratuitousARPLocksAgainstBonds() {
        table.learn(station(1), vlan: 0, on: p1, at: clock.now, isGratuitousARP: true)
        clock.advance(.seconds(1))
        table.learn(station(1), vlan: 0, on: p2, at: clock.now, isGratuitousARP: true, isBond: true)
        #expect(table.lookup(station(1), vlan: 0) == p1)
        clock.advance(.seconds(5))
        table.learn(station(1), vlan: 0, on: p2, at: clock.now, isGratuitousARP: true, isBond: true)
        #expect(table.lookup(station(1), vlan: 0) == p2)
    }

    @Test func aSmallerTableDropsTheOldest() {
        for number in 0..<20 { table.learn(station(number), vlan: 0, on: p1, at: clock.now) }
        table.maximumCount = 12
        #expect(table.count == 12)
        #expect(table.lookup(station(7), vlan: 0) == nil)
        #expect(table.lookup(station(8), vlan: 0) == p1)
    }

    /// Random operations against a plain array kept in order of use.
    @Test func agreesWithANaiveModel() {
        var random = SeededGenerator(seed: 7)
        var model: [(mac: MACAddress, port: OpenFlowPort, isStatic: Bool)] = []
        table.maximumCount = 30
        for _ in 0..<20_000 {
            let mac = station(Int.random(in: 0..<60, using: &random))
            let port = OpenFlowPort(rawValue: UInt16.random(in: 1...5, using: &random))
            let found = model.firstIndex { $0.mac == mac }
            switch Int.random(in: 0..<100, using: &random) {
            case 0:
                if let found, model[found].isStatic { model.remove(at: found) }
                table.removeStatic(mac, vlan: 0)
            case 1:
                model.removeAll { $0.port == port && !$0.isStatic }
                table.flush(port: port, includesStatic: false)
            case 2 where found != nil:
                model.remove(at: found!)
                model.append((mac, port, true))
                table.addStatic(mac, vlan: 0, port: port)
            default:
                if let found {
                    if !model[found].isStatic {
                        model.remove(at: found)
                        model.append((mac, port, false))
                    }
                } else {
                    if model.count == 30 {
                        let counts = Dictionary(grouping: model.filter { !$0.isStatic }, by: \.port).mapValues(\.count)
                        let most = counts.values.max() ?? 0
                        // Several ports may be fullest: the table chooses one, whose oldest has to be gone.
                        let gone = model.indices.first { index in
                            !model[index].isStatic && counts[model[index].port] == most
                                && model.firstIndex { !$0.isStatic && $0.port == model[index].port } == index
                                && {
                                    table.learn(mac, vlan: 0, on: port, at: clock.now)
                                    return table.lookup(model[index].mac, vlan: 0) == nil
                                }()
                        }
                        guard let gone else { break }
                        model.remove(at: gone)
                    }
                    model.append((mac, port, false))
                    if table.lookup(mac, vlan: 0) != nil { continue }
                }
                table.learn(mac, vlan: 0, on: port, at: clock.now)
            }
            guard table.entries.map(\.mac) == model.map(\.mac), table.entries.map(\.port) == model.map(\.port) else {
                Issue.record("table \(table.entries) is not as the model \(model)")
                return
            }
        }
        #expect(table.statistics.evicted > 100)
    }
}
