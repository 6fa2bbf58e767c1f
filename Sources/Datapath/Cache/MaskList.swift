import Packets

/// One word of a key that a mask looks at, which of its bits, and the random number it is hashed with.
struct MaskWord {
    var index: Int
    var bits: UInt64
    var salt: UInt64
}

/// A ``FlowMask`` in the form that a look-up reads: only the words that count.
///
/// Plain data: whoever holds the list also holds the memory of its words. A mask that stays within words 0-3 (layer 2)
/// is listed with exactly these four, zeros included, so that the commonest look-up is a straight line.
struct MaskList {
    /// The most words that a datapath mask can have: what packets say, and the metadata of those that are looked up
    /// again.
    static var limit: Int { FlowKeyExtractor.wordCount + 2 }
    /// The same with one of padding.
    static var capacity: Int { limit + 1 }

    /// Room for ``capacity``.
    let words: UnsafeMutablePointer<MaskWord>
    var count: Int
    /// Seeds the hash; the same in every list of a table.
    var seed: UInt64
    /// Words 0, 1, 2, 3 and no other.
    var isEthernet: Bool

    /// An empty list over memory for ``capacity`` words.
    init(words: UnsafeMutablePointer<MaskWord>, seed: UInt64) {
        self.words = words
        self.seed = seed
        count = 0
        isEthernet = false
    }

    /// Lists the datapath's words of a mask; `bits` has ``limit`` words.
    mutating func set(_ bits: UnsafePointer<UInt64>) {
        isEthernet = true
        for index in FlowKeyExtractor.ethernetWordCount..<Self.limit where bits[index] != 0 { isEthernet = false }
        count = 0
        for index in 0..<(isEthernet ? FlowKeyExtractor.ethernetWordCount : Self.limit)
        where isEthernet || bits[index] != 0 {
            words[count] = MaskWord(index: index, bits: bits[index], salt: WordHash.salt(seed, index))
            count += 1
        }
        // An even number of words lets the hash take them two by two.
        if count % 2 == 1 {
            words[count] = MaskWord(index: 0, bits: 0, salt: WordHash.salt(seed, Self.limit))
        }
    }

    /// The hash of a key under this mask.
    func hash(_ key: UnsafePointer<UInt64>) -> UInt64 {
        isEthernet ? EthernetShape.hash(self, key) : ListedShape.hash(self, key)
    }

    /// Writes the hashes of the first `count` pending keys to the scratch.
    @inline(__always)
    func hash(_ scratch: LookupScratch, count: Int) {
        if isEthernet {
            EthernetShape.hash(self, scratch, count: count)
        } else {
            ListedShape.hash(self, scratch, count: count)
        }
    }

    /// Whether the key agrees with the masked words that follow an entry's header.
    @inline(__always)
    func matches(_ key: UnsafePointer<UInt64>, _ masked: UnsafePointer<UInt64>) -> Bool {
        isEthernet ? EthernetShape.matches(self, key, masked) : ListedShape.matches(self, key, masked)
    }

    /// Writes the key's words under this mask, ``count`` of them.
    func copy(_ key: UnsafePointer<UInt64>, to masked: UnsafeMutablePointer<UInt64>) {
        for position in 0..<count { masked[position] = key[words[position].index] & words[position].bits }
    }
}
