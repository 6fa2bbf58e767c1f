import Testing

@testable import Datapath

@Suite struct ActionProgramTests {
    private func kinds(_ actions: [DatapathAction]) -> [ActionKind] {
        let program = ActionProgram.make(actions)
        defer { ActionProgram.free(program) }
        return (0..<Int(program.pointee.count)).map { ActionProgram.ops(of: program)[$0].kind }
    }

    private let one = DatapathAction.output(PortID(rawValue: 1))
    private let two = DatapathAction.output(PortID(rawValue: 2))
    private let push = DatapathAction.pushVLAN(tpid: 0x8100, tci: 0x1005)

    @Test func theLastOutputTakesThePacket() {
        #expect(kinds([one]) == [.lastOutput])
        #expect(kinds([one, two]) == [.output, .lastOutput])
        #expect(kinds([push, one, .popVLAN, two]) == [.pushVLAN, .output, .popVLAN, .lastOutput])
    }

    @Test func whatNobodySeesIsLeftOut() {
        #expect(kinds([one, push]) == [.lastOutput])
        #expect(kinds([push]) == [.drop])
        #expect(kinds([]) == [.drop])
        #expect(kinds([push, .drop(.tooDeep), one]) == [.drop])
    }

    @Test func aDropBehindAnOutputEndsThePacket() {
        #expect(kinds([one, .drop(.tooDeep)]) == [.output, .drop])
    }

    @Test func aSingleOutputOrDropIsMarked() {
        for (actions, port) in [
            ([one], 1), ([one, two], ActionProgramHeader.noPort), ([push, two], ActionProgramHeader.noPort),
            ([], ActionProgramHeader.dropBase | UInt32(DropReason.flow.rawValue)),
            ([.drop(.tooDeep)], ActionProgramHeader.dropBase | UInt32(DropReason.tooDeep.rawValue)),
            ([one, .drop(.tooDeep)], ActionProgramHeader.noPort),
        ] as [([DatapathAction], UInt32)] {
            let program = ActionProgram.make(actions)
            #expect(program.pointee.onlyOutput == port)
            ActionProgram.free(program)
        }
    }

    @Test func aDropsReason() {
        for (actions, reason) in [([], .flow), ([.drop(.noDestination)], .noDestination)]
            as [([DatapathAction], DropReason)]
        {
            let program = ActionProgram.make(actions)
            #expect(ActionProgram.ops(of: program)[0].reason == reason)
            ActionProgram.free(program)
        }
    }
}
