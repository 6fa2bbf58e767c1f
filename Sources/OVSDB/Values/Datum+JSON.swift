/// The wire form of RFC 7047 section 5.1, and the differences that OVS's monitors send.
extension Datum {
    /// The value as it goes over the wire; a set of one as its bare atom.
    public var json: JSON {
        guard let values else {
            if keys.count == 1 { return keys[0].json }
            return .array([.string("set"), .array(keys.map(\.json))])
        }
        return .array([.string("map"), .array(zip(keys, values).map { .array([$0.json, $1.json]) })])
    }

    /// Appends the text of ``json`` to `bytes`, without a value in between.
    package func write(to bytes: inout [UInt8]) {
        if values == nil, keys.count == 1 { return keys[0].write(to: &bytes) }
        bytes += (values == nil ? "[\"set\",[" : "[\"map\",[").utf8
        for index in keys.indices {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            guard let values else {
                keys[index].write(to: &bytes)
                continue
            }
            bytes.append(UInt8(ascii: "["))
            keys[index].write(to: &bytes)
            bytes.append(UInt8(ascii: ","))
            values[index].write(to: &bytes)
            bytes.append(UInt8(ascii: "]"))
        }
        bytes += "]]".utf8
    }

    /// Appends a member of that name to the object at the end of `bytes`, which has none so far if it `isFirst`.
    package func write(as name: String, _ isFirst: inout Bool, to bytes: inout [UInt8]) {
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        isFirst = false
        JSON.write(name, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        write(to: &bytes)
    }

    /// Reads a column's value of type `type` from the wire. Sizes and constraints are the server's affair.
    ///
    /// - Throws: code ``OVSDBError/Code/type``.
    public init(json: JSON, type: ColumnType) throws(OVSDBError) {
        if let valueType = type.value {
            guard let pairs = Self.unwrap(json, "map") else {
                throw OVSDBError(.type, "expected a map, met \(json.text.prefix(100))")
            }
            var (keys, values): ([Atom], [Atom]) = ([], [])
            keys.reserveCapacity(pairs.count)
            values.reserveCapacity(pairs.count)
            for pair in pairs {
                guard let pair = pair.array, pair.count == 2 else {
                    throw OVSDBError(.type, "expected a pair, met \(pair.text.prefix(100))")
                }
                keys.append(try Atom(json: pair[0], kind: type.key.kind))
                values.append(try Atom(json: pair[1], kind: valueType.kind))
            }
            self.init(mapOf: keys, to: values)
        } else if let elements = Self.unwrap(json, "set") {
            var atoms: [Atom] = []
            atoms.reserveCapacity(elements.count)
            for element in elements { atoms.append(try Atom(json: element, kind: type.key.kind)) }
            self.init(set: atoms)
        } else {
            self.init(try Atom(json: json, kind: type.key.kind))
        }
    }

    private static func unwrap(_ json: JSON, _ tag: String) -> [JSON]? {
        guard let pair = json.array, pair.count == 2, pair[0].string == tag else { return nil }
        return pair[1].array
    }

    /// This value after the change `difference`, as `update2` and `update3` send it for a column of type `type`.
    ///
    /// A column with at most one element is replaced; in a set the elements named change sides; in a map a pair named
    /// with its present value goes, any other pair named is put in.
    package func applying(_ difference: Datum, type: ColumnType) -> Datum {
        guard type.maximum > 1 else { return difference }
        guard type.value != nil else {
            let toggled = Set(difference.keys)
            let present = Set(keys)
            return Datum(set: keys.filter { !toggled.contains($0) } + difference.keys.filter { !present.contains($0) })
        }
        var pairs = Dictionary(zip(keys, values ?? []), uniquingKeysWith: { $1 })
        for (key, value) in zip(difference.keys, difference.values ?? []) {
            if pairs[key] == value { pairs[key] = nil } else { pairs[key] = value }
        }
        return Datum(map: pairs.map { ($0.key, $0.value) })
    }
}
