extension String {
    /// The text filled up with spaces to `width` bytes, behind it or (`onLeft`) before it.
    package func padded(to width: Int, onLeft: Bool = false) -> String {
        let fill = String(repeating: " ", count: max(0, width - utf8.count))
        return onLeft ? fill + self : self + fill
    }
}
