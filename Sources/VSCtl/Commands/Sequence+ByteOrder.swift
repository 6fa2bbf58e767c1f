extension Sequence where Element == String {
    /// The strings in the order of their bytes, as C sorts them.
    var inByteOrder: [String] { sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) } }
}
