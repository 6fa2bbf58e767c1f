import Control
import Datapath
import OpenFlow
import Packets
import Testing

@testable import Switch

/// What actions make of options of tunnels, as traces tell it.
@ControlActor
@Suite struct TunnelOptionTests {
    /// Maps tun_metadata0 (4 bytes), 1 (124), 2 (20) and 3 (none), runs table 0 with `actions` and
    /// says what was traced.
    private func trace(
        _ key: String = "tun_dst=1.1.1.1", rules: [(table: UInt8, match: (TunnelOptions) throws -> Match)] = [],
        _ actions: (TunnelOptions) throws -> [Action]
    ) async throws -> String {
        var result = ""
        try await SwitchBench.with { bench in
            let bridge = try await bench.bridge("br0")
            try await bench.port("p1", on: "br0")
            let lengths: [UInt8] = [4, 124, 20, 0]
            try bridge.flowTables.apply(
                TLVTableMod(
                    command: .add,
                    mappings: lengths.enumerated().map {
                        .init(
                            optionClass: 0xffff, optionType: UInt8($0.offset), length: $0.element,
                            index: UInt16($0.offset))
                    }))
            let options = try #require(bridge.flowTables.tunnelOptions)
            try bridge.apply(
                FlowMod(command: .add, table: 0, match: Match(), priority: 1, actions: try actions(options)))
            for (index, rule) in rules.enumerated() {
                try bridge.apply(
                    FlowMod(
                        command: .add, table: rule.table, match: try rule.match(options), priority: UInt16(index + 10),
                        actions: [.output(OpenFlowPort(rawValue: 1), maxLength: 0)]))
            }
            var request = Switch.TraceRequest(key: try MatchParser.parsePacket(key, options: options))
            request.bridge = bridge
            result = try #require(bench.target.trace(request))
        }
        return result
    }

    private func final(_ trace: String) -> Substring? {
        trace.split(separator: "\n").first { $0.hasPrefix("Final flow: ") }
    }

