import Packets
import TestSupport
import Testing

@testable import OpenFlow

/// Random and damaged requests of every version: each is understood or refused, and nothing traps.
@Suite
struct RequestFuzzTests {
    private func samples(_ version: OpenFlowVersion) throws -> [[UInt8]] {
        let encoder = ReplyEncoder(version: version)
        let kind = MessageType.self
        func message(_ type: MessageType, _ build: (inout ByteWriter) -> Void) -> [UInt8] {
            encoder.message(type, 7, build).bytes
        }
        func nicira(_ subtype: UInt32, _ build: (inout ByteWriter) -> Void) -> [UInt8] {
            encoder.experimenter(NiciraType.identifier, subtype, 7, build).bytes
        }
        let group = try GroupMessageTests.group
        let meter = MeterContents(flags: 1, bands: [.init(kind: .dscpRemark(levels: 1), rate: 1, burst: 2)])
        var packet = PacketIn(frame: [UInt8](repeating: 1, count: 20), reason: .action, metadata: Match())
        packet.continuation = Continuation()
        packet.continuation?.actions = [.output(.local, maxLength: 0)]
        packet.continuation?.stack = [5]
        var resume = encoder.packetIn(packet, format: .nicira2).bytes
        resume[15] = UInt8(NiciraType.resume)
        var features = encoder.tableFeatures([TableFeatures(table: 0, name: "x")], 7)[0].bytes
        features[1] = kind.multipartRequest.number(version)
        var samples = [
            encoder.groupMod(GroupMod(command: .add, id: 1, group: group), group: nil, 7).bytes, resume, features,
            encoder.meterMod(MeterMod(command: .add, id: 1, meter: meter), 7).bytes,
            message(.tableMod) { $0.append([0, 0, 0, 0, 0, 0, 0, 8, 0, 3, 0, 8, 1, 2, 0, 0]) },
            message(.setAsync) { $0.append([0, 2, 0, 8, 0, 0, 0, 4]) },
            message(.portMod) { $0.zeros(32) },
            message(.roleRequest) { $0.zeros(16) },
            nicira(NiciraType.tlvTableMod) { $0.append([0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 4, 0, 3, 0, 0]) },
            nicira(NiciraType.flowMod) { $0.zeros(32) },
            nicira(NiciraType.setAsyncConfig2) { $0.append([0, 2, 0, 8, 0, 0, 0, 4]) },
            message(.flowMod) { writer in
                writer.zeros(version == .v10 ? 64 : 40)
                if version != .v10 { writer.match(Match(inPort: OpenFlowPort(rawValue: 1)), version) }
            },
            message(.packetOut) { writer in
                writer.u32(.max)
                writer.zeros(20)
            },
        ]
        let inner = samples[0]
        samples.append(
            message(.bundleAdd) { writer in
                writer.zeros(8)
                writer.append(inner)
            })
        for type in UInt16(0)...18 {
            samples.append(
                message(.multipartRequest) { writer in
                    writer.u16(type)
                    writer.zeros(version == .v10 ? 2 : 6)
                    writer.zeros(40)
                })
        }
        for subtype in UInt32(0)...9 {
            samples.append(
                message(.multipartRequest) { writer in
                    writer.u16(.max)
                    writer.zeros(version == .v10 ? 2 : 6)
                    writer.u32(NiciraType.identifier)
                    writer.u32(subtype)
                    writer.zeros(32)
                })
        }
        return samples.filter { $0[1] != 0xff }
    }

    /// Whether the bytes were a request or an error, and the error is one that can be sent.
    private func serve(_ bytes: [UInt8], _ version: OpenFlowVersion) -> Bool {
        var bytes = bytes
        bytes[0] = version.rawValue
        bytes[2] = UInt8(truncatingIfNeeded: bytes.count >> 8)
        bytes[3] = UInt8(truncatingIfNeeded: bytes.count)
        guard let message = try? OpenFlowMessage(bytes: bytes) else { return false }
        _ = MessageNames.name(of: message, version: version)
        var decoder = RequestDecoder(version: version)
        decoder.flowModTableID = bytes[4] & 1 != 0
        do throws(OpenFlowError) {
            var assembler = RequestAssembler()
            guard let parts = try assembler.add(message, version: version, now: .now) else { return true }
            _ = try decoder.decode(parts: parts)
        } catch {
            return error.code != .socket
                && ErrorCodec.reply(error, to: message, version: version).bytes.count >= 12
        }
        return true
    }

    @Test(arguments: OpenFlowVersion.allCases)
    func damagedRequestsAreUnderstoodOrRefused(version: OpenFlowVersion) throws {
        var generator = SeededGenerator(seed: UInt64(version.rawValue))
        for sample in try samples(version) {
            for count in OpenFlowMessage.headerSize...sample.count where count < 200 {
                #expect(serve(Array(sample.prefix(count)), version))
            }
            for _ in 0..<60 {
                var bytes = sample
                for _ in 0..<Int.random(in: 1...4, using: &generator) {
                    let offset = Int.random(in: 4..<min(bytes.count, 160), using: &generator)
                    // Extremes and small numbers find more than any byte does.
                    let extremes: [UInt8] = [0, 1, 2, 4, 7, 8, 16, 0x7f, 0x80, 0xff]
                    bytes[offset] =
                        Bool.random(using: &generator)
                        ? extremes.randomElement(using: &generator) ?? 0 : .random(in: 0...255, using: &generator)
                }
                #expect(serve(bytes, version))
            }
        }
    }

    @Test(arguments: OpenFlowVersion.allCases)
    func noiseIsUnderstoodOrRefused(version: OpenFlowVersion) {
        var generator = SeededGenerator(seed: UInt64(version.rawValue) + 100)
        for _ in 0..<2000 {
            var bytes = (0..<Int.random(in: 8...120, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            bytes[1] = .random(in: 0...36, using: &generator)
            // Vendors that are known lead further.
            if bytes.count > 16, bytes[1] == 4 {
                bytes.replaceSubrange(8..<16, with: [0, 0, 0x23, 0x20, 0, 0, 0, bytes[15] % 34])
            }
            #expect(serve(bytes, version))
        }
    }
}
