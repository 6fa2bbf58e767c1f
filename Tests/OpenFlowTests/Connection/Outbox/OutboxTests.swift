import Control
import NIOCore
import NIOEmbedded
import Synchronization
import Testing

@testable import OpenFlow

@Suite @ControlActor struct OutboxTests {
    private func message(_ number: UInt32, size: Int = 0) -> OpenFlowMessage {
        OpenFlowMessage(version: .v13, type: 2, transaction: number, body: [UInt8](repeating: 7, count: size))
    }

    /// A channel that takes `isWritable`'s word for how much its peer reads.
    private func channel() -> EmbeddedChannel {
        let channel = EmbeddedChannel()
        channel.isWritable = true
        return channel
    }

    private func sent(_ channel: EmbeddedChannel) throws -> [UInt32] {
        var bytes = ByteBuffer()
        while var piece = try channel.readOutbound(as: ByteBuffer.self) { bytes.writeBuffer(&piece) }
        var numbers: [UInt32] = []
        while let length = bytes.getInteger(at: bytes.readerIndex + 2, as: UInt16.self),
            let number = bytes.getInteger(at: bytes.readerIndex + 4, as: UInt32.self)
        {
            numbers.append(number)
            bytes.moveReaderIndex(forwardBy: Int(length))
        }
        return numbers
    }

    @Test func whatIsNotReadWaitsAndIsCounted() throws {
        let (channel, budget) = (channel(), ByteBudget(limit: 1000))
        let outbox = Outbox(channel: channel, budget: budget)
        outbox.send(message(1))
        #expect(outbox.unread == 0 && outbox.hasRoom)
        channel.isWritable = false
        for number in UInt32(2)...101 { outbox.send(message(number)) }
        #expect(try sent(channel) == [1])
        #expect(outbox.unread == 800 && budget.used == 800 && !budget.isExceeded && !outbox.hasRoom)
        outbox.countBeside(300)
        #expect(budget.isExceeded && outbox.unread == 1100)
        outbox.countBeside(-300)
        channel.isWritable = true
        outbox.push()
        #expect(try sent(channel) == Array(2...101))
        #expect(outbox.unread == 0 && budget.used == 0)
    }

    @Test func messagesThatSomebodyWaitsForKeepTheirPlace() throws {
        let channel = channel()
        let outbox = Outbox(channel: channel, budget: ByteBudget(limit: 1000))
        let promises = (0..<2).map { _ in channel.eventLoop.makePromise(of: Void.self) }
        let ends = Ends()
        for promise in promises {
            promise.futureResult.whenComplete { result in ends.add((try? result.get()) != nil) }
        }
        outbox.isCorked = true
        outbox.send(message(1))
        outbox.send(message(2), promises[0])
        outbox.send(message(3, size: 40_000))
        outbox.send(message(4))
        #expect(try sent(channel) == [])
        outbox.isCorked = false
        #expect(try sent(channel) == [1, 2, 3, 4])
        #expect(ends.all == [true])
        channel.isWritable = false
        outbox.send(message(5), promises[1])
        outbox.close()
        #expect(ends.all == [true, false])
        outbox.send(message(6))
        #expect(outbox.unread == 0)
        #expect(try sent(channel) == [])
    }
}

/// How promises ended, in that order.
private final class Ends: Sendable {
    private let ends = Mutex<[Bool]>([])

    var all: [Bool] { ends.withLock { $0 } }

    func add(_ isGood: Bool) { ends.withLock { $0.append(isGood) } }
}
