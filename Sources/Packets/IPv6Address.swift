/// A 128-bit IPv6 address (RFC 4291).
@frozen
public struct IPv6Address: Hashable, Sendable {
    /// The first eight bytes as a number, the first byte in the high bits.
    public var high: UInt64
    /// The last eight bytes as a number.
    public var low: UInt64

    @inlinable
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Parses the text forms of RFC 4291 section 2.2, an IPv4 tail included; nil for anything else.
    public init?(_ text: some StringProtocol) {
        var groups: [UInt16] = []
        var gap: Int?
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count >= 3 else { return nil }
        for (index, part) in parts.enumerated() {
            let isLast = index == parts.count - 1
            if part.isEmpty {
                // "::" splits into one empty part, or two at either end of the text.
                if index == 0 || isLast {
                    guard parts[index == 0 ? 1 : index - 1].isEmpty else { return nil }
                    continue
                }
                guard gap == nil else { return nil }
                gap = groups.count
            } else if isLast, part.contains(".") {
                guard let tail = IPv4Address(part) else { return nil }
                groups += [UInt16(truncatingIfNeeded: tail.number >> 16), UInt16(truncatingIfNeeded: tail.number)]
            } else {
                guard part.count <= 4, part.allSatisfy(\.isHexDigit), let group = UInt16(part, radix: 16) else {
                    return nil
                }
                groups.append(group)
            }
        }
        if let gap {
            guard groups.count < 8 else { return nil }
            groups.insert(contentsOf: [UInt16](repeating: 0, count: 8 - groups.count), at: gap)
        }
        guard groups.count == 8 else { return nil }
        high = groups[..<4].reduce(0) { $0 << 16 | UInt64($1) }
        low = groups[4...].reduce(0) { $0 << 16 | UInt64($1) }
    }

    /// ff00::/8.
    @inlinable public var isMulticast: Bool { high >> 56 == 0xff }

    /// The length of the prefix that this mask is, or nil if its ones are not all in front.
    public var prefixLength: Int? {
        let first = (~high).leadingZeroBitCount
        if first < 64 { return high << UInt64(first) == 0 && low == 0 ? first : nil }
        let second = (~low).leadingZeroBitCount
        return second == 64 || low << UInt64(second) == 0 ? 64 + second : nil
    }

    /// The eight 16-bit groups.
    var groups: [UInt16] {
        (0..<8).map { UInt16(truncatingIfNeeded: ($0 < 4 ? high : low) >> UInt64((3 - $0 % 4) * 16)) }
    }
}

extension IPv6Address: CustomStringConvertible {
    /// The form of RFC 5952: lower case, the longest run of two or more zero groups left out.
    public var description: String {
        let groups = groups
        if high == 0, low >> 32 == 0xffff {
            return "::ffff:\(IPv4Address(number: UInt32(truncatingIfNeeded: low)))"
        }
        var best = 0..<0
        var start = 0
        while start < 8 {
            var end = start
            while end < 8, groups[end] == 0 { end += 1 }
            if end - start > max(best.count, 1) { best = start..<end }
            start = max(end, start + 1)
        }
        func text(_ part: ArraySlice<UInt16>) -> String { part.map { String($0, radix: 16) }.joined(separator: ":") }
        if best.isEmpty { return text(groups[...]) }
        return text(groups[..<best.lowerBound]) + "::" + text(groups[best.upperBound...])
    }
}
