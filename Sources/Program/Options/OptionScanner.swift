/// Takes a command line apart as getopt_long(3) does: options and operands in any order, unique abbreviations of long
/// names, "--option=value", "-xvalue", "--" ends the options. The texts of errors are glibc's.
package struct OptionScanner {
    package enum Argument: Sendable { case none, optional, required }

    /// One option; `letter` is its short name.
    package struct Option: Sendable {
        package let name: String
        package let letter: Character?
        package let argument: Argument

        package init(_ name: String, letter: Character? = nil, _ argument: Argument = .none) {
            self.name = name
            self.letter = letter
            self.argument = argument
        }
    }

    /// What comes next on the line.
    package enum Item: Equatable {
        case option(name: String, value: String?)
        case operand(String)
    }

    private let options: [Option]
    private let program: String
    private let endsAtOperand: Bool
    private var words: ArraySlice<String>
    /// The rest of a word of short options ("-hV").
    private var letters: Substring = ""
    private var isEnded = false

    /// - Parameters:
    ///   - arguments: the whole vector; the first is the program's name, for error texts.
    ///   - endsAtOperand: whether options behind the first operand are not ours.
    package init(_ arguments: [String], options: [Option], endsAtOperand: Bool = false) {
        program = arguments.first ?? "vswiftd"
        words = arguments.dropFirst()
        self.options = options
        self.endsAtOperand = endsAtOperand
    }

    /// The words not looked at yet.
    package var rest: [String] { Array(words) }

    /// The next option or operand; nil at the end.
    package mutating func next() throws(ManagementError) -> Item? {
        if !letters.isEmpty { return try short() }
        guard let word = words.popFirst() else { return nil }
        if isEnded || word == "-" || !word.hasPrefix("-") {
            if endsAtOperand { isEnded = true }
            return .operand(word)
        }
        if word == "--" {
            isEnded = true
            return try next()
        }
        if word.hasPrefix("--") { return try long(word.dropFirst(2)) }
        letters = word.dropFirst()
        return try short()
    }

    private mutating func long(_ word: Substring) throws(ManagementError) -> Item {
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let given = parts.first ?? ""
        let value = parts.count > 1 ? String(parts[1]) : nil
        let option = try find(given, in: word)
        switch (option.argument, value) {
        case (.none, .some): throw failure("option '--\(option.name)' doesn't allow an argument")
        case (.required, nil):
            guard let following = words.popFirst() else {
                throw failure("option '--\(option.name)' requires an argument")
            }
            return .option(name: option.name, value: following)
        default: return .option(name: option.name, value: value)
        }
    }

    private func find(_ given: Substring, in word: Substring) throws(ManagementError) -> Option {
        if let option = options.first(where: { $0.name == given }) { return option }
        let candidates = options.filter { !given.isEmpty && $0.name.hasPrefix(given) }
        guard let option = candidates.first else { throw failure("unrecognized option '--\(word)'") }
        guard candidates.count == 1 else {
            let names = candidates.map { "'--\($0.name)'" }.joined(separator: " ")
            throw failure("option '--\(word)' is ambiguous; possibilities: \(names)")
        }
        return option
    }

    private mutating func short() throws(ManagementError) -> Item {
        let letter = letters.removeFirst()
        guard let option = options.first(where: { $0.letter == letter }) else {
            throw failure("invalid option -- '\(letter)'")
        }
        guard option.argument != .none else { return .option(name: option.name, value: nil) }
        var value = letters.isEmpty ? nil : String(letters)
        letters = ""
        if value == nil, option.argument == .required {
            guard let following = words.popFirst() else {
                throw failure("option requires an argument -- '\(letter)'")
            }
            value = following
        }
        return .option(name: option.name, value: value)
    }

    private func failure(_ text: String) -> ManagementError {
        ManagementError(.invalid, "\(program): \(text)")
    }
}
