import Packets
import Testing

@Suite struct WordHashTests {
    /// Neighbouring MAC addresses, the commonest of keys, must fall into different slots.
    @Test func neighboursSpread() {
        let seed: UInt64 = 12345
        var slots = Set<UInt64>()
        var tags = Set<UInt64>()
        for address in 0..<4096 as Range<UInt64> {
            let hash = WordHash.of4(1, address << 40, 2 | 0x0008 << 48, 0, seed: seed)
            slots.insert(hash & 0xffff)
            tags.insert(hash >> 48)
        }
        // 4096 balls into 65536 slots leave some 3970 slots hit; a bad hash far fewer.
        #expect(slots.count > 3850)
        #expect(tags.count > 3850)
    }

    @Test func seedsDiffer() {
        #expect(WordHash.of4(1, 2, 3, 4, seed: 1) != WordHash.of4(1, 2, 3, 4, seed: 2))
        #expect(WordHash.salt(1, 0) != WordHash.salt(1, 1))
        #expect(WordHash.salt(1, 0) != WordHash.salt(2, 0))
    }
}
