import Packets
import TestSupport
import Testing

@testable import OpenFlow

@Suite struct PrefixTrieTests {
    private func prefix(_ value: UInt128, _ length: Int) -> UInt128 { value & (.max << UInt128(128 - length)) }

    /// The tree against a list of prefixes, with values that share beginnings.
    @Test(arguments: [(32, 1), (32, 2), (64, 3), (128, 4), (128, 5)] as [(Int, UInt64)])
    func tellsLengthsAndExaminesEnough(bits: Int, seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var trie = PrefixTrie()
        var model: [(value: UInt128, length: Int)] = []
        func value() -> UInt128 {
            // Few different bytes, so that values agree in many leading bits.
            var value: UInt128 = 0
            for _ in 0..<bits / 8 {
                value = value << 8 | UInt128([0, 1, 0x80, 0xff].randomElement(using: &random) ?? 0)
            }
            return value << UInt128(128 - bits)
        }
        for step in 0..<400 {
            if step % 3 != 2 || model.isEmpty {
                let length = Int.random(in: 1...bits, using: &random)
                let value = prefix(value(), length)
                trie.insert(value, length: length)
                model.append((value, length))
            } else {
                let gone = model.remove(at: Int.random(in: 0..<model.count, using: &random))
                trie.remove(gone.value, length: gone.length)
            }
            for _ in 0..<4 {
                let key = value()
                let (lengths, examined) = trie.lookup(key, bits: bits)
                var expected: UInt128 = 0
                for (value, length) in model where prefix(key, length) == value { expected |= 1 << UInt128(length - 1) }
                #expect(lengths == expected)
                #expect(examined <= bits)
                // Whatever agrees in the bits examined meets the same lengths.
                var other = value()
                if examined > 0 { other = prefix(key, examined) | other & ~(.max << UInt128(128 - examined)) }
                #expect(trie.lookup(other, bits: bits).lengths == expected)
            }
        }
        for gone in model { trie.remove(gone.value, length: gone.length) }
        #expect(trie.isEmpty && trie.nodeCount == 0)
    }

    @Test func fieldsAreReadAsTheyStandInAKey() throws {
        var key = FlowKey()
        key.setU32(FlowField.ipv4Destination, 0x0a00_0001)
        key.setU16(FlowField.ipv6Source, 0x2001)
        let names = ["ip_dst", "ipv6_src"]
        let fields = names.compactMap { MatchField.named($0) }.compactMap { PrefixField($0) }
        try #require(fields.count == 2)
        let (destination, source) = (fields[0], fields[1])
        #expect(destination.value(in: key) == 0x0a00_0001 << 96)
        #expect(source.value(in: key) == 0x2001 << 112)
        var mask = FlowMask()
        mask.setU32(FlowField.ipv4Destination, 0xffff_fe00)
        #expect(destination.length(in: mask) == 23)
        mask.setU32(FlowField.ipv4Destination, 0xff00_ff00)
        #expect(destination.length(in: mask) == 0)
        #expect(PrefixField(try #require(MatchField.named("eth_dst"))) == nil)
    }
}
