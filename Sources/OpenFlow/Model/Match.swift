import Packets

/// What a flow table's entry matches: the bits of `mask` must have the values in `key` (zero elsewhere).
///
/// in_port is the bridge's OpenFlow number here (``FlowField/inPort``, host order), never the datapath's. A key and a
/// mask are long; copies share them until one is changed.
public struct Match: @unchecked Sendable {
    // Sendable for the same reason as an array is: what is shared is never written.
    private var storage: ManagedBuffer<Void, Contents>

    private struct Contents {
        var key = FlowKey()
        var mask = FlowMask()
    }

    /// Matches everything.
    public init() { storage = Self.everything.storage }

    public init(key: FlowKey, mask: FlowMask) {
        self.init(Contents(key: key.masked(by: mask), mask: mask))
    }

    private init(_ contents: Contents) {
        storage = .create(minimumCapacity: 1) { buffer in
            buffer.withUnsafeMutablePointerToElements { $0.initialize(to: contents) }
        }
    }

    private static let everything = Match(Contents())

    public var key: FlowKey {
        _read { yield pointer.pointee.key }
        _modify {
            makeUnique()
            yield &pointer.pointee.key
        }
    }

    public var mask: FlowMask {
        _read { yield pointer.pointee.mask }
        _modify {
            makeUnique()
            yield &pointer.pointee.mask
        }
    }

    /// Valid as long as this value is, which the accessors that use it see to by being its own.
    private var pointer: UnsafeMutablePointer<Contents> { storage.withUnsafeMutablePointerToElements { $0 } }

    private mutating func makeUnique() {
        if !isKnownUniquelyReferenced(&storage) { self = Match(pointer.pointee) }
    }

    /// Makes the key zero where the mask does not count.
    mutating func dropUnmatched() {
        for index in 0..<FlowKey.plainWordCount { key[index] &= mask[index] }
        for index in FlowKey.plainWordCount..<FlowKey.wordCount { key[index] &= mask[index] }
    }
}

extension Match: Hashable {
    public static func == (left: Match, right: Match) -> Bool {
        left.storage === right.storage || left.mask == right.mask && left.key == right.key
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(key)
        hasher.combine(mask)
    }
}
