import TestSupport
import Testing

@testable import OpenFlow

/// Random and damaged lists: an error or actions that can be told again, never a trap.
@Suite struct ActionFuzzTests {
    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func damagedVectors(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let vectors = ActionVectorTests.vectors.filter { !$0.bytes.isEmpty }
        var accepted = 0
        for _ in 0..<6000 {
            guard let vector = vectors.randomElement(using: &generator) else { return }
            var bytes = vector.bytes
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let index = Int.random(in: 0..<bytes.count, using: &generator)
                bytes[index] =
                    Bool.random(using: &generator) ? .random(in: 0 ... .max, using: &generator) : bytes[index] ^ 1
            }
            if Int.random(in: 0..<10, using: &generator) == 0 { bytes.removeLast(min(8, bytes.count)) }
            let version = OpenFlowVersion.allCases.randomElement(using: &generator) ?? .v13
            accepted += Self.try(bytes, Bool.random(using: &generator) ? vector.version : version, vector.match) ? 1 : 0
        }
        // Damage is often to a value, and then what comes is as good as what went.
        #expect(accepted > 500)
    }

    @Test func randomBytes() {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<20000 {
            let count = Int.random(in: 0..<8, using: &generator) * 8
            var bytes = (0..<count).map { _ in UInt8.random(in: 0 ... .max, using: &generator) }
            // A type and a length that exist bring a reader further.
            if bytes.count >= 8 {
                bytes[0] = Bool.random(using: &generator) ? 0xff : 0
                bytes[1] = bytes[0] == 0xff ? 0xff : bytes[1] & 31
                bytes[2] = 0
                bytes[3] = UInt8(count)
                if bytes[0] == 0xff {
                    bytes.replaceSubrange(4..<8, with: [0, 0, 0x23, 0x20])
                    if bytes.count >= 16 { bytes.replaceSubrange(8..<10, with: [0, bytes[9] & 63]) }
                }
            }
            for version in OpenFlowVersion.allCases { _ = Self.try(bytes, version, Match()) }
        }
    }

    /// - Returns: whether it was accepted.
    private static func `try`(_ bytes: [UInt8], _ version: OpenFlowVersion, _ match: Match) -> Bool {
        // The same bytes as a list of actions and as instructions.
        _ = try? ActionCodec.decode(ByteReader(bytes), version: version, context: .packetOut)
        _ = try? ActionCodec.decode(ByteReader(bytes), version: version, context: .actionSet)
        guard let actions = try? ActionVectorTests.decode(bytes, version) else { return false }
        try? ActionCheck(version: version, table: 1).check(actions, match: match)
        _ = ActionFormat().text(actions)
        for other in OpenFlowVersion.allCases {
            var writer = ByteWriter()
            InstructionCodec.encode(actions, version: other, match: match, into: &writer)
            #expect(writer.bytes.count % 8 == 0)
            guard other == version, version > .v10 else { continue }
            // In its own version a list comes back as it went.
            var again = ByteWriter()
            let reread = try? ActionVectorTests.decode(writer.bytes, version)
            InstructionCodec.encode(reread ?? [], version: version, match: match, into: &again)
            #expect(again.bytes == writer.bytes, "\(Bytes.hex(bytes)) in \(version)")
        }
        return true
    }
}
