import Datapath
import OVSDB
import OpenFlow
import Switch
import TestSupport
import Testing

@testable import Configuration

@Suite struct StateDiffTests {
    private func desired(_ build: (inout TableBuilder) -> Void) -> DesiredState {
        var tables = TableBuilder()
        build(&tables)
        return DesiredStateDecoder.decode(tables.finished())
    }

    /// A model of the applier: each port gets the number it asks for, or the lowest free one.
    private func after(_ running: RunningState, _ changes: [ConfigurationChange]) -> RunningState {
        var state = running
        for change in changes {
            switch change {
            case .removePort(let name, let bridge, _):
                #expect(state.bridges[bridge]?.ports[name] != nil)
                state.bridges[bridge]?.ports[name] = nil
            case .removeBridge(let name, _):
                #expect(state.bridges[name]?.ports.keys.sorted() == [name])
                state.bridges[name] = nil
            case .addBridge(let configuration):
                #expect(state.bridges[configuration.name] == nil)
                let local = RunningPort(configuration: .local(of: configuration), number: .local)
                state.bridges[configuration.name] = RunningBridge(
                    configuration: configuration, ports: [configuration.name: local])
            case .addPort(let configuration, let bridge):
                #expect(state.bridges[bridge] != nil && state.bridges[bridge]?.ports[configuration.name] == nil)
                let used = Set((state.bridges[bridge]?.ports ?? [:]).values.map(\.number.rawValue))
                var number = (1...).first { !used.contains($0) } ?? 1
                if let wanted = configuration.requestedNumber, !used.contains(wanted.rawValue) {
                    number = wanted.rawValue
                }
                state.bridges[bridge]?.ports[configuration.name] = RunningPort(
                    configuration: configuration, number: OpenFlowPort(rawValue: number))
            case .updateBridge(let configuration):
                state.bridges[configuration.name]?.configuration = configuration
            case .updatePort(let configuration, let bridge):
                #expect(state.bridges[bridge]?.ports[configuration.name] != nil)
                state.bridges[bridge]?.ports[configuration.name]?.configuration = configuration
            }
        }
        return state
    }

    private func running(_ state: DesiredState) -> RunningState {
        after(RunningState(), StateDiff.changes(from: RunningState(), to: state))
    }

    @Test func fromNothing() {
        let state = desired { tables in
            let ports = [
                tables.port("d1", type: "dpdk", options: ["dpdk-devargs": "net_null0"]), tables.port("a"),
                tables.port("z", interface: ["ofport_request": .integer(9)]),
                tables.port("k", interface: ["ofport": .integer(3)]),
            ]
            tables.bridge("br0", ports: ports)
        }
        let changes = StateDiff.changes(from: RunningState(), to: state)
        #expect(changes.map(\.interface) == ["br0", "z", "k", "a", "d1"])
        #expect(StateDiff.changes(from: running(state), to: state).isEmpty)
    }

