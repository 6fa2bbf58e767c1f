import Testing

@testable import OpenFlow

@Suite
struct RequestAssemblerTests {
    private let start = ContinuousClock.now

    private func part(_ transaction: UInt32, _ type: UInt16, isLast: Bool, size: Int = 0) -> OpenFlowMessage {
        var writer = ByteWriter()
        writer.u16(type)
        writer.u16(isLast ? 0 : 1)
        writer.zeros(4 + size)
        return OpenFlowMessage(version: .v13, type: 18, transaction: transaction, body: writer.bytes)
    }

    @Test func partsOfTwoRequestsMayAlternate() throws {
        var assembler = RequestAssembler()
        #expect(try assembler.add(part(1, 12, isLast: false), version: .v13, now: start) == nil)
        #expect(try assembler.add(part(2, 13, isLast: false), version: .v13, now: start) == nil)
        #expect(try assembler.add(part(1, 12, isLast: true), version: .v13, now: start)?.count == 2)
        #expect(assembler.isWaiting)
        #expect(try assembler.add(part(2, 13, isLast: true), version: .v13, now: start)?.count == 2)
        #expect(!assembler.isWaiting)
        #expect(try assembler.add(part(3, 13, isLast: true), version: .v13, now: start)?.count == 1)
    }

    @Test func emptyPartsDoNotCount() throws {
        let decoder = RequestDecoder(version: .v13)
        let request = part(1, 4, isLast: false, size: 8)
        #expect(
            try decoder.decode(parts: [request, part(1, 4, isLast: true)])
                == .portStatistics(OpenFlowPort(rawValue: 0)))
        #expect(throws: OpenFlowError.self) { try decoder.decode(parts: [request, request]) }
    }

    @Test func typesMustAgreeAndSizeIsBounded() throws {
        var assembler = RequestAssembler()
        _ = try assembler.add(part(1, 12, isLast: false), version: .v13, now: start)
        #expect(throws: OpenFlowError(.badMultipart, "part of type 13")) {
            try assembler.add(part(1, 13, isLast: true), version: .v13, now: start)
        }
        #expect(throws: OpenFlowError(.multipartOverflow, "request is too long")) {
            for _ in 0..<100 {
                _ = try assembler.add(part(1, 12, isLast: false, size: 60_000), version: .v13, now: start)
            }
        }
        #expect(throws: OpenFlowError(.multipartOverflow, "too many requests in parts")) {
            for number in 0..<100 {
                _ = try assembler.add(part(UInt32(number), 12, isLast: false), version: .v13, now: start)
            }
        }
    }

    @Test func latePartsAreGivenUp() throws {
        var assembler = RequestAssembler()
        _ = try assembler.add(part(1, 12, isLast: false), version: .v13, now: start)
        _ = try assembler.add(part(2, 12, isLast: false), version: .v13, now: start + .milliseconds(900))
        #expect(assembler.expire(now: start + .milliseconds(999)).isEmpty)
        #expect(assembler.expire(now: start + .seconds(1)).map(\.transaction) == [1])
        #expect(assembler.isWaiting)
        #expect(assembler.expire(now: start + .seconds(2)).map(\.transaction) == [2])
    }
}
