import CDPDK
import Glibc
import Packets
import Testing

@testable import Datapath

/// What is done to copies, in processes of their own, with a real mempool: nothing may leak, and nobody's packet
/// change.
@Suite struct ActionBranchTests {
    private static func to(_ port: UInt32) -> DatapathAction { .output(PortID(rawValue: port)) }
    private static let push = DatapathAction.pushVLAN(tpid: 0x8100, tci: 0x1005)
    private static func tagged(_ frame: [UInt8]) -> [UInt8] {
        Array(frame.prefix(12)) + [0x81, 0, 0, 5] + frame.dropFirst(12)
    }

    /// Runs actions on five packets; `expected` per port: how many, with a tag or without.
    private static func check(
        _ actions: [DatapathAction], _ expected: [UInt32: [[UInt8]]], drops: [DropReason] = [], punts: Int = 0
    ) -> Int32 {
        let isRight = CopyOnWriteTests.run(actions, buffers: 63, packets: 5) { sink, _ in
            let ports = Set(sink.batches.map(\.port)).union(expected.keys)
            return ports.allSatisfy { port in sink.sent(port).map { frame(of: $0) } == expected[port] ?? [] }
                && sink.drops.map(\.reason) == drops && sink.punts.count == punts
        }
        return isRight ? 0 : 1
    }

    private static let plain = (0..<5).map { datagram($0) }

