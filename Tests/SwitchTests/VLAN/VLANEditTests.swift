import Packets
import TestSupport
import Testing

@testable import Datapath
@testable import Switch

@Suite struct VLANEditTests {
    /// A packet with any number of tags, the outermost last, that datapath actions are done to.
    private typealias Packet = [VLANEdit.Tag]

    private static let originals: [Packet] = [
        [], [.init(tpid: 0x8100, tci: 0x1005)], [.init(tpid: 0x88a8, tci: 0x1005)],
        [.init(tpid: 0x8100, tci: 0x1005), .init(tpid: 0x8100, tci: 0x1005)],
        [.init(tpid: 0x8100, tci: 0x1001), .init(tpid: 0x88a8, tci: 0xb002)],
    ]

    /// Random edits of one packet: the steps from each state to the next make the packet what the edit says.
    @Test func stepsFollowTheEdits() {
        var random = SeededGenerator(seed: 3)
        for original in Self.originals {
            for _ in 0..<500 {
                var stack = VLANStack(word: 0)
                for tag in original { stack.push(tpid: tag.tpid, tci: tag.tci) }
                let untouched = VLANEdit(original: stack)
                var state = untouched
                var packet = original
                for _ in 0..<6 {
                    var next = Bool.random(using: &random) ? state : untouched
                    var expected = next == untouched ? original : packet
                    for _ in 0..<Int.random(in: 0...3, using: &random) {
                        if Bool.random(using: &random) {
                            next.pop()
                            if !expected.isEmpty { expected.removeLast() }
                        } else if expected.count < 2 {
                            let tci = 0x1000 | UInt16.random(in: 4...6, using: &random)
                            next.push(tpid: 0x8100, tci: tci)
                            expected.append(VLANEdit.Tag(tpid: 0x8100, tci: tci))
                        }
                    }
                    let steps = state.actions(to: next)
                    for action in steps.actions {
                        switch action {
                        case .popVLAN: packet.removeLast()
                        case .pushVLAN(let tpid, let tci): packet.append(VLANEdit.Tag(tpid: tpid, tci: tci))
                        default: Issue.record("\(action)")
                        }
                    }
                    #expect(packet == expected)
                    #expect(next.stack.isTagged == !expected.isEmpty)
                    state = next
                }
            }
        }
    }

    @Test func puttingOwnTagsBackIsTold() {
        var stack = VLANStack(word: 0)
        stack.push(tpid: 0x88a8, tci: 7)
        let untouched = VLANEdit(original: stack)
        var bare = untouched
        bare.pop()
        #expect(untouched.actions(to: bare) == ([.popVLAN], false))
        #expect(bare.actions(to: untouched) == ([.pushVLAN(tpid: 0x88a8, tci: 0x1007)], true))
        #expect(untouched.actions(to: untouched) == ([], false))
    }

    @Test func readsFields() {
        var stack = VLANStack(word: 0)
        #expect(!stack.isTagged && stack.count == 0)
        stack.push(tpid: 0x8100, tci: 0xa007)
        #expect(stack.isTagged && stack.outerVID == 7 && stack.outerPriority == 0xa000 && stack.outerTPID == 0x8100)
        stack.push(tpid: 0x88a8, tci: 9)
        #expect(stack.outerVID == 9 && stack.count == 2)
        stack.pop()
        #expect(stack.outerVID == 7)
    }
}
