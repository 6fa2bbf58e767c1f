import Packets
import TestSupport
import Testing

@testable import OpenFlow

@Suite
struct RequestDecoderTests {
    private func message(_ version: OpenFlowVersion, _ type: UInt8, _ body: [UInt8]) -> OpenFlowMessage {
        OpenFlowMessage(version: version, type: type, transaction: 0x1234_5678, body: body)
    }

    private func bytes(_ build: (inout ByteWriter) -> Void) -> [UInt8] {
        var writer = ByteWriter()
        build(&writer)
        return writer.bytes
    }

    private var flowMod10: [UInt8] {
        bytes { writer in
            Match10.encode(Match(), into: &writer)
            writer.u64(7)
            writer.u16(0x0300)
            writer.u16(5)
            writer.u16(6)
            writer.u16(100)
            writer.u32(.max)
            writer.u16(0xffff)
            writer.u16(3)
            ActionCodec.encode([.output(.normal, maxLength: 0)], version: .v10, into: &writer)
        }
    }

    private var flowMod13: [UInt8] {
        bytes { writer in
            writer.u64(7)
            writer.u64(0xff)
            writer.u8(3)
            writer.u8(4)
            writer.u16(5)
            writer.u16(6)
            writer.u16(100)
            writer.u32(.max)
            writer.u32(2)
            writer.u32(.max)
            writer.u16(1)
            writer.u16(0)
            var match = Match()
            match.key.setU16(FlowField.ethernetType, 0x800)
            match.mask.setU16(FlowField.ethernetType, .max)
            writer.match13(match)
            InstructionCodec.encode([.output(.flood, maxLength: 0)], version: .v13, into: &writer)
        }
    }

    private var flowModNicira: [UInt8] {
        bytes { writer in
            writer.u32(0x2320)
            writer.u32(13)
            writer.u64(.max)
            writer.u16(1)
            writer.zeros(4)
            writer.u16(100)
            writer.u32(.max)
            writer.u16(0xffff)
            writer.u16(0)
            let offset = writer.count
            writer.u16(0)
            writer.zeros(6)
            var match = Match()
            match.key.setMAC(FlowField.ethernetSource, MACAddress(number: 5))
            match.mask.setMAC(FlowField.ethernetSource, .broadcast)
            writer.patch(writer.matchNXM(match), at: offset)
        }
    }

    @Test func flowModsSayTheSameInEveryForm() throws {
        var decoder = RequestDecoder(version: .v10)
        decoder.flowModTableID = true
        guard case .flowMod(let first) = try decoder.decode(message(.v10, 14, flowMod10)) else {
            Issue.record("not a flow-mod")
            return
        }
        #expect(first.command == .add && first.table == 3 && first.cookie == 7 && first.setsCookie)
        #expect(first.idleTimeoutSeconds == 5 && first.hardTimeoutSeconds == 6 && first.priority == 100)
        #expect(first.sendsFlowRemoved && first.checksOverlap && first.resetsCounts && first.outPort == nil)
        #expect(first.actions == [.output(.normal, maxLength: 0)])
        guard case .flowMod(let second) = try decoder.decode(message(.v10, 4, flowModNicira)) else {
            Issue.record("not a flow-mod")
            return
        }
        #expect(second.command == .modify && second.table == 0 && !second.setsCookie && !second.resetsCounts)
        #expect(second.match.key.mac(FlowField.ethernetSource) == MACAddress(number: 5))
        guard case .flowMod(let third) = try RequestDecoder(version: .v13).decode(message(.v13, 14, flowMod13)) else {
            Issue.record("not a flow-mod")
            return
        }
        #expect(third.command == .deleteStrict && third.table == 3 && third.cookieMatch == 7)
        #expect(third.cookieMask == 0xff && third.outPort?.rawValue == 2 && third.actions.count == 1)
    }

    private func code(_ version: OpenFlowVersion, _ type: UInt8, _ body: [UInt8]) -> OpenFlowError.Code? {
        do throws(OpenFlowError) {
            _ = try RequestDecoder(version: version).decode(message(version, type, body))
            return nil
        } catch {
            return error.code
        }
    }

