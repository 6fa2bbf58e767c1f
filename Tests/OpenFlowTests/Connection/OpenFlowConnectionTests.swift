import Control
import Dispatch
import Foundation
import Packets
import Testing

@testable import OpenFlow

/// What ovs-ofctl does not do: order across barriers, bad messages, bad peers.
@Suite @ControlActor
struct OpenFlowConnectionTests {
    /// Runs blocking socket calls away from the control thread, which is the one that answers.
    private nonisolated func away<Result: Sendable>(
        _ body: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(with: Swift.Result { try body() }) }
        }
    }

    private nonisolated func message(_ type: UInt8, _ transaction: UInt8, _ body: [UInt8] = []) -> [UInt8] {
        [1, type, 0, UInt8(8 + body.count), 0, 0, 0, transaction] + body
    }

    @Test func repliesKeepTheirOrderAcrossABarrier() async throws {
        try await withServedSwitch { served in
            served.bridge.barrierDelay = .milliseconds(150)
            let path = served.service.managementPath
            let order = try await away {
                let peer = try #require(RawConnection(path: path))
                peer.send(
                    self.message(0, 0) + self.message(2, 1) + self.message(18, 2) + self.message(2, 3)
                        + self.message(18, 4) + self.message(7, 5))
                _ = peer.receive()
                return (0..<5).map { _ in peer.receive().map { [$0[1], $0[7]] } }
            }
            #expect(order == [[3, 1], [19, 2], [3, 3], [19, 4], [8, 5]])
            #expect(served.bridge.barrierCount == 2)
        }
    }

    @Test func aWaitingBarrierHoldsUpNobodyElse() async throws {
        try await withServedSwitch { served in
            served.bridge.barrierDelay = .milliseconds(600)
            let path = served.service.managementPath
            let elapsed = try await away {
                let slow = try #require(RawConnection(path: path))
                slow.send(self.message(0, 0) + self.message(18, 1))
                let other = try #require(RawConnection(path: path))
                let start = ContinuousClock.now
                other.send(self.message(0, 0) + self.message(2, 1))
                _ = other.receive()
                #expect(other.receive()?[1] == 3)
                return ContinuousClock.now - start
            }
            #expect(elapsed < .milliseconds(400))
        }
    }

    @Test func badMessagesGetErrorsAndTheConnectionGoesOn() async throws {
        try await withServedSwitch { served in
            let path = served.service.managementPath
            let replies = try await away {
                let peer = try #require(RawConnection(path: path))
                peer.send(self.message(0, 0))
                _ = peer.receive()
                // Unknown type; features with a body; a version that was not agreed on; then something good.
                peer.send(self.message(77, 1) + self.message(5, 2, [0]) + [4, 5, 0, 8, 0, 0, 0, 3] + self.message(2, 4))
                return (0..<4).map { _ in peer.receive() ?? [] }
            }
            // Type, transaction, and of errors the low bytes of type and code.
            func told(_ reply: [UInt8]) -> [UInt8] { [1, 7, 9, 11].filter { $0 < reply.count }.map { reply[$0] } }
            #expect(replies.map(told) == [[1, 1, 1, 1], [1, 2, 1, 6], [1, 3, 1, 0], [3, 4]])
        }
    }

    @Test func messagesMayComeInPieces() async throws {
        try await withServedSwitch { served in
            let path = served.service.managementPath
            let echo = try await away {
                let peer = try #require(RawConnection(path: path))
                for byte in self.message(0, 0) + self.message(2, 9, [1, 2, 3]) {
                    peer.send([byte])
                    usleep(500)
                }
                _ = peer.receive()
                return peer.receive()
            }
            #expect(echo == [1, 3, 0, 11, 0, 0, 0, 9, 1, 2, 3])
        }
    }

    @Test(arguments: [
        [1, 0, 0, 8, 0, 0, 0, 0, 1, 2, 0, 4, 0, 0, 0, 0],  // a header shorter than a header
        [1, 2, 0, 8, 0, 0, 0, 0],  // no hello
        [0, 0, 0, 8, 0, 0, 0, 0],  // a hello that offers nothing
    ] as [[UInt8]])
    func hopelessPeersAreDropped(bytes: [UInt8]) async throws {
        try await withServedSwitch { served in
            let path = served.service.managementPath
            let ended = try await away {
                let peer = try #require(RawConnection(path: path))
                peer.send(bytes)
                let start = ContinuousClock.now
                while peer.receive() != nil {}
                return ContinuousClock.now - start < .seconds(2)
            }
            #expect(ended)
            for _ in 0..<100 where !served.service.connections.isEmpty { try await Task.sleep(for: .milliseconds(10)) }
            #expect(served.service.connections.isEmpty)
        }
    }

    @Test func onePrimaryMakesTheOtherSecondary() async throws {
        try await withServedSwitch { served in
            let path = served.service.managementPath
            let answers = try await away {
                let first = try #require(RawConnection(path: path))
                let second = try #require(RawConnection(path: path))
                let primary: [UInt8] = [0, 0, 0x23, 0x20, 0, 0, 0, 10, 0, 0, 0, 1]
                for peer in [first, second] {
                    peer.send(self.message(0, 0) + self.message(4, 1, primary))
                    _ = peer.receive()
                    _ = peer.receive()
                }
                // A port-mod from a secondary is refused.
                first.send(self.message(15, 2, [UInt8](repeating: 0, count: 24)))
                second.send(
                    self.message(15, 2, [0, 1, 0, 0, 0, 0, 0, 1] + [UInt8](repeating: 0, count: 16))
                        + self.message(2, 3))
                return [first.receive(), second.receive()].map { Array(($0 ?? []).dropFirst().prefix(11)) }
            }
            // Type 1 (error), its type 1 and code 5; and the echo, for nothing was wrong with the port-mod.
            #expect(answers[0].first == 1 && Array(answers[0].suffix(4)) == [0, 1, 0, 5])
            #expect(answers[1].first == 3)
        }
    }

    @Test func watchersSeeTheControllerAndChangeNothing() async throws {
        try await withServedSwitch { served in
            // The bridge is its own controller's switch: what it says over the one end comes in at the other.
            served.service.setControllers([
                ControllerConfiguration(target: "punix:br0.listen"),
                ControllerConfiguration(target: "unix:br0.listen"),
            ])
            #expect(await eventually { served.service.controllerStatus["unix:br0.listen"]?.isConnected == true })
            let path = served.service.snoopPath
            let echo = message(2, 77)
            let watcher = try #require(RawConnection(path: path))
            watcher.send(message(0, 0) + message(18, 1))
            #expect(try await away { watcher.receive()?[1] } == 0)
            let listening = served.service.connections.values.first { $0.kind == .service }
            listening?.send([try OpenFlowMessage(bytes: [4] + echo.dropFirst())])
            let seen = try await away { [watcher.receive(), watcher.receive()].map { $0.map { [$0[1], $0[7]] } } }
            #expect(seen == [[2, 77], [3, 77]])
            #expect(served.bridge.barrierCount == 0)
        }
    }

    @Test func withoutAControllerThereIsNothingToWatch() async throws {
        try await withServedSwitch { served in
            let path = served.service.snoopPath
            let isClosed = try await away { try #require(RawConnection(path: path)).receive() == nil }
            #expect(isClosed)
        }
    }

    private func eventually(_ condition: () -> Bool) async -> Bool {
        for _ in 0..<500 where !condition() { try? await Task.sleep(for: .milliseconds(10)) }
        return condition()
    }

    @Test func socketsAreReplacedAndRemoved() async throws {
        let served = try await ServedSwitch()
        let path = served.service.managementPath
        // A second service takes the files of the first, as after a crash.
        let next = OpenFlowService(switch: served.bridge, runDirectory: served.directory)
        try await next.start()
        #expect(try await served.ofctl("probe", "BRIDGE").status == 0)
        await next.stop()
        #expect(!FileManager.default.fileExists(atPath: path))
        await served.stop()
        let lost = OpenFlowService(switch: served.bridge, runDirectory: "/nonexistent")
        await #expect(throws: OpenFlowError.self) { try await lost.start() }
    }

    @Test func aFloodIsAnsweredCompletely() async throws {
        try await withServedSwitch { served in
            let path = served.service.managementPath
            let count = 20_000
            let received = try await away {
                let peer = try #require(RawConnection(path: path))
                peer.send(self.message(0, 0))
                _ = peer.receive()
                let sender = DispatchQueue(label: "sender")
                sender.async {
                    let batch = (0..<100).flatMap { _ in self.message(2, 1) }
                    for _ in 0..<count / 100 { peer.send(batch) }
                }
                var received = 0
                while received < count, peer.receive() != nil { received += 1 }
                return received
            }
            #expect(received == count)
        }
    }
}
