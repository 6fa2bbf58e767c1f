import Packets

/// A bridge's fields for options of tunnels (NXT_TLV_TABLE_*; OVS: `struct tun_table`, `struct vl_mff_map`).
///
/// It does not change: a bridge that maps more or less gets another. One that maps nothing has none.
public final class TunnelOptions: Sendable {
    /// By number; nil: not mapped.
    private let mapped: [Mapped?]

    struct Mapped: Sendable {
        let mapping: TLVTable.Mapping
        let field: MatchField
    }

    /// Byte offsets in a key.
    private static let places = FlowField.tunnelOptions..<FlowField.tunnelOptions + FlowField.tunnelOptionsSize

    private init(_ mapped: [Mapped?]) { self.mapped = mapped }

    /// tun_metadata*number*; nil if it is not mapped.
    public subscript(_ number: Int) -> MatchField? {
        mapped.indices.contains(number) ? mapped[number]?.field : nil
    }

    /// The field of this name.
    public func named(_ name: some StringProtocol) -> MatchField? {
        Self.number(of: name).flatMap { self[$0] }
    }

    /// n of `tun_metadata`*n*, mapped or not; nil for other names.
    public static func number(of name: some StringProtocol) -> Int? {
        guard name.hasPrefix("tun_metadata"), let number = Int(name.dropFirst(12)),
            (0..<MatchField.optionCount).contains(number)
        else { return nil }
        return number
    }

    /// The field for an option that came with a packet.
    public func field(optionClass: UInt16, type: UInt8) -> MatchField? {
        all.first { $0.mapping.optionClass == optionClass && $0.mapping.optionType == type }?.field
    }

    /// Puts the options that a packet came with into its key (OVS: tun_metadata_from_geneve_udpif).
    ///
    /// - Returns: false if the packet cannot be taken: an option has another length than its field, or is critical and
    ///   not mapped.
    public static func fill(_ key: inout FlowKey, with options: [TunnelOption], _ map: TunnelOptions?) -> Bool {
        for option in options {
            guard let field = map?.field(optionClass: option.optionClass, type: option.type) else {
                if option.isCritical { return false }
                continue
            }
            guard field.size == option.value.count else { return false }
            let value = FieldValue(bytes: option.value)
            for part in 0..<field.partCount { field.set(value.part(part), part: part, in: &key) }
        }
        return true
    }

    /// What is mapped, by number.
    public var mappings: [TLVTable.Mapping] { all.map(\.mapping) }

    var all: [Mapped] { mapped.compactMap { $0 } }

    /// The fields that a mask looks at, or that a packet has, by number.
    public func fields(in key: FlowKey) -> [MatchField] {
        var rest = key[FlowField.tunnelOptionsPresent >> 3]
        var fields: [MatchField] = []
        while rest != 0 {
            if let field = self[rest.trailingZeroBitCount] { fields.append(field) }
            rest &= rest - 1
        }
        return fields
    }

    // MARK: Change

    /// The fields of `old` after a change; nil if none are left.
    ///
    /// - Throws: `tlvAlreadyMapped`, `duplicateTLV`, `tlvTableFull`.
    static func changed(_ old: TunnelOptions?, by change: TLVTableMod) throws(OpenFlowError) -> TunnelOptions? {
        var mapped = old?.mapped ?? Array(repeating: nil, count: MatchField.optionCount)
        switch change.command {
        case .add: for mapping in change.mappings { try add(mapping, to: &mapped) }
        // By number alone, whatever the option.
        case .delete: for mapping in change.mappings { mapped[Int(mapping.index) % mapped.count] = nil }
        case .clear: return nil
        }
        return mapped.contains { $0 != nil } ? TunnelOptions(mapped) : nil
    }

    private static func add(_ mapping: TLVTable.Mapping, to mapped: inout [Mapped?]) throws(OpenFlowError) {
        let number = Int(mapping.index)
        guard mapped.indices.contains(number) else { throw OpenFlowError(.badTLVIndex, "tun_metadata\(number)") }
        guard mapped[number] == nil else { throw OpenFlowError(.tlvAlreadyMapped, "tun_metadata\(number)") }
        let isDouble = mapped.contains {
            $0?.mapping.optionClass == mapping.optionClass && $0?.mapping.optionType == mapping.optionType
        }
        guard !isDouble else {
            throw OpenFlowError(.duplicateTLV, "class \(mapping.optionClass) type \(mapping.optionType)")
        }
        let taken = Set(mapped.flatMap { $0?.field.units ?? [] })
        let free = stride(from: places.lowerBound, to: places.upperBound, by: 4).lazy.filter { !taken.contains($0) }
        try put(mapping, at: Array(free.prefix(Int(mapping.length) / 4)), into: &mapped)
    }

    private static func put(
        _ mapping: TLVTable.Mapping, at units: [Int], into mapped: inout [Mapped?]
    ) throws(OpenFlowError) {
        guard units.count == Int(mapping.length) / 4 else {
            throw OpenFlowError(.tlvTableFull, "no room for \(mapping.length) bytes")
        }
        let number = Int(mapping.index)
        mapped[number] = Mapped(mapping: mapping, field: MatchField(option: number, units: units))
    }
}

/// The fields for the process image that comes after this one: rules are handed over as words of keys, so that each
/// field has to keep its place.
///
/// ```
/// each: class (2 bytes) | type (1) | length (1) | number (2) | offset in a key (2) of each four bytes
/// ```
extension TunnelOptions {
    func write(to writer: inout ByteWriter) {
        for entry in all {
            writer.u16(entry.mapping.optionClass)
            writer.u8(entry.mapping.optionType)
            writer.u8(entry.mapping.length)
            writer.u16(entry.mapping.index)
            for unit in entry.field.units { writer.u16(UInt16(clamping: unit)) }
        }
    }

    /// Reads until `reader` is empty; nil if there is nothing.
    ///
    /// - Throws: when the bytes are not what ``write(to:)`` writes.
    convenience init?(handedOver reader: inout ByteReader) throws(OpenFlowError) {
        var mapped: [Mapped?] = Array(repeating: nil, count: MatchField.optionCount)
        var taken: Set<Int> = []
        guard reader.remaining > 0 else { return nil }
        while reader.remaining > 0 {
            let mapping = TLVTable.Mapping(
                optionClass: try reader.u16(), optionType: try reader.u8(), length: try reader.u8(),
                index: try reader.u16())
            var units: [Int] = []
            for _ in 0..<mapping.length / 4 {
                let unit = Int(try reader.u16())
                guard Self.places.contains(unit), unit % 4 == 0, taken.insert(unit).inserted else {
                    throw OpenFlowError(.badTLVIndex, "an option at \(unit)")
                }
                units.append(unit)
            }
            guard mapped.indices.contains(Int(mapping.index)) else {
                throw OpenFlowError(.badTLVIndex, "tun_metadata\(mapping.index)")
            }
            try Self.put(mapping, at: units, into: &mapped)
        }
        self.init(mapped)
    }
}
