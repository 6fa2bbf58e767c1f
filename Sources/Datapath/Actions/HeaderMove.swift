/// Moving what stands in front of a place where something is inserted or removed: at most some forty bytes, an even
/// number.
///
/// Two by two, as the compiler would make a call of a plain copy, and the commonest are of fourteen bytes.
enum HeaderMove {
    /// Moves `count` bytes towards lower addresses.
    @inline(__always)
    static func forward(_ start: UnsafeMutableRawPointer, by distance: Int, count: Int) {
        var index = 0
        while index < count {
            let part = start.loadUnaligned(fromByteOffset: index, as: UInt16.self)
            start.storeBytes(of: part, toByteOffset: index &- distance, as: UInt16.self)
            index &+= 2
        }
    }

    /// Moves `count` bytes towards higher addresses.
    @inline(__always)
    static func backward(_ start: UnsafeMutableRawPointer, by distance: Int, count: Int) {
        var index = count
        while index > 0 {
            index &-= 2
            let part = start.loadUnaligned(fromByteOffset: index, as: UInt16.self)
            start.storeBytes(of: part, toByteOffset: index &+ distance, as: UInt16.self)
        }
    }
}
