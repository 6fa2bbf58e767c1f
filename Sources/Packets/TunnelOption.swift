/// An option as a Geneve header has it (RFC 8926 section 3.5).
public struct TunnelOption: Sendable, Equatable {
    public var optionClass: UInt16
    public var type: UInt8
    /// A multiple of 4 bytes, at most 124.
    public var value: [UInt8]

    /// The bit of a type that says: who does not know the option drops the packet.
    public static let critical: UInt8 = 0x80

    public init(optionClass: UInt16, type: UInt8, value: [UInt8]) {
        self.optionClass = optionClass
        self.type = type
        self.value = value
    }

    public var isCritical: Bool { type & Self.critical != 0 }

    /// Reads `{class=0xffff,type=0x80,len=4,0x1}{…}`, as OVS writes options of a datapath's flow.
    static func parse(_ text: some StringProtocol) throws(TextError) -> [TunnelOption] {
        var options: [TunnelOption] = []
        var rest = text[...]
        while !rest.isEmpty {
            guard rest.first == "{", let end = rest.firstIndex(of: "}") else { throw TextError("\(text)") }
            options.append(try TunnelOption(rest[rest.index(after: rest.startIndex)..<end]))
            rest = rest[rest.index(after: end)...]
        }
        guard options.reduce(0, { $0 + 4 + $1.value.count }) <= FlowField.tunnelOptionsSize else {
            throw TextError("\(text)")
        }
        return options
    }

    private init(_ text: some StringProtocol) throws(TextError) {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        func number<Number: FixedWidthInteger & UnsignedInteger>(
            _ index: Int, _ name: String, as type: Number.Type
        ) throws(TextError) -> Number {
            guard parts.indices.contains(index), parts[index].hasPrefix(name + "="),
                let number = TextNumber.parse(parts[index].dropFirst(name.count + 1), as: type)
            else { throw TextError("\(text)") }
            return number
        }
        optionClass = try number(0, "class", as: UInt16.self)
        type = try number(1, "type", as: UInt8.self)
        let length = Int(try number(2, "len", as: UInt8.self))
        guard length <= 124, length % 4 == 0, parts.count == (length == 0 ? 3 : 4) else { throw TextError("\(text)") }
        value = Array(repeating: 0, count: length)
        guard length > 0 else { return }
        guard parts[3].hasPrefix("0x") else {
            guard let small = TextNumber.parse(parts[3], as: UInt32.self) else { throw TextError("\(text)") }
            for index in 0..<4 { value[length - 1 - index] = UInt8(truncatingIfNeeded: small >> UInt32(8 * index)) }
            return
        }
        let digits = parts[3].dropFirst(2).compactMap { $0.isASCII ? $0.hexDigitValue : nil }
        guard !digits.isEmpty, digits.count == parts[3].count - 2, digits.count <= 2 * length else {
            throw TextError("\(text)")
        }
        for (position, digit) in digits.reversed().enumerated() {
            value[length - 1 - position / 2] |= UInt8(truncatingIfNeeded: digit << (position % 2 * 4))
        }
    }
}
