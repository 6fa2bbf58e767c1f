/// The checksum of records in OVS's log files (FIPS 180-4). It finds damage, it keeps no secret.
struct SHA1 {
    private var state: (UInt32, UInt32, UInt32, UInt32, UInt32) =
        (0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476, 0xC3D2_E1F0)

    /// The checksum of `bytes` as 40 hexadecimal digits.
    static func hexadecimal(_ bytes: UnsafeRawBufferPointer) -> String {
        var sum = SHA1()
        sum.add(bytes)
        let (a, b, c, d, e) = sum.state
        var digits: [UInt8] = []
        digits.reserveCapacity(40)
        for word in [a, b, c, d, e] {
            for shift in stride(from: UInt32(28), through: 0, by: -4) {
                let nibble = UInt8(truncatingIfNeeded: word >> shift & 15)
                digits.append(nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10)
            }
        }
        return String(decoding: digits, as: UTF8.self)
    }

    /// Takes the whole message, padding included.
    private mutating func add(_ bytes: UnsafeRawBufferPointer) {
        let whole = bytes.count / 64
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 80) { words in
            for block in 0..<whole { step(UnsafeRawBufferPointer(rebasing: bytes[block * 64..<block * 64 + 64]), words) }
            var rest = Array(bytes[(whole * 64)...])
            rest.append(0x80)
            while rest.count % 64 != 56 { rest.append(0) }
            let bits = UInt64(bytes.count) &* 8
            for shift in stride(from: UInt64(56), through: 0, by: -8) {
                rest.append(UInt8(truncatingIfNeeded: bits >> shift))
            }
            rest.withUnsafeBytes { rest in
                for start in stride(from: 0, to: rest.count, by: 64) {
                    step(UnsafeRawBufferPointer(rebasing: rest[start..<start + 64]), words)
                }
            }
        }
    }

    /// Takes one block of 64 bytes; `words` is scratch of 80.
    private mutating func step(_ block: UnsafeRawBufferPointer, _ words: UnsafeMutableBufferPointer<UInt32>) {
        for index in 0..<16 {
            words[index] = UInt32(bigEndian: block.loadUnaligned(fromByteOffset: index &* 4, as: UInt32.self))
        }
        for index in 16..<80 {
            let word = words[index &- 3] ^ words[index &- 8] ^ words[index &- 14] ^ words[index &- 16]
            words[index] = word << 1 | word >> 31
        }
        var (a, b, c, d, e) = state
        func mix(_ rounds: Range<Int>, _ constant: UInt32, _ body: () -> UInt32) {
            for index in rounds {
                let next = (a << 5 | a >> 27) &+ body() &+ e &+ constant &+ words[index]
                (e, d, c, b, a) = (d, c, b << 30 | b >> 2, a, next)
            }
        }
        mix(0..<20, 0x5A82_7999) { b & c | ~b & d }
        mix(20..<40, 0x6ED9_EBA1) { b ^ c ^ d }
        mix(40..<60, 0x8F1B_BCDC) { b & c | b & d | c & d }
        mix(60..<80, 0xCA62_C1D6) { b ^ c ^ d }
        state = (state.0 &+ a, state.1 &+ b, state.2 &+ c, state.3 &+ d, state.4 &+ e)
    }
}
