/// The rules that a schema sets for single values.
extension BaseType {
    /// Why `atom` is not allowed, in the words of OVS; nil when it is. References are looked after by the server.
    package func violation(of atom: Atom) -> String? {
        if let enumeration, !enumeration.contains(atom) {
            let allowed = Datum(set: enumeration).commandText(ColumnType(BaseType(kind), maximum: .max))
            return "\(atom.commandText) is not one of the allowed values (\(allowed))"
        }
        switch atom {
        case .integer(let number):
            let low = minimumInteger ?? .min
            let high = maximumInteger ?? .max
            if low...max(low, high) ~= number { return nil }
            return Self.range(
                String(number), minimumInteger == nil ? nil : String(low), maximumInteger == nil ? nil : String(high))
        case .real(let number):
            if number >= minimumReal ?? -.infinity, number <= maximumReal ?? .infinity { return nil }
            return Self.range(Atom.short(number), minimumReal.map(Atom.short), maximumReal.map(Atom.short))
        case .string(let text):
            guard minimumLength != nil || maximumLength != nil else { return nil }
            let length = Int64(text.unicodeScalars.count)
            if let minimumLength, length < minimumLength {
                return "\"\(text)\" length \(length) is less than minimum allowed length \(minimumLength)"
            }
            if let maximumLength, length > maximumLength {
                return "\"\(text)\" length \(length) is greater than maximum allowed length \(maximumLength)"
            }
            return nil
        case .boolean, .uuid, .named: return nil
        }
    }

    private static func range(_ number: String, _ low: String?, _ high: String?) -> String {
        switch (low, high) {
        case (let low?, let high?): "\(number) is not in the valid range \(low) to \(high) (inclusive)"
        case (let low?, nil): "\(number) is less than minimum allowed value \(low)"
        default: "\(number) is greater than maximum allowed value \(high ?? "")"
        }
    }
}
