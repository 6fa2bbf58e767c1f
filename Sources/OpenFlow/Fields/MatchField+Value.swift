import Packets

/// Reading and writing the field in a key, and in a mask of the same layout.
extension MatchField {
    /// The field's value, or mask, in `key`; the lower 128 bits of it.
    public func get(_ key: FlowKey) -> UInt128 {
        switch place {
        case .network(let offset, let bytes, let shift):
            let word = key[offset >> 3].bigEndian
            if bytes == 16 { return UInt128(word) << 64 | UInt128(key[offset >> 3 + 1].bigEndian) }
            let value = (word << UInt64((offset & 7) * 8)) >> UInt64(64 - bytes * 8 + shift)
            return UInt128(value) & valid
        case .host(let offset, _):
            return UInt128(key[offset >> 3] >> UInt64((offset & 7) * 8)) & valid
        case .registers(let first, let count):
            var value: UInt128 = 0
            for index in first..<first + count {
                value = value << 32 | UInt128(key.host32(FlowField.registers + 4 * index))
            }
            return value
        case .port(let offset, let isWide):
            let port = OpenFlowPort(rawValue: UInt16(truncatingIfNeeded: key.host32(offset)))
            return isWide ? UInt128(port.wide) : UInt128(port.rawValue)
        case .option:
            return readUnits(part: 0, key)
        }
    }

    /// Gives the bits of `mask` those of `value` in `key`, leaving all others.
    ///
    /// - Parameter part: both are for the bits from 128 · `part` on, which only options of tunnels have.
    public func set(_ value: UInt128, mask: UInt128 = .max, part: Int = 0, in key: inout FlowKey) {
        let mask = mask & (part == 0 ? valid : valid(part: part))
        let value = value & mask
        switch place {
        case .network(let offset, let bytes, let shift):
            let index = offset >> 3
            if bytes == 16 {
                Self.replace(&key, index, UInt64(value >> 64).bigEndian, UInt64(mask >> 64).bigEndian)
                Self.replace(
                    &key, index + 1, UInt64(truncatingIfNeeded: value).bigEndian,
                    UInt64(truncatingIfNeeded: mask).bigEndian)
                return
            }
            let move = UInt64(64 - (offset & 7) * 8 - bytes * 8 + shift)
            Self.replace(
                &key, index, (UInt64(truncatingIfNeeded: value) << move).bigEndian,
                (UInt64(truncatingIfNeeded: mask) << move).bigEndian)
        case .host(let offset, _):
            let move = UInt64((offset & 7) * 8)
            Self.replace(
                &key, offset >> 3, UInt64(truncatingIfNeeded: value) << move,
                UInt64(truncatingIfNeeded: mask) << move)
        case .registers(let first, let count):
            for index in 0..<count {
                let move = UInt128(32 * (count - 1 - index))
                let offset = FlowField.registers + 4 * (first + index)
                let part = UInt32(truncatingIfNeeded: mask >> move)
                key.setHost32(offset, key.host32(offset) & ~part | UInt32(truncatingIfNeeded: value >> move))
            }
        case .port(let offset, let isWide):
            let merged = get(key) & ~mask | value
            // A wide number that no port has stands for none, as in OVS.
            let port =
                isWide
                ? (try? OpenFlowPort(wide: UInt32(truncatingIfNeeded: merged))) ?? .none
                : OpenFlowPort(rawValue: UInt16(truncatingIfNeeded: merged))
            key.setHost32(offset, UInt32(port.rawValue))
        case .option(let number):
            writeUnits(value, mask: mask, part: part, number: number, in: &key)
        }
    }

    private static func replace(_ key: inout FlowKey, _ index: Int, _ value: UInt64, _ mask: UInt64) {
        key[index] = key[index] & ~mask | value
    }

    /// Adds the ones of `value` to the field's in `key`.
    public func merge(_ value: UInt128, part: Int = 0, into key: inout FlowKey) {
        if case .port = place { set(value, in: &key) } else { set(.max, mask: value, part: part, in: &key) }
    }

    /// Puts a mask that counts all of the field into `mask`.
    public func mergeExactMask(into mask: inout FlowMask) {
        if case .port(let offset, _) = place { mask.setHost32(offset, .max) } else { merge(valid, into: &mask) }
        for part in 1..<partCount where isWide { merge(.max, part: part, into: &mask) }
    }

    /// Puts the bits of `bits` into `mask`: what a part of the field that is looked at needs.
    ///
    /// - Parameter part: the bits are those from 128 · `part` on.
    public func mergeMask(_ bits: UInt128, part: Int = 0, into mask: inout FlowMask) {
        if case .option = place { return merge(bits, part: part, into: &mask) }
        guard bits & valid != 0 else { return }
        // A port number is matched whole.
        if case .port = place { mergeExactMask(into: &mask) } else { merge(bits, into: &mask) }
    }

    /// Whether `mask` counts all of the field.
    public func isExact(in mask: FlowMask) -> Bool {
        isWide ? value(in: mask) == FieldValue(ones: bits) : get(mask) == valid
    }

    /// Whether `mask` counts none of the field.
    public func isWild(in mask: FlowMask) -> Bool {
        if case .port(let offset, _) = place { return mask.host32(offset) == 0 }
        if case .option(let number) = place { return !Self.hasOption(number, in: mask) }
        return get(mask) == 0
    }
}

extension FieldRange {
    /// The bits' value in `key`, bit 0 the least significant; the lower 128 of them.
    public func get(_ key: FlowKey) -> UInt128 {
        field.isWide ? wide(key).low : (field.get(key) & mask) >> UInt128(offset)
    }

    /// All of the bits' value in `key`.
    public func value(in key: FlowKey) -> FieldValue { field.isWide ? wide(key) : FieldValue(get(key)) }

    private func wide(_ key: FlowKey) -> FieldValue {
        let all = field.value(in: key)
        let (first, shift) = (offset / 128, UInt128(offset % 128))
        let parts = (first..<max(first + 1, all.partCount)).map { index in
            all.part(index) >> shift | (shift == 0 ? 0 : all.part(index + 1) << (128 - shift))
        }
        return FieldValue(parts: parts).truncated(to: bits)
    }

    /// Gives the bits in `key` the low ones of `value`.
    public func set(_ value: FieldValue, in key: inout FlowKey) {
        forEachPart(value) { part, value, mask in field.set(value, mask: mask, part: part, in: &key) }
    }

    /// Calls `body` with the field's parts of 128 bits that the range is in, the low bits of `value` moved to where the
    /// range has them, and ones in the range's place.
    public func forEachPart(_ value: FieldValue, _ body: (Int, UInt128, UInt128) -> Void) {
        guard field.isWide else { return body(0, value.low << UInt128(offset), mask) }
        let values = value.truncated(to: bits).shifted(left: offset)
        let masks = FieldValue(ones: bits).shifted(left: offset)
        for part in offset / 128...(offset + bits - 1) / 128 { body(part, values.part(part), masks.part(part)) }
    }

    /// Puts the bits into `mask`.
    public func mergeMask(into mask: inout FlowMask) {
        guard field.isWide else { return field.mergeMask(self.mask, into: &mask) }
        forEachPart(0) { part, _, bits in field.mergeMask(bits, part: part, into: &mask) }
    }
}
