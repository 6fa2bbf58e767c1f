import Control
import OpenFlow
import Packets
import Testing

@testable import Datapath
@testable import Switch

/// Fields that say what is behind them: written at their place in the row, and what is behind is read anew.
@ControlActor
@Suite struct LayoutTests {
    private static func set(_ name: String, _ value: UInt128) -> Action {
        guard let field = MatchField.named(name) else { preconditionFailure(name) }
        return .setField(FieldRewrite(field, value: value))
    }

    private static let output = Action.output(OpenFlowPort(rawValue: 2), maxLength: 0)

    /// What becomes of a packet under one rule with these actions; rules of table 1 send to port 2.
    private func text(_ actions: [Action], _ change: (inout FlowKey) -> Void) async throws -> String {
        var text = ""
        try await SwitchBench.with { bench in
            let bridge = try await bench.bridge("br0")
            let ports = [try await bench.port("p1", on: "br0"), try await bench.port("p2", on: "br0")]
            #expect(ports[1].number.rawValue == 2)
            try bridge.apply(FlowMod(command: .add, table: 0, match: Match(), priority: 1, actions: actions))
            try bridge.apply(FlowMod(command: .add, table: 1, match: Match(), priority: 1, actions: [Self.output]))
            var key = bench.key(on: ports[0], from: SwitchBench.station(1), to: SwitchBench.station(2))
            change(&key)
            let result = try #require(bench.target.retranslate(key))
            let second = ports[1].portID
            text = DatapathActionFormat(portName: { $0 == second ? "two" : nil }).text(result.actions)
        }
        return text
    }

    private func tcp(_ key: inout FlowKey) {
        key.setU8(FlowField.networkProtocol, 6)
        key.setU8(FlowField.networkTTL, 64)
        key.setU16(FlowField.transportSource, 1)
        key.setU16(FlowField.transportDestination, 2)
    }

    private func label(_ key: inout FlowKey) {
        key.setU16(FlowField.ethernetType, 0x8847)
        key.setU32(FlowField.mplsEntry0, 100 << 12 | 0x100 | 64)
    }

    @Test func theTypeIsWrittenAfterWhatWasBehindIt() async throws {
        let result = try await text([.setTTL(9), Self.set("eth_type", 0x8848), Self.output], tcp)
        #expect(result == "set(ipv4(ttl=9)),set(eth_type(0x8848)),two", "\(result)")
    }

    @Test func theTypeThatItHasIsLeftAlone() async throws {
        let result = try await text([Self.set("eth_type", 0x0800), Self.output], tcp)
        #expect(result == "two")
    }

    @Test func aLengthIsNoType() async throws {
        let result = try await text([Self.set("eth_type", 0x1234), Self.output]) {
            $0.setU16(FlowField.ethernetType, EtherType.none)
        }
        #expect(result == "two")
    }

    @Test func theProtocolIsWrittenAfterWhatWasInside() async throws {
        let result = try await text(
            [.setTransportDestination(80), Self.set("nw_proto", 17), Self.output], tcp)
        #expect(result == "set(tcp(dst=80)),set(ipv4(proto=17)),two", "\(result)")
    }

    @Test func whatIsBehindIsReadAnew() async throws {
        for action in [Self.set("nw_proto", 17), Self.set("eth_type", 0x86dd), Self.set("eth_type", 0x8100)] {
            for next in [Action.gotoTable(1), .setTransportSource(5), .setTTL(3), .pushMPLS(etherType: 0x8847)] {
                let result = try await text([action, next, Self.output], tcp)
                #expect(result.hasSuffix("recirc(0x1)"), "\(next): \(result)")
            }
        }
        let result = try await text([Self.set("mpls_bos", 0), .popMPLS(etherType: 0x8847), Self.output], label)
        #expect(result.hasSuffix("bos=0)),recirc(0x1)"), "\(result)")
    }

    @Test func theBottomBitIsWritten() async throws {
        let result = try await text([Self.set("mpls_bos", 0), Self.output], label)
        #expect(result == "set(mpls(label=100,tc=0,ttl=64,bos=0)),two", "\(result)")
        #expect(try await text([Self.set("mpls_bos", 1), Self.output], label) == "two")
    }

    @Test func copiesLeaveTheOthersAlone() async throws {
        for action in [Self.set("nw_proto", 17), Self.set("eth_type", 0x86dd)] {
            let result = try await text([.clone([action, Self.output]), .setTTL(3), Self.output], tcp)
            let parts = result.components("clone(")
            #expect(parts.count == 2 && parts[1].contains(",two),set(ipv4(ttl=3)),two"), "\(result)")
        }
    }

    @Test func whatAWriteComparesWithIsLookedAt() async throws {
        // From a device whose flows look at no more than they must.
        for (action, changesType) in [(Self.set("eth_type", 0x8848), true), (Self.set("nw_proto", 17), false)] {
            try await SwitchBench.with { bench in
                let bridge = try await bench.bridge("br0")
                let port = try await bench.port("p1", on: "br0") {
                    $0.kind = .datapath(PortConfiguration(name: "p1", kind: .dpdk(devargs: "net_null0"), typeName: ""))
                }
                try await bench.port("p2", on: "br0")
                try bridge.apply(
                    FlowMod(command: .add, table: 0, match: Match(), priority: 1, actions: [action, Self.output]))
                var key = bench.key(on: port, from: SwitchBench.station(1), to: SwitchBench.station(2))
                tcp(&key)
                let mask = try #require(bench.target.retranslate(key)).mask
                #expect(mask.u16(FlowField.ethernetType) == .max)
                #expect(mask.u8(FlowField.networkProtocol) == (changesType ? 0 : .max))
                #expect(mask.u16(FlowField.transportSource) == 0)
            }
        }
    }

    @Test func aLabelsTimeToLiveIsCopiedByTheDatapath() async throws {
        #expect(try await text([.copyTTLOut, Self.output], label) == "copy_ttl_out,two")
        #expect(try await text([.setMPLSTTL(7), .copyTTLIn, Self.output], label).hasSuffix(",copy_ttl_in,two"))
        // What the label says then is known to the datapath alone.
        #expect(try await text([.copyTTLOut, .decrementMPLSTTL, Self.output], label) == "copy_ttl_out,recirc(0x1)")
        // Between labels that are seen, no datapath is needed.
        let result = try await text([.copyTTLOut, Self.output]) {
            label(&$0)
            $0.setU32(FlowField.mplsEntry0, 100 << 12 | 64)
            $0.setU32(FlowField.mplsEntry1, 200 << 12 | 0x100 | 5)
        }
        #expect(result == "set(mpls(label=100,tc=0,ttl=5,bos=0)),two", "\(result)")
    }
}

extension String {
    fileprivate func components(_ separator: String) -> [String] {
        split(separator: separator, omittingEmptySubsequences: false).map(String.init)
    }
}
