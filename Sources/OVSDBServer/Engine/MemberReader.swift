import OVSDB

/// Takes the members of an object of a request one by one and notes what is missing, wrong or left over.
///
/// The first fault counts; whoever reads several members asks for it once, with ``check()``.
struct MemberReader {
    /// What a member may be.
    struct Kinds: OptionSet {
        let rawValue: UInt8
        static let string = Kinds(rawValue: 1)
        /// A string that is an `<id>`: letters, digits and underscores, no digit first.
        static let id = Kinds(rawValue: 2)
        static let array = Kinds(rawValue: 4)
        static let object = Kinds(rawValue: 8)
        static let integer = Kinds(rawValue: 16)
        static let boolean = Kinds(rawValue: 32)
        static let null = Kinds(rawValue: 64)
    }

    /// Whose members these are, for error texts.
    enum Subject: CustomStringConvertible {
        /// The operation of that number of a transaction of so many.
        case operation(Int, of: Int)
        /// What is asked of a table.
        case table(String)
        /// Which changes of a table a monitor wants.
        case selection(table: String)

        var description: String {
            switch self {
            case .operation(let number, let count): "ovsdb operation \(number) of \(count)"
            case .table(let name): "table \(name)"
            case .selection(let table): "table \(table) select"
            }
        }
    }

    let json: JSON
    private(set) var error: OperationError?
    private let subject: Subject
    private let members: JSON.Members?
    private var used: [String] = []

    /// Reads `json`.
    init(_ json: JSON, _ subject: Subject) {
        self.subject = subject
        self.json = json
        members = json.object
        used.reserveCapacity(4)
        if members == nil { fail("Object expected.") }
    }

    /// The member `member`; nil when it is missing or of the wrong kind, which is an error unless it is optional.
    mutating func take(_ member: String, _ kinds: Kinds, isOptional: Bool = false) -> JSON? {
        guard let members else { return nil }
        guard let value = members[member] else {
            if !isOptional { fail("Required '\(member)' member is missing.") }
            return nil
        }
        guard Self.suits(value, kinds) else {
            fail("Type mismatch for member '\(member)'.")
            return nil
        }
        used.append(member)
        return value
    }

    private static func suits(_ value: JSON, _ kinds: Kinds) -> Bool {
        switch value {
        case .string(let text): kinds.contains(.string) || kinds.contains(.id) && isID(text)
        case .array: kinds.contains(.array)
        case .object: kinds.contains(.object)
        case .integer: kinds.contains(.integer)
        case .boolean: kinds.contains(.boolean)
        case .null: kinds.contains(.null)
        case .real: false
        }
    }

    /// Whether `text` is an `<id>` of RFC 7047 section 3.1.
    static func isID(_ text: String) -> Bool {
        var isFirst = true
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"): break
            case UInt8(ascii: "0")...UInt8(ascii: "9") where !isFirst: break
            default: return false
            }
            isFirst = false
        }
        return !isFirst
    }

    /// Notes a fault; the first one stays.
    mutating func fail(_ message: String) {
        if error != nil { return }
        error = .syntax(members == nil ? nil : json, "Parsing \(subject) failed: \(message)")
    }

    /// - Throws: the first fault so far.
    func check() throws(OperationError) {
        if let error { throw error }
    }

    /// - Throws: the first fault, or that there are members that nobody took.
    mutating func finish() throws(OperationError) {
        if error == nil, let members, members.count > used.count,
            let name = members.first(where: { !used.contains($0.key) })?.key
        {
            let others = members.count - used.count - 1
            fail(
                others > 0
                    ? "Member '\(name)' and \(others) other member\(others > 1 ? "s" : "") are present but not "
                        + "allowed here."
                    : "Member '\(name)' is present but not allowed here.")
        }
        try check()
    }
}
