import Control
import Testing

@testable import OpenFlow

@Suite @ControlActor struct PacketInSchedulerTests {
    private func message(_ number: UInt32) -> OpenFlowMessage {
        OpenFlowMessage(version: .v10, type: 10, transaction: number, body: [])
    }

    @Test func aBurstGoesAtOnceAndTheLongestLineLoses() {
        var sent: [UInt32] = []
        let scheduler = PacketInScheduler(rate: 1, burst: 3) { sent.append($0.transaction) }
        let (busy, quiet) = (OpenFlowPort(rawValue: 1), OpenFlowPort(rawValue: 2))
        for number in 0..<5 { scheduler.send(message(UInt32(number)), port: busy) }
        #expect(sent == [0, 1, 2])
        scheduler.send(message(9), port: quiet)
        #expect(scheduler.statistics == .init(backlog: 3, bypassed: 3, queued: 3, dropped: 0))
        for number in 10..<20 { scheduler.send(message(UInt32(number)), port: busy) }
        #expect(scheduler.statistics.backlog == 3 && scheduler.statistics.dropped == 10)
        scheduler.configure(rate: 1, burst: 1)
        #expect(scheduler.statistics.backlog == 1)
    }

    @Test func whatWaitsIsSentInTurn() async {
        var sent: [UInt32] = []
        let scheduler = PacketInScheduler(rate: 200, burst: 4) { sent.append($0.transaction) }
        for number in 0..<7 { scheduler.send(message(UInt32(number)), port: OpenFlowPort(rawValue: 1)) }
        scheduler.send(message(100), port: OpenFlowPort(rawValue: 2))
        for _ in 0..<500 where scheduler.statistics.backlog > 0 { try? await Task.sleep(for: .milliseconds(10)) }
        #expect(sent == [0, 1, 2, 3, 4, 100, 5, 6])
    }
}