    @Test func whatAClonesBodyDoesStaysInIt() async {
        await #expect(processExitsWith: .success) {
            exit(
                Self.check(
                    [
                        .clone([Self.push, Self.to(2), .clone([Self.push, .popVLAN, Self.to(3)]), Self.to(4)]),
                        Self.to(5),
                    ],
                    [
                        2: Self.plain.map(Self.tagged), 3: Self.plain.map(Self.tagged), 4: Self.plain.map(Self.tagged),
                        5: Self.plain,
                    ]))
        }
    }

    @Test func aCloneAtTheEndAndOneThatDoesNothing() async {
        await #expect(processExitsWith: .success) {
            exit(
                Self.check(
                    [.clone([Self.push]), Self.to(2), .clone([.drop(.tooDeep)]), .clone([Self.push, Self.to(3)])],
                    [2: Self.plain, 3: Self.plain.map(Self.tagged)], drops: [DropReason](repeating: .tooDeep, count: 5))
            )
        }
    }

    @Test func lengthDecides() async {
        await #expect(processExitsWith: .success) {
            // The datagrams are 60 bytes long.
            for (length, port) in [(59, 2), (60, 3), (61, 3)] as [(UInt32, UInt32)] {
                let check = DatapathAction.checkLength(
                    length, larger: [Self.push, Self.to(2)], otherwise: [Self.push, Self.to(3)])
                guard Self.check([check], [port: Self.plain.map(Self.tagged)]) == 0 else { exit(2) }
                break
            }
            exit(0)
        }
    }

    @Test(arguments: [59, 60, 61] as [UInt32]) func lengthDecidesBeforeMore(length: UInt32) async {
        await #expect(processExitsWith: .success) { [length] in
            let check = DatapathAction.checkLength(
                length, larger: [Self.push, Self.to(2)], otherwise: [Self.push, Self.to(3)])
            exit(Self.check([check, Self.to(4)], [length < 60 ? 2 : 3: Self.plain.map(Self.tagged), 4: Self.plain]))
        }
    }

    @Test(arguments: [59, 60] as [UInt32]) func lengthWithOneBranchAtTheEnd(length: UInt32) async {
        await #expect(processExitsWith: .success) { [length] in
            let check = DatapathAction.checkLength(length, larger: [Self.to(2)], otherwise: [])
            exit(Self.check([check], length < 60 ? [2: Self.plain] : [:]))
        }
    }

    @Test func nestingEndsSomewhere() async {
        await #expect(processExitsWith: .success) {
            var actions: [DatapathAction] = [Self.to(2)]
            for _ in 0..<9 { actions = [.clone(actions), Self.push, Self.to(3)] }
            let deep = Self.check(
                [.clone(actions), Self.to(4)],
                [2: Self.plain, 3: (0..<9).flatMap { _ in Self.plain.map(Self.tagged) }, 4: Self.plain])
            exit(deep)
        }
    }

    @Test func nestingTooDeepDrops() {
        var actions: [DatapathAction] = [Self.to(2)]
        for _ in 0..<11 { actions = [.clone(actions), Self.to(3)] }
        let kinds = ActionAssembler(actions).ops.map(\.kind)
        #expect(kinds.count { $0 == .putAside } == 10)
        #expect(ActionAssembler(actions).ops.contains { $0.kind == .drop && $0.reason == .tooDeep })
    }

    @Test func samplesAreTheirShare() {
        let rig = ProcessorRig()
        let mbuf = rig.fakes.make(datagram(1))
        for (probability, range) in [(UInt32.max, 4000...4000), (UInt32.max / 4, 850...1150), (0, 0...0)]
            as [(UInt32, ClosedRange<Int>)]
        {
            rig.clear()
            for _ in 0..<4000 {
                mbuf.pointee.refcnt = 1
                rig.execute([.sample(probability: probability, [Self.to(2)]), Self.to(3)], mbuf)
            }
            #expect(range.contains(rig.processor.pointee.sink.sent(2).count))
            #expect(rig.processor.pointee.sink.sent(3).count == 4000)
        }
    }

    @Test func onlyTheNextOutputIsCut() async {
        await #expect(processExitsWith: .success) {
            let actions: [DatapathAction] = [
                .truncate(20), Self.to(2), Self.to(3), .truncate(100), Self.to(4), .truncate(14), .punt(7),
                .truncate(30), Self.to(5),
            ]
            let isRight = CopyOnWriteTests.run(actions, buffers: 63, packets: 5) { sink, _ in
                sink.sent(2).map { frame(of: $0) } == Self.plain.map { Array($0.prefix(20)) }
                    && sink.sent(3).map { frame(of: $0) } == Self.plain
                    && sink.sent(4).map { frame(of: $0) } == Self.plain
                    && sink.sent(5).map { frame(of: $0) } == Self.plain.map { Array($0.prefix(30)) }
                    && sink.punts.map { frame(of: $0.mbuf) } == Self.plain.map { Array($0.prefix(14)) }
            }
            exit(isRight ? 0 : 1)
        }
    }

    @Test func puntsAreCopiesButTheLast() async {
        await #expect(processExitsWith: .success) {
            let isRight = CopyOnWriteTests.run(
                [.punt(3), Self.push, Self.to(2), .popVLAN, .punt(4)], buffers: 63, packets: 5
            ) { sink, _ in
                sink.sent(2).map { frame(of: $0) } == Self.plain.map(Self.tagged) && sink.drops.isEmpty
                    && sink.punts.map { frame(of: $0.mbuf) } == Self.plain + Self.plain
                    && sink.punts.map { PacketMetadata.puntNumber($0.mbuf) } == [3, 3, 3, 3, 3, 4, 4, 4, 4, 4]
                    && sink.punts.allSatisfy { PacketMetadata.isPunted($0.mbuf) && PacketMetadata.isPresent($0.mbuf) }
            }
            exit(isRight ? 0 : 1)
        }
    }

    @Test func withoutBuffersCopiesAreMissingAndNothingElse() async {
        await #expect(processExitsWith: .success) {
            let isRight = CopyOnWriteTests.run(
                [.clone([Self.push, Self.to(2)]), .punt(1), .truncate(20), Self.to(3), Self.to(4)], buffers: 7,
                packets: 5
            ) { sink, _ in
                sink.sent(2).count == 2 && sink.punts.isEmpty && sink.failedPunts == [.copyFailed: 5]
                    && sink.sent(3).isEmpty
                    && sink.sent(4).map { frame(of: $0) } == Self.plain
            }
            exit(isRight ? 0 : 1)
        }
    }
}