    @Test func fieldsAreSetAndDeleted() async throws {
        let text = try await trace("tun_dst=1.1.1.1,tun_metadata2=0x1122") { options in
            [
                .setField(FieldRewrite(try #require(options[0]), value: 0x12, mask: 0xff)),
                .setField(FieldRewrite(try #require(options[1]), whole: FieldValue(bytes: Array(1...124)))),
                .setField(FieldRewrite(try #require(options[3]), value: 0)), .deleteField(try #require(options[2])),
            ]
        }
        let wide = FieldValue(bytes: Array(1...124)).hexadecimal
        #expect(text.contains("Flow: tun_src=0.0.0.0,tun_dst=1.1.1.1,") && text.contains(",tun_metadata2=0x1122,"))
        #expect(final(text)?.contains(",tun_metadata0=0x12,tun_metadata1=\(wide),tun_metadata3,") == true, "\(text)")
        #expect(final(text)?.contains("tun_metadata2") == false && text.contains("\n     -> delete tun_metadata2\n"))
    }

    @Test func partsMoveBetweenFieldsAndRegisters() async throws {
        let register = try #require(MatchField.named("xxreg0"))
        let text = try await trace { options in
            let (wide, narrow) = (try #require(options[1]), try #require(options[2]))
            return [
                .setField(FieldRewrite(wide, whole: FieldValue(bytes: Array(1...124)))),
                // Bytes 8 to 11 from the end; then over themselves, one byte up; then all that the other has.
                .move(from: FieldRange(wide, offset: 64, bits: 32), to: FieldRange(register, offset: 32, bits: 32)),
                .move(from: FieldRange(wide, offset: 0, bits: 900), to: FieldRange(wide, offset: 8, bits: 900)),
                .move(from: FieldRange(wide, offset: 0, bits: 160), to: FieldRange(narrow)),
            ]
        }
        let moved = FieldValue(bytes: Array(1...124)).truncated(to: 900).shifted(left: 8) | 124
        let whole = FieldValue(bytes: Array(1...124)) & FieldValue(ones: 992 - 908).shifted(left: 908) | moved
        #expect(text.contains("NXM_NX_XXREG0[32..63] is now 0x71727374"), "\(text)")
        #expect(final(text)?.contains("reg2=0x71727374") == true)
        #expect(final(text)?.contains("tun_metadata1=\(whole.hexadecimal),") == true)
        #expect(final(text)?.contains("tun_metadata2=\(whole.truncated(to: 160).hexadecimal),") == true)
    }

    @Test func theStackHoldsWideValues() async throws {
        let text = try await trace { options in
            let (wide, narrow) = (try #require(options[1]), try #require(options[2]))
            return [
                .setField(FieldRewrite(wide, whole: FieldValue(bytes: Array(1...124)))),
                .stackPush(FieldRange(wide)), .stackPush(FieldRange(wide, offset: 12, bits: 300)),
                .stackPop(FieldRange(narrow)), .setField(FieldRewrite(wide, whole: 0)), .stackPop(FieldRange(wide)),
            ]
        }
        let value = FieldValue(bytes: Array(1...124))
        #expect(final(text)?.contains("tun_metadata1=\(value.hexadecimal),") == true, "\(text)")
        // Of more than there is room for the lower bits.
        let lower = FieldValue(bytes: Array(1...124)).bytes(22)
        var bits: UInt8 = 0
        let shifted = lower.map { byte in
            defer { bits = byte }
            return bits << 4 | byte >> 4
        }
        #expect(
            final(text)?.contains("tun_metadata2=\(FieldValue(bytes: shifted.dropFirst(1).dropLast(1)).hexadecimal),")
                == true)
    }

    @Test func presenceIsMatched() async throws {
        let rules: [(table: UInt8, match: (TunnelOptions) throws -> Match)] = [
            (1, { options in
                var match = Match()
                match.setOption(try #require(options[0]), 0, mask: 0)
                return match
            })
        ]
        let without = try await trace(rules: rules) { _ in [.resubmit(ResubmitAction(table: 1))] }
        #expect(without.contains("1. No match."), "\(without)")
        #expect(without.contains("Megaflow: ") && without.contains(",tun_metadata0=NP,"))
        let with = try await trace(rules: rules) { options in
            [.setField(FieldRewrite(try #require(options[0]), value: 0)), .resubmit(ResubmitAction(table: 1))]
        }
        #expect(with.contains("1. tun_metadata0, priority 10"), "\(with)")
        // A zero is another thing than nothing; and what was there is there no more.
        let deleted = try await trace("tun_dst=1.1.1.1,tun_metadata0=0", rules: rules) { options in
            [.deleteField(try #require(options[0])), .resubmit(ResubmitAction(table: 1))]
        }
        #expect(deleted.contains(",tun_metadata0=0,") && deleted.contains("1. No match."), "\(deleted)")
    }

    @Test func anotherBridgeDoesNotSeeThem() async throws {
        try await SwitchBench.with { bench in
            let bridge = try await bench.bridge("br0")
            try await bench.bridge("br1")
            let patch = try await bench.patch("a", to: "b", on: "br0")
            try await bench.patch("b", to: "a", on: "br1")
            try bridge.flowTables.apply(
                TLVTableMod(
                    command: .add, mappings: [.init(optionClass: 1, optionType: 1, length: 4, index: 0)]))
            let field = try #require(bridge.flowTables.tunnelOptions?[0])
            try bridge.apply(
                FlowMod(
                    command: .add, table: 0, match: Match(), priority: 1,
                    actions: [
                        .setField(FieldRewrite(field, value: 5)), .output(patch.number, maxLength: 0),
                        .move(from: FieldRange(field), to: FieldRange(try #require(MatchField.named("reg0")))),
                    ]))
            var request = Switch.TraceRequest(key: FlowKey())
            request.bridge = bridge
            let text = try #require(bench.target.trace(request))
            #expect(text.contains("bridge(\"br1\")") && text.contains("NXM_NX_REG0[] is now 0x5"), "\(text)")
        }
    }
}
