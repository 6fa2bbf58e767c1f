import Packets

/// Fields `tun_metadata0` to `tun_metadata63`: options of tunnels, as a bridge maps them.
///
/// Such a field exists as long as its mapping. Its bytes stand in units of four in the options' part of a ``FlowKey``,
/// not necessarily in a row, and a bit of ``FlowField/tunnelOptionsPresent`` says whether the packet has the option at
/// all. In a mask that bit stands for looking at the field, though none of its bits may count.
extension MatchField {
    /// How many such fields there can be.
    public static let optionCount = 64
    /// NXM_NX_TUN_METADATA0; the others follow.
    private static let firstOption: UInt8 = 40

    /// Each of them as no mapping makes it wider; it has no place in a key.
    static let widestOptions = (0..<optionCount).map { MatchField(option: $0, units: Array(repeating: 0, count: 31)) }

    /// tun_metadata*option*, at these offsets.
    convenience init(option: Int, units: [Int]) {
        self.init(
            name: "tun_metadata\(option)", alias: nil, place: .option(number: option), units: units,
            size: units.count * 4, bits: units.count * 32, valid: Self.ones(min(units.count * 32, 128)),
            isMaskable: true, isWritable: true, format: .hexadecimal, prerequisite: .none,
            headers: [.nicira(Self.firstOption + UInt8(truncatingIfNeeded: option))], listing: .both)
    }

    /// n, if this is tun_metadata*n*.
    public var option: Int? {
        if case .option(let number) = place { return number }
        return nil
    }

    /// Whether there may be more than the 128 bits of ``get(_:)``.
    var isWide: Bool { bits > 128 }

    /// How many times 128 bits there are, begun ones included.
    var partCount: Int { max(1, (bits + 127) / 128) }

    /// The bits that the value can have, of those from 128 · `part` on.
    func valid(part: Int) -> UInt128 { part == 0 ? valid : Self.ones(min(max(bits - 128 * part, 0), 128)) }

    /// All of the value in `key`.
    public func value(in key: FlowKey) -> FieldValue {
        guard isWide else { return FieldValue(get(key)) }
        return FieldValue(parts: (0..<partCount).map { readUnits(part: $0, key) })
    }

    /// Bits 128 · `part` and the 127 above of an option.
    func readUnits(part: Int, _ key: FlowKey) -> UInt128 {
        var value: UInt128 = 0
        let first = 4 * part
        for position in first..<min(first + 4, units.count) where position >= 0 {
            value |= UInt128(key.u32(units[units.count - 1 - position])) << UInt128(32 * (position - first))
        }
        return value
    }

    /// Gives the bits of `mask` those of `value`; and the packet has the option.
    func writeUnits(_ value: UInt128, mask: UInt128, part: Int, number: Int, in key: inout FlowKey) {
        key[FlowField.tunnelOptionsPresent >> 3] |= 1 << UInt64(number)
        let first = 4 * part
        guard first < units.count else { return }
        for position in first..<min(first + 4, units.count) {
            let shift = UInt128(32 * (position - first))
            let bits = UInt32(truncatingIfNeeded: mask >> shift)
            guard bits != 0 else { continue }
            let offset = units[units.count - 1 - position]
            key.setU32(offset, key.u32(offset) & ~bits | UInt32(truncatingIfNeeded: value >> shift) & bits)
        }
    }

    /// Whether a packet has the option; whether a mask looks at it.
    static func hasOption(_ number: Int, in key: FlowKey) -> Bool {
        key[FlowField.tunnelOptionsPresent >> 3] >> UInt64(number) & 1 != 0
    }

    /// Takes the option from a packet. Other fields stay as they are.
    public func delete(in key: inout FlowKey) {
        guard let number = option else { return }
        for unit in units { key.setU32(unit, 0) }
        key[FlowField.tunnelOptionsPresent >> 3] &= ~(1 << UInt64(number))
    }
}

extension MatchField.Header {
    /// n, if it names tun_metadata*n*, be that mapped or not.
    var option: Int? {
        guard classNumber == 1, (40..<104).contains(field) else { return nil }
        return Int(field) - 40
    }
}

extension Match {
    /// Matches the bits of `mask` of an option of tunnels exactly; with none, that the packet has the option.
    public mutating func setOption(_ field: MatchField, _ value: FieldValue, mask bits: FieldValue? = nil) {
        let bits = bits ?? FieldValue(ones: field.bits)
        for part in 0..<field.partCount {
            field.set(value.part(part) & bits.part(part), mask: bits.part(part), part: part, in: &key)
            field.set(.max, mask: bits.part(part), part: part, in: &mask)
        }
    }
}
