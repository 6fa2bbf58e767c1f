import Packets

/// Values for fields.
extension ActionParser {
    func setField(_ argument: ActionArgument) throws(TextError) -> Action {
        let (value, target) = try argument.arrow()
        guard let field = field(named: target) else {
            throw TextError("\(target) is not a valid OXM field name")
        }
        guard field.isSettable(.v15) else { throw TextError("\(target) is read-only") }
        guard !field.isWide else { throw TextError("\(target): values of more than 128 bits are not read from text") }
        let parsed = try FieldText.parse(field, value, portNumber: portNumber)
        guard field.isValid(parsed.value) else { throw TextError("\(value) is not a valid value for field \(target)") }
        if parsed.mask == field.wholeMask { return .setField(FieldRewrite(field, value: parsed.value)) }
        let coversAll = parsed.mask & field.significant == field.significant
        return .setField(
            FieldRewrite(
                field, value: parsed.value, mask: parsed.mask, style: coversAll ? .setFieldMasked : .setField))
    }

    func load(_ argument: ActionArgument) throws(TextError) -> Action {
        let (text, name) = try argument.arrow()
        let target = try writable(name)
        guard let value = TextNumber.parse(text) else {
            throw TextError("\(argument.text): cannot parse integer value")
        }
        guard value & ~MatchField.ones(target.bits) == 0 else {
            throw TextError(
                "\(argument.text): value \(ActionFormat().fieldValue(target.field, value)) does not fit into "
                    + "\(target.bits) bits")
        }
        return .setField(
            FieldRewrite(target.field, value: value << UInt128(target.offset), mask: target.mask, style: .load))
    }

    func move(_ argument: ActionArgument) throws(TextError) -> Action {
        let (source, target) = try moved(argument.text)
        return .move(from: source, to: target)
    }

    /// `SOURCE->TARGET`, of as many bits each.
    func moved(_ text: String) throws(TextError) -> (FieldRange, FieldRange) {
        guard let arrow = text.firstRange(of: "->") else { throw TextError("\(text): missing `->' following source") }
        let source = try range(String(text[..<arrow.lowerBound]))
        let target = try writable(String(text[arrow.upperBound...]))
        guard source.bits == target.bits else {
            throw TextError(
                "\(text): source field is \(source.bits) bits wide but destination is \(target.bits) bits wide")
        }
        return (source, target)
    }

    func deleteField(_ argument: ActionArgument) throws(TextError) -> Action {
        let name = argument.text
        guard let field = field(named: name) else {
            throw TextError("unknown field `\(name)'")
        }
        guard field.option != nil else { throw TextError("\(name) cannot be deleted") }
        return .deleteField(field)
    }

    func writeMetadata(_ argument: ActionArgument) throws(TextError) -> Action {
        let parts = argument.text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first else { throw TextError("missing required numeric argument") }
        let value: UInt64 = try ActionArgument.wide(first)
        return .writeMetadata(value, mask: parts.count > 1 ? try ActionArgument.wide(parts[1]) : .max)
    }

    func multipath(_ argument: ActionArgument) throws(TextError) -> Action {
        let text = argument.text
        let parts = argument.parts
        guard parts.count >= 6 else { throw TextError("\(text): not enough arguments to multipath action") }
        let fields = try hashFields(parts[0], of: text)
        guard let algorithm = Self.multipathAlgorithms[parts[2].lowercased()] else {
            throw TextError("\(text): unknown algorithm `\(parts[2])'")
        }
        let basis: UInt16 = try ActionArgument.wide(parts[1])
        let count: Int = try ActionArgument.wide(parts[3])
        guard 1...65536 ~= count else { throw TextError("\(text): n_links \(count) is not in valid range 1 to 65536") }
        let target = try writable(parts[5])
        if target.bits < 16, count > 1 << target.bits {
            throw TextError(
                "\(text): \(target.bits)-bit destination field has \(1 << target.bits) possible values, less than "
                    + "specified n_links \(count)")
        }
        return .multipath(
            MultipathAction(
                fields: fields, basis: basis, algorithm: algorithm, maximumLink: UInt16(truncatingIfNeeded: count - 1),
                argument: try ActionArgument.wide(parts[4]), destination: target))
    }

    private static let multipathAlgorithms: [String: MultipathAction.Algorithm] = [
        "modulo_n": .moduloN, "hash_threshold": .hashThreshold, "hrw": .highestRandomWeight,
        "iter_hash": .iterativeHash
    ]

    private func hashFields(_ name: String, of text: String) throws(TextError) -> FlowHashFields {
        guard let fields = FlowHashFields.allCases.first(where: { $0.text == name.lowercased() }) else {
            throw TextError("\(text): unknown fields `\(name)'")
        }
        return fields
    }

    /// `FIELDS,BASIS,ALGORITHM,ofport,[DST,]members:PORT…`.
    func bundle(_ argument: ActionArgument, loads: Bool) throws(TextError) -> Action {
        let text = argument.text
        var words = text.split { ", :[]".contains($0) && (!loads || $0 != "[" && $0 != "]") }.map { String($0) }
        let fixed = loads ? 6 : 5
        guard words.count >= fixed else { throw TextError("\(text): not enough arguments to bundle action") }
        let delimiter = words[fixed - 1].lowercased()
        guard delimiter == "members" || delimiter == "slaves" else {
            throw TextError("\(text): missing member delimiter, expected `members', got `\(words[fixed - 1])'")
        }
        let algorithm: BundleAction.Algorithm
        switch words[2].lowercased() {
        case "active_backup": algorithm = .activeBackup
        case "hrw": algorithm = .highestRandomWeight
        default: throw TextError("\(text): unknown algorithm `\(words[2])'")
        }
        guard words[3].lowercased() == "ofport" else { throw TextError("\(text): unknown member_type `\(words[3])'") }
        let target = loads ? try writable(words[4]) : nil
        let fields = try hashFields(words[0], of: text)
        let basis: UInt16 = try ActionArgument.wide(words[1])
        words.removeFirst(fixed)
        var members: [OpenFlowPort] = []
        for word in words {
            let name = word.filter { $0 != "[" && $0 != "]" }
            if name.isEmpty { continue }
            members.append(try port(name, "\(name): bad port number"))
        }
        guard members.count <= 2048 else { throw TextError("\(text): too many members") }
        return .bundle(
            BundleAction(algorithm: algorithm, fields: fields, basis: basis, members: members, destination: target))
    }
}
