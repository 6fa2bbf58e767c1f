import TestSupport
import Testing

@testable import OpenFlow

@Suite struct RequestQueueTests {
    private func message(_ number: UInt32, size: Int = 0) -> OpenFlowMessage {
        OpenFlowMessage(version: .v13, type: 2, transaction: number, body: [UInt8](repeating: 0, count: size))
    }

    @Test func messagesComeOutInTheirOrderHoweverTheyAreMixed() {
        var queue = RequestQueue()
        var generator = SeededGenerator(seed: 5)
        var (sent, received) = (UInt32(0), UInt32(0))
        for _ in 0..<2000 {
            if Bool.random(using: &generator) {
                let count = UInt32.random(in: 1...9, using: &generator)
                queue.append((sent..<sent + count).map { message($0) })
                sent += count
            } else {
                for _ in 0..<Int.random(in: 1...9, using: &generator) {
                    guard let next = queue.next() else { break }
                    #expect(next.transaction == received)
                    received += 1
                }
            }
        }
        while queue.next() != nil { received += 1 }
        #expect(received == sent && sent > 1000)
    }

    @Test func bothMessagesAndBytesFillIt() {
        var queue = RequestQueue()
        queue.append((0..<255).map { message($0) })
        #expect(queue.hasRoom)
        queue.append([message(255)])
        #expect(!queue.hasRoom)
        _ = queue.next()
        #expect(queue.hasRoom)
        queue = RequestQueue()
        queue.append([message(1, size: 40_000), message(2, size: 40_000)])
        #expect(!queue.hasRoom)
        _ = queue.next()
        #expect(queue.hasRoom)
    }
}
