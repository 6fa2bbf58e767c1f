extension Int {
    /// "1 file", "2 files": the number with the noun `one`, whose plural ends in s.
    package func counted(_ one: String) -> String { "\(self) \(one)\(self == 1 ? "" : "s")" }
}
