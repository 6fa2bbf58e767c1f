import Control
import Foundation
import OpenFlow
import Packets

@testable import Datapath
@testable import Switch

/// A switch over a ``FakeDatapath`` with a clock in hand, and short ways to build bridges and packets.
@ControlActor
final class SwitchBench {
    let clock = TestClock()
    let datapath: FakeDatapath
    let target: Switch
    private let directory: String

    init() throws {
        let clock = clock
        datapath = FakeDatapath(clock: clock)
        directory = NSTemporaryDirectory() + "switch-" + UUID().uuidString.prefix(8)
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        target = Switch(datapath: datapath, runDirectory: directory, clock: { clock.now })
    }

    /// Takes everything down; call at a test's end.
    func close() async throws {
        await target.shutdown(destroy: true)
        try FileManager.default.removeItem(atPath: directory)
    }

    static func with(_ body: @ControlActor (SwitchBench) async throws -> Void) async throws {
        let bench = try SwitchBench()
        do {
            try await body(bench)
        } catch {
            try await bench.close()
            throw error
        }
        try await bench.close()
    }

    @discardableResult
    func bridge(_ name: String, _ change: (inout BridgeConfiguration) -> Void = { _ in }) async throws -> Bridge {
        var configuration = BridgeConfiguration(name: name)
        change(&configuration)
        return try await target.addBridge(configuration)
    }

    @discardableResult
    func port(
        _ name: String, on bridge: String, _ change: (inout BridgePortConfiguration) -> Void = { _ in }
    ) async throws -> BridgePort {
        let device = PortConfiguration(name: name, kind: .packetSocket, typeName: "system")
        var configuration = BridgePortConfiguration(name: name, kind: .datapath(device))
        change(&configuration)
        return try await target.addPort(configuration, to: bridge)
    }

    @discardableResult
    func patch(_ name: String, to peer: String, on bridge: String) async throws -> BridgePort {
        try await target.addPort(BridgePortConfiguration(name: name, kind: .patch(peer: peer)), to: bridge)
    }

    /// A packet's key as the datapath has it.
    func key(
        on port: BridgePort, from source: MACAddress, to destination: MACAddress,
        tags: [(tpid: UInt16, tci: UInt16)] = []
    ) -> FlowKey {
        var key = FlowKey()
        key.setHost32(FlowField.inPort, port.portID?.rawValue ?? 0)
        key.setMAC(FlowField.ethernetSource, source)
        key.setMAC(FlowField.ethernetDestination, destination)
        key.setU16(FlowField.ethernetType, 0x0800)
        var stack = VLANStack(word: 0)
        for tag in tags.reversed() { stack.push(tpid: tag.tpid, tci: tag.tci) }
        key[VLANStack.wordIndex] = stack.word
        return key
    }

    /// Where a packet goes and with which tags, after `actions`: port to TCIs (outer first, without the present bit).
    static func outputs(of actions: [DatapathAction], from key: FlowKey) -> [PortID: [[UInt16]]] {
        var tags = VLANStack(of: key)
        var result: [PortID: [[UInt16]]] = [:]
        for action in actions {
            switch action {
            case .output(let port):
                var list: [UInt16] = []
                var rest = tags
                while rest.isTagged {
                    list.append(rest.outerTCI & ~FlowField.vlanPresent)
                    rest.pop()
                }
                result[port, default: []].append(list)
            case .pushVLAN(let tpid, let tci): tags.push(tpid: tpid, tci: tci)
            case .popVLAN: tags.pop()
            default: break
            }
        }
        return result
    }

    /// The ports that a packet goes out of.
    func ports(_ actions: [DatapathAction]) -> Set<String> {
        Set(
            actions.compactMap { action in
                if case .output(let id) = action { target.findBridge(owning: id)?.1.name ?? "?" } else { nil }
            })
    }

    static func station(_ number: Int) -> MACAddress { MACAddress(number: 0x0200_0000_0000 | UInt64(number)) }
}

extension FlowMod {
    /// An `add` with actions output.
    static func add(
        priority: UInt16, table: UInt8 = 0, outputs: [OpenFlowPort], _ match: (inout FlowKey, inout FlowMask) -> Void
    ) -> FlowMod {
        var key = FlowKey()
        var mask = FlowMask()
        match(&key, &mask)
        return FlowMod(
            command: .add, table: table, match: Match(key: key, mask: mask), priority: priority,
            actions: outputs.map { .output($0, maxLength: 0) })
    }
}
