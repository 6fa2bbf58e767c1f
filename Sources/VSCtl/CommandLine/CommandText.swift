/// Command lines as logs and messages show them.
enum CommandText {
    /// The words, in quotes where they hold blanks, quotes or backslashes.
    static func escaped(_ words: [String]) -> String {
        words.map { word in
            guard word.utf8.contains(where: { " \t\r\n\u{0B}\\'\"".utf8.contains($0) }) else { return word }
            let inner = word.map { $0 == "\\" || $0 == "\"" ? "\\\($0)" : String($0) }.joined()
            return "\"\(inner)\""
        }.joined(separator: " ")
    }
}