    @Test func everythingElseGetsTheStandardsError() {
        #expect(code(.v10, 5, []) == nil)
        #expect(code(.v10, 5, [0]) == .badLength)
        #expect(code(.v10, 99, []) == .badType)
        #expect(code(.v13, 30, []) == .badType)
        #expect(code(.v10, 6, []) == .badType)
        #expect(code(.v13, 15, []) == .badLength)
        #expect(code(.v10, 4, [0, 0, 0, 1, 0, 0, 0, 0]) == .badExperimenter)
        #expect(code(.v10, 4, [0, 0, 0x23, 0x20, 0, 0, 0, 99]) == .badSubtype)
        #expect(code(.v10, 16, [0, 99, 0, 0]) == .badMultipart)
        #expect(code(.v13, 18, [0, 99, 0, 0, 0, 0, 0, 0]) == .badMultipart)
        #expect(code(.v13, 18, [0, 12, 0, 0, 0, 0, 0, 0, 1]) == .badPropertyLength)
        // Flow-mods: command, flags, table, buffer, action.
        func changed(_ offset: Int, _ value: UInt8, _ original: [UInt8]) -> [UInt8] {
            var copy = original
            copy[offset] = value
            return copy
        }
        let first = changed(48, 0, flowMod10)
        #expect(code(.v10, 14, first) == nil)
        #expect(code(.v10, 14, changed(49, 9, first)) == .badFlowModCommand)
        #expect(code(.v10, 14, changed(62, 0x80, first)) == .badFlags)
        #expect(code(.v10, 14, changed(63, 4, first)) == .badEmergencyTimeout)
        #expect(code(.v10, 14, changed(56, 0, first)) == .bufferUnknown)
        #expect(code(.v10, 14, changed(65, 12, first)) == .badActionType)
        #expect(code(.v10, 14, changed(67, 4, first)) == .badActionLength)
        #expect(code(.v10, 14, changed(68, 0xff, changed(69, 0xff, first))) == .badOutPort)
        #expect(code(.v13, 14, flowMod13) == nil)
        #expect(code(.v13, 14, changed(17, 0, changed(16, 0xff, flowMod13))) == .badFlowModTable)
        #expect(code(.v13, 14, changed(41, 0, flowMod13)) == .badMatchType)
        #expect(code(.v13, 14, changed(57, 1, flowMod13)) == .badInstructionLength)
        #expect(code(.v13, 14, changed(57, 9, flowMod13)) == .unknownInstruction)
        #expect(code(.v13, 14, changed(59, 12, flowMod13)) == .badInstructionLength)
    }

    /// Messages of every kind, whole.
    private var samples: [OpenFlowMessage] {
        let selection10 = bytes { writer in
            writer.append([0, 1, 0, 0])
            Match10.encode(Match(), into: &writer)
            writer.append([0xff, 0, 0xff, 0xff])
        }
        let selectionNicira = bytes { writer in
            writer.append([0xff, 0xff, 0, 0])
            writer.u32(0x2320)
            writer.zeros(8)
            writer.u16(0xffff)
            writer.u16(6)
            writer.append([0xff, 0, 0, 0, 0, 0, 6, 2, 8, 0, 0, 0])
        }
        let selection13 = bytes { writer in
            writer.append([0, 1, 0, 0, 0, 0, 0, 0, 0xff, 0, 0, 0])
            writer.u32(.max)
            writer.u32(.max)
            writer.zeros(20)
            writer.match13(Match())
        }
        return [
            message(.v10, 0, []), message(.v13, 0, [0, 1, 0, 8, 0, 0, 0, 0x12]), message(.v10, 2, [1, 2, 3]),
            message(.v10, 9, [0, 0, 0, 128]), message(.v10, 14, flowMod10), message(.v10, 4, flowModNicira),
            message(.v13, 14, flowMod13), message(.v10, 16, selection10), message(.v10, 16, selectionNicira),
            message(.v13, 18, selection13),
            message(.v10, 13, [0xff, 0xff, 0xff, 0xff, 0, 1, 0, 8, 0, 0, 0, 8, 0, 2, 0, 0, 9, 9, 9]),
            message(.v10, 15, [UInt8](repeating: 0, count: 24)), message(.v13, 16, [UInt8](repeating: 0, count: 32)),
            message(.v13, 24, [UInt8](repeating: 0, count: 16)), message(.v13, 28, [UInt8](repeating: 0, count: 24)),
            message(.v10, 4, [0, 0, 0x23, 0x20, 0, 0, 0, 10, 0, 0, 0, 2]),
            message(.v13, 18, [0, 4, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255, 0, 0, 0, 0]),
            message(.v13, 18, [0, 5, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255]),
        ]
    }

