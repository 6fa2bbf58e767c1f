/// Rings to watch or to forget that the kernel loop has not yet taken note of, in the order asked.
struct WatchQueue {
    typealias Change = (ring: UnsafeMutableRawPointer, isAdded: Bool)

    private let changes: UnsafeMutablePointer<Change>
    private var count = 0
    private static let limit = 512

    init() { changes = .allocate(capacity: Self.limit) }

    func deallocate() { changes.deallocate() }

    /// What finds no room is forgotten.
    mutating func add(_ ring: UnsafeMutableRawPointer, isAdded: Bool) {
        guard count < Self.limit else { return }
        changes[count] = (ring, isAdded)
        count += 1
    }

    mutating func next() -> Change? {
        guard count > 0 else { return nil }
        let first = changes[0]
        count -= 1
        for index in 0..<count { changes[index] = changes[index + 1] }
        return first
    }
}
