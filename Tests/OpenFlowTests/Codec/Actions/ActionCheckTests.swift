import Packets
import Testing

@testable import OpenFlow

/// Actions against their flow's match and table.
@Suite struct ActionCheckTests {
    private static func code(
        _ actions: [Action], _ match: String = "", _ version: OpenFlowVersion = .v13, table: UInt8? = 3
    ) -> OpenFlowError.Code? {
        do throws(OpenFlowError) {
            try ActionCheck(version: version, table: table).check(actions, match: Match(shorthand: match))
            return nil
        } catch {
            return error.code
        }
    }

    private static func field(_ name: String) -> MatchField { MatchField.named(name) ?? MatchField.all[0] }

    @Test func tablesGoForward() {
        #expect(Self.code([.gotoTable(4)]) == nil)
        #expect(Self.code([.gotoTable(254)]) == nil)
        #expect(Self.code([.gotoTable(3)]) == .badInstructionTable)
        #expect(Self.code([.gotoTable(0)]) == .badInstructionTable)
        #expect(Self.code([.gotoTable(255)]) == .badInstructionTable)
        #expect(Self.code([.gotoTable(0)], table: 0) == .badInstructionTable)
        #expect(Self.code([.gotoTable(0)], table: nil) == nil)
    }

    @Test func metersHaveNumbers() {
        #expect(Self.code([.meter(1)]) == nil)
        #expect(Self.code([.meter(0)]) == .invalidMeter)
        #expect(Self.code([.meter(0xffff_0001)]) == .invalidMeter)
    }

    /// From 1.1 on an action must mean something for the flow's packets; 1.0 lets it be without effect.
    @Test(arguments: [
        (.popVLAN, "dl_vlan=3"), (.setVLANID(5, mayPush: false), "dl_vlan=3"),
        (.setVLANPriority(5, mayPush: false), "dl_vlan=3"), (.setDSCP(4), "ip"), (.setDSCP(4), "ipv6"),
        (.setECN(1), "ip"), (.setTTL(1), "ipv6"), (.decrementTTL(controllers: [0]), "ip"),
        (.setIPv4Source(IPv4Address(number: 1)), "ip"),
        (.setTransportSource(1), "tcp"), (.setTransportDestination(1), "sctp"), (.setMPLSLabel(5), "mpls"),
        (.setMPLSTTL(5), "mplsm"), (.decrementMPLSTTL, "mpls"), (.popMPLS(etherType: 0x800), "mpls"),
        (.finTimeout(idleSeconds: 1, hardSeconds: 2), "tcp"),
    ] as [(Action, String)])
    func prerequisites(action: Action, match: String) {
        for version in OpenFlowVersion.allCases {
            #expect(Self.code([action], match, version) == nil)
            let code = Self.code([action], "arp", version)
            #expect(code == (version == .v10 ? nil : .matchInconsistent))
            #expect(Self.code([.clone([action])], "arp", version) == code)
            // A set is carried out later, when packets may be of another kind.
            #expect(Self.code([.writeActions([action])], "arp", version) == nil)
        }
    }

    @Test func earlierActionsCount() {
        let label = Action.setField(FieldRewrite(Self.field("mpls_label"), value: 5))
        #expect(Self.code([label]) == .matchInconsistent)
        #expect(Self.code([.pushMPLS(etherType: 0x8847), label]) == nil)
        #expect(Self.code([.clone([.pushMPLS(etherType: 0x8847)]), label]) == .matchInconsistent)
        let address = Action.setField(FieldRewrite(Self.field("ip_src"), value: 5))
        #expect(Self.code([address], "ip") == nil)
        #expect(Self.code([.pushMPLS(etherType: 0x8847), address], "ip") == .matchInconsistent)
        #expect(Self.code([.popMPLS(etherType: 0x800), address], "mpls") == nil)
        let identifier = Action.setField(FieldRewrite(Self.field("vlan_vid"), value: 0x1005))
        #expect(Self.code([identifier]) == .matchInconsistent)
        #expect(Self.code([.pushVLAN(etherType: 0x8100), identifier]) == nil)
        #expect(Self.code([.popVLAN, identifier], "dl_vlan=3") == .matchInconsistent)
        #expect(Self.code([.pushVLAN(etherType: 0x8100), .popVLAN, identifier], "dl_vlan=3") == nil)
        let push = Action.pushVLAN(etherType: 0x8100)
        #expect(Self.code([push, push]) == nil)
        #expect(Self.code([push, push, push]) == .badTag)
        #expect(Self.code([push, push], "dl_vlan=3") == .badTag)
        // Even version 1.0 asks for the fields of Set-Field.
        #expect(Self.code([address], "arp", .v10) == .matchInconsistent)
    }

    @Test func sourcesAndTargetsAreThere() {
        let register = FieldRange(Self.field("reg0"))
        let address = FieldRange(Self.field("ip_src"))
        for version in OpenFlowVersion.allCases {
            #expect(Self.code([.move(from: address, to: register)], "ip", version) == nil)
            #expect(Self.code([.move(from: address, to: register)], "arp", version) == .matchInconsistent)
            #expect(Self.code([.move(from: register, to: address)], "arp", version) == .matchInconsistent)
            #expect(Self.code([.stackPush(address)], "", version) == .matchInconsistent)
            #expect(Self.code([.stackPop(address)], "", version) == .matchInconsistent)
            #expect(Self.code([.outputRegister(address, maxLength: 0)], "ipv6", version) == .matchInconsistent)
        }
    }

    @Test func learnedFlowsMakeSense() {
        func learn(_ steps: LearnAction.Step...) -> [Action] {
            var learn = LearnAction()
            learn.steps = steps
            return [.learn(learn)]
        }
        let type = FieldRange(Self.field("eth_type"))
        let address = FieldRange(Self.field("ip_src"))
        let register = FieldRange(Self.field("reg0"))
        let isIP = LearnAction.Step(.immediate(0x800), .match(type), bits: 16)
        #expect(Self.code(learn(isIP, .init(.immediate(1), .match(address), bits: 32))) == nil)
        #expect(Self.code(learn(.init(.immediate(1), .match(address), bits: 32), isIP)) == .matchInconsistent)
        #expect(Self.code(learn(isIP, .init(.field(register), .load(address), bits: 32))) == nil)
        #expect(Self.code(learn(.init(.field(register), .load(address), bits: 32))) == .matchInconsistent)
        #expect(Self.code(learn(.init(.field(address), .load(register), bits: 32))) == .matchInconsistent)
        #expect(Self.code(learn(.init(.field(address), .load(register), bits: 32)), "ip") == nil)
        #expect(Self.code(learn(.init(.immediate(1), .load(type), bits: 16))) == .badSetArgument)
    }
}