    private func decode(_ bytes: [UInt8]) {
        for version in OpenFlowVersion.allCases {
            for hasTables in [false, true] {
                var decoder = RequestDecoder(version: version)
                decoder.flowModTableID = hasTables
                guard let message = try? OpenFlowMessage(bytes: bytes) else { continue }
                _ = try? decoder.decode(message)
                _ = MessageNames.name(of: message, version: version)
            }
        }
    }

    @Test func samplesAreUnderstoodAndTheirTruncationsRefused() throws {
        for sample in samples {
            let version = try #require(OpenFlowVersion(rawValue: sample.version))
            var decoder = RequestDecoder(version: version)
            decoder.flowModTableID = true
            _ = try decoder.decode(sample)
            for count in OpenFlowMessage.headerSize..<sample.bytes.count {
                var cut = Array(sample.bytes.prefix(count))
                cut[2] = UInt8(count >> 8)
                cut[3] = UInt8(count & 0xff)
                decode(cut)
            }
            #expect(throws: OpenFlowError.self) { try OpenFlowMessage(bytes: Array(sample.bytes.dropLast())) }
        }
    }

    @Test func mutationsNeverTrap() {
        var random = SeededGenerator(seed: 7)
        for sample in samples {
            for _ in 0..<1000 {
                var bytes = sample.bytes
                for _ in 0..<Int.random(in: 1...6, using: &random) {
                    let index = Int.random(in: 0..<bytes.count, using: &random)
                    if index != 2 && index != 3 { bytes[index] = UInt8.random(in: 0...255, using: &random) }
                }
                decode(bytes)
            }
        }
        for _ in 0..<20_000 {
            let count = Int.random(in: 8...120, using: &random)
            var bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            bytes[1] = UInt8.random(in: 0...31, using: &random)
            bytes[2] = 0
            bytes[3] = UInt8(count)
            decode(bytes)
        }
    }

    @Test func helloOffersVersions() throws {
        #expect(HelloCodec.versions(in: message(.v13, 0, [])) == [1, 2, 3, 4])
        #expect(HelloCodec.versions(in: message(.v13, 0, [0, 1, 0, 8, 0, 0, 0, 0x12])) == [1, 4])
        let ours = HelloCodec.encode([.v10, .v13], transaction: 1)
        #expect(ours.version == 4 && HelloCodec.versions(in: ours) == [1, 4])
        #expect(HelloCodec.encode([.v10], transaction: 1).bytes.count == 8)
    }

    @Test func errorsHaveTheStandardsNumbers() throws {
        let request = message(.v13, 14, flowMod13)
        let overlap = ErrorCodec.reply(OpenFlowError(.overlap), to: request, version: .v13)
        #expect(
            Array(overlap.bytes[0..<12]) == [
                4, 1, 0, UInt8(12 + request.bytes.count), 0x12, 0x34, 0x56, 0x78, 0, 5, 0, 3,
            ])
        #expect(Array(overlap.bytes[12...]) == request.bytes)
        let old = ErrorCodec.reply(OpenFlowError(.badMatchField), to: request, version: .v10)
        #expect(Array(old.bytes[8..<20]) == [0xb0, 0xc2, 0, 0, 0, 0, 0x23, 0x20, 0, 0, 1, 7])
        // Every error can be said in every version.
        for code in OpenFlowError.Code.allCases {
            for version in OpenFlowVersion.allCases {
                let reply = ErrorCodec.message(code, data: [], transaction: 0, version: version)
                #expect(reply.bytes.count >= 12)
            }
        }
    }
}