    @Test func theLocalPortsOwnSettingsFollowTheBridge() {
        let state = desired { tables in
            let local = tables.port("br0", port: ["tag": .integer(5)])
            tables.bridge("br0", ports: [local])
        }
        let changes = StateDiff.changes(from: RunningState(), to: state)
        #expect(changes.count == 2)
        guard case .updatePort(let configuration, "br0")? = changes.last else { return #expect(Bool(false)) }
        #expect(configuration.vlan.tag == 5)
    }

    @Test func onlyWhatChangedIsTouched() {
        let before = desired { tables in
            let ports = [tables.port("a"), tables.port("b"), tables.port("c")]
            tables.bridge("br0", ports: ports)
        }
        let state = desired { tables in
            let ports = [tables.port("a"), tables.port("b", port: ["tag": .integer(5)]), tables.port("d")]
            tables.bridge("br0", ports: ports)
        }
        var target = state
        target.bridges["br0"]?.configuration = before.bridges["br0"]?.configuration ?? BridgeConfiguration(name: "br0")
        let changes = StateDiff.changes(from: running(before), to: target)
        #expect(changes.map(\.interface) == ["c", "d", "b"])
        #expect(changes.first == .removePort("c", bridge: "br0", destroy: true))
    }

    @Test func anotherDeviceBehindANameIsAReplacement() {
        let before = desired { tables in
            let port = tables.port("a", type: "internal")
            tables.bridge("br0", ports: [port])
        }
        var target = before
        target.bridges["br0"]?.ports["a"]?.configuration.kind = .datapath(
            PortConfiguration(name: "a", kind: .packetSocket, typeName: "system"))
        let changes = StateDiff.changes(from: running(before), to: target)
        #expect(changes.first == .removePort("a", bridge: "br0", destroy: true))
        #expect(changes.count == 2)
    }

    @Test func aRequestedNumberMovesWhoeverOnlyHappensToHaveIt() {
        let before = desired { tables in
            let ports = [tables.port("a"), tables.port("b")]
            tables.bridge("br0", ports: ports)
        }
        let start = running(before)
        #expect(start.bridges["br0"]?.ports["a"]?.number.rawValue == 1)
        var target = before
        target.bridges["br0"]?.ports["b"]?.configuration.requestedNumber = OpenFlowPort(rawValue: 1)
        let changes = StateDiff.changes(from: start, to: target)
        #expect(
            changes.prefix(2) == [
                .removePort("a", bridge: "br0", destroy: false), .removePort("b", bridge: "br0", destroy: false),
            ])
        let end = after(start, changes)
        #expect(end.bridges["br0"]?.ports["b"]?.number.rawValue == 1)
        #expect(StateDiff.changes(from: end, to: target).isEmpty)
        // Two that ask for the same number do not fight over it.
        target.bridges["br0"]?.ports["a"]?.configuration.requestedNumber = OpenFlowPort(rawValue: 1)
        let settled = after(end, StateDiff.changes(from: end, to: target))
        #expect(settled.bridges["br0"]?.ports["b"]?.number.rawValue == 1)
        #expect(StateDiff.changes(from: settled, to: target).isEmpty)
    }

    @Test func withoutARootRowDevicesStay() {
        let before = desired { tables in
            let port = tables.port("a")
            tables.bridge("br0", ports: [port])
        }
        #expect(
            StateDiff.changes(from: running(before), to: DesiredState()) == [
                .removePort("a", bridge: "br0", destroy: false), .removeBridge("br0", destroy: false),
            ])
    }

    @Test(arguments: 0..<200)
    func everyPairOfStatesIsBridged(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var state = RunningState()
        for _ in 0..<6 {
            let target = randomState(&random)
            let changes = StateDiff.changes(from: state, to: target)
            let kinds = changes.map(rank)
            #expect(kinds == kinds.sorted(), "removals, then additions, then updates")
            state = after(state, changes)
            #expect(state.bridges.keys.sorted() == target.bridges.keys.sorted())
            for (name, bridge) in target.bridges {
                #expect(state.bridges[name]?.configuration == bridge.configuration)
                #expect(
                    state.bridges[name]?.ports.mapValues(\.configuration) == bridge.ports.mapValues(\.configuration))
            }
        }
    }

    private func rank(_ change: ConfigurationChange) -> Int {
        switch change {
        case .removePort, .removeBridge: 0
        case .addBridge, .addPort: 1
        case .updateBridge, .updatePort: 2
        }
    }

    private func randomState(_ random: inout SeededGenerator) -> DesiredState {
        desired { tables in
            for bridge in ["br0", "br1", "br2"] where Bool.random(using: &random) {
                var ports: [UUIDValue] = []
                for port in ["a", "b", "c", "d", bridge] where Bool.random(using: &random) {
                    var columns: [String: Datum] = [:]
                    if Bool.random(using: &random) { columns["tag"] = .integer(.random(in: 1...3, using: &random)) }
                    var interface: [String: Datum] = [:]
                    if Bool.random(using: &random) {
                        interface["ofport_request"] = .integer(.random(in: 1...4, using: &random))
                    }
                    let type = ["internal", "system", "tap"].randomElement(using: &random) ?? "tap"
                    let name = port == bridge ? port : "\(bridge)-\(port)"
                    ports.append(tables.port(name, type: type, port: columns, interface: interface))
                }
                tables.bridge(bridge, ports: ports)
            }
        }
    }
}
