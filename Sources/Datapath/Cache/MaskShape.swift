import Packets

/// How a mask's words are walked; the look-up loops are compiled once for each.
protocol MaskShape {
    static func hash(_ mask: MaskList, _ key: UnsafePointer<UInt64>) -> UInt64
    static func matches(_ mask: MaskList, _ key: UnsafePointer<UInt64>, _ masked: UnsafePointer<UInt64>) -> Bool
    /// Writes the hashes of the first `count` pending keys to the scratch.
    static func hash(_ mask: MaskList, _ scratch: LookupScratch, count: Int)
}

/// Words 0-3, without a loop.
enum EthernetShape: MaskShape {
    @inline(__always)
    static func hash(_ mask: MaskList, _ key: UnsafePointer<UInt64>) -> UInt64 {
        let words = mask.words
        return WordHash.of4(
            key[0] & words[0].bits, key[1] & words[1].bits, key[2] & words[2].bits, key[3] & words[3].bits,
            seed: mask.seed)
    }

    @inline(__always)
    static func matches(_ mask: MaskList, _ key: UnsafePointer<UInt64>, _ masked: UnsafePointer<UInt64>) -> Bool {
        let words = mask.words
        let low = (key[0] & words[0].bits ^ masked[0]) | (key[1] & words[1].bits ^ masked[1])
        let high = (key[2] & words[2].bits ^ masked[2]) | (key[3] & words[3].bits ^ masked[3])
        return low | high == 0
    }

    @inline(__always)
    static func hash(_ mask: MaskList, _ scratch: LookupScratch, count: Int) {
        for position in 0..<count { scratch.hashes[position] = hash(mask, scratch.key(scratch.pending[position])) }
    }
}

/// Any words, by their list.
enum ListedShape: MaskShape {
    @inline(__always)
    static func hash(_ mask: MaskList, _ key: UnsafePointer<UInt64>) -> UInt64 {
        var state = mask.seed
        var position = 0
        while position < mask.count {
            state &+= product(key, mask.words[position], mask.words[position &+ 1])
            position &+= 2
        }
        return WordHash.finish(state)
    }

    @inline(__always)
    static func matches(_ mask: MaskList, _ key: UnsafePointer<UInt64>, _ masked: UnsafePointer<UInt64>) -> Bool {
        var difference: UInt64 = 0
        for position in 0..<mask.count {
            let word = mask.words[position]
            difference |= key[word.index] & word.bits ^ masked[position]
        }
        return difference == 0
    }

    /// What two words of a key add to its hash.
    @inline(__always)
    private static func product(_ key: UnsafePointer<UInt64>, _ first: MaskWord, _ second: MaskWord) -> UInt64 {
        WordHash.fold(key[first.index] & first.bits ^ first.salt, key[second.index] & second.bits ^ second.salt)
    }

    /// Pair by pair of words over all keys, so that the mask stays in registers and the products do not wait for each
    /// other.
    @inline(__always)
    static func hash(_ mask: MaskList, _ scratch: LookupScratch, count: Int) {
        let (keys, pending, hashes) = (scratch.keys, scratch.pending, scratch.hashes)
        var word = 0
        while word < mask.count {
            let first = mask.words[word]
            let second = mask.words[word &+ 1]
            let isFirst = word == 0
            word &+= 2
            let isLast = word >= mask.count
            for position in 0..<count {
                let key = keys + pending[position] &* LookupScratch.keyStride
                let state = (isFirst ? mask.seed : hashes[position]) &+ product(key, first, second)
                hashes[position] = isLast ? WordHash.finish(state) : state
            }
        }
    }
}
