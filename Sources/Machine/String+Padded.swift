extension String {
    /// The text filled up to `width` bytes with spaces, or another character of one byte, behind it or
    /// (`onLeft`) before it.
    package func padded(to width: Int, with fill: Character = " ", onLeft: Bool = false) -> String {
        let fill = String(repeating: fill, count: max(0, width - utf8.count))
        return onLeft ? fill + self : self + fill
    }
}
