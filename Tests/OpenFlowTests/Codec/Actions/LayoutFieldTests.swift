import Testing

@testable import OpenFlow

/// Fields that say what is behind them may be set from version 1.3 on, and by Set-Field and loads alone.
@Suite struct LayoutFieldTests {
    @Test(arguments: [
        "00040018 00000000 00190010 80000a02 88480000 00000000",  // eth_type
        "00040018 00000000 00190010 80001401 11000000 00000000",  // ip_proto
        "00040018 00000000 00190010 80004801 00000000 00000000",  // mpls_bos
    ])
    func setField(hex: String) {
        for version in [OpenFlowVersion.v13, .v14, .v15] {
            #expect(ActionVectorTests.code(hex, version) == nil, "\(version)")
        }
        #expect(ActionVectorTests.code(hex, .v12) != nil)
    }

    @Test func loads() {
        let load = "ffff0018 00002320 0007000f 00000602 0000000000008848"
        #expect(ActionVectorTests.code("00040020 00000000" + load, .v13) == nil)
        #expect(ActionVectorTests.code("00040020 00000000" + load, .v12) == .badSetArgument)
        #expect(ActionVectorTests.code(load, .v10) == .badSetArgument)
        // reg_move to it.
        let move = "00040020 00000000 ffff0018 00002320 00060010 00000000 00010004 00000602"
        #expect(ActionVectorTests.code(move, .v13) == .badSetArgument)
    }

    @Test func aLengthIsNoType() {
        let hex = { (type: String) in "00040018 00000000 00190010 80000a02 \(type)0000 00000000" }
        #expect(ActionVectorTests.code(hex("0600"), .v13) == nil)
        #expect(ActionVectorTests.code(hex("05ff"), .v13) == .badSetArgument)
        #expect(ActionVectorTests.code(hex("0000"), .v13) == .badSetArgument)
    }

    @Test func whatFollowsIsJudgedByTheNewHeaders() throws {
        func isAccepted(_ match: Match, _ fields: [(String, UInt128)]) throws -> Bool {
            let actions: [Action] = try fields.map {
                .setField(FieldRewrite(try #require(MatchField.named($0.0)), value: $0.1))
            }
            var headers = HeaderKnowledge(match)
            for action in actions.dropLast() { headers.apply(action) }
            let last = try #require(MatchField.named(fields[fields.count - 1].0))
            return last.isPrerequisiteMet(by: headers.match.key)
        }
        var tcp = Match()
        tcp.set(try #require(MatchField.named("eth_type")), 0x0800)
        tcp.set(try #require(MatchField.named("nw_proto")), 6)
        #expect(try isAccepted(tcp, [("tcp_dst", 1)]))
        #expect(try !isAccepted(tcp, [("nw_proto", 17), ("tcp_dst", 1)]))
        #expect(try isAccepted(tcp, [("nw_proto", 17), ("udp_dst", 1)]))
        #expect(try !isAccepted(tcp, [("eth_type", 0x86dd), ("ip_src", 1)]))
        #expect(try isAccepted(tcp, [("eth_type", 0x86dd), ("ipv6_src", 1)]))
        #expect(try !isAccepted(tcp, [("eth_type", 0x86dd), ("tcp_dst", 1)]))
    }
}
