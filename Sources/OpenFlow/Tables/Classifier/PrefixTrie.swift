/// Which prefixes of a field a set of rules has, as a tree of bits (OVS: `struct cls_trie`).
///
/// A look-up tells which lengths of prefixes a value meets, and how many of its bits tell so: rules with another length
/// cannot match, and nothing beyond those bits has been looked at. Values are left-aligned.
struct PrefixTrie {
    /// A run of up to 32 bits, with what comes after it. Index 0 stands for none.
    private struct Node {
        /// Left-aligned, zero beyond ``bits``.
        var prefix: UInt32
        var bits: UInt8
        /// How many rules end here.
        var rules: UInt32 = 0
        var edges: (UInt32, UInt32) = (0, 0)

        func edge(_ bit: Int) -> UInt32 { bit == 0 ? edges.0 : edges.1 }
        mutating func setEdge(_ bit: Int, _ node: UInt32) {
            if bit == 0 { edges.0 = node } else { edges.1 = node }
        }
        var isLeaf: Bool { edges.0 == 0 && edges.1 == 0 }
    }

    private var nodes: ContiguousArray<Node> = [Node(prefix: 0, bits: 0)]
    private var free: ContiguousArray<UInt32> = []
    private var root: UInt32 = 0

    var isEmpty: Bool { root == 0 }
    /// Runs in use, for tests.
    var nodeCount: Int { nodes.count - 1 - free.count }

    // MARK: Look-up

    /// - Returns: bit n-1 is set for each length n of a prefix that `value` meets; and how many bits decided that.
    func lookup(_ value: UInt128, bits: Int) -> (lengths: UInt128, examined: Int) {
        var lengths: UInt128 = 0
        var length = 0
        var index = root
        var isAfterLeaf = true
        while index != 0 {
            let node = nodes[Int(index)]
            let equal = Self.equalBits(node, value, length)
            length += equal
            // The bit after the equal ones differs.
            if equal < Int(node.bits) { return (lengths, length + 1) }
            if node.rules > 0 { lengths |= 1 << UInt128(length - 1) }
            if length >= bits { return (lengths, bits) }
            isAfterLeaf = node.isLeaf
            index = node.edge(Self.bit(value, length))
        }
        // That there is no way on was told by the next bit, unless there is no way at all.
        return (lengths, isAfterLeaf ? length : length + 1)
    }

    // MARK: Change

    /// Adds a rule whose prefix is the first `length` bits of `value`, `length` in 1...128.
    mutating func insert(_ value: UInt128, length: Int) {
        var position = 0
        var parent: UInt32 = 0
        var index = root
        while index != 0 {
            let node = nodes[Int(index)]
            let equal = min(Self.equalBits(node, value, position), length - position)
            if equal < Int(node.bits) {
                return split(index, after: equal, below: parent, value, position + equal, length)
            }
            position += equal
            if position == length {
                nodes[Int(index)].rules += 1
                return
            }
            parent = index
            index = node.edge(Self.bit(value, position))
        }
        link(branch(value, position, length), below: parent, Self.bit(value, position))
    }

    /// Takes out a rule that was inserted.
    mutating func remove(_ value: UInt128, length: Int) {
        var position = 0
        var path: [UInt32] = []
        var index = root
        while index != 0 {
            let node = nodes[Int(index)]
            guard Self.equalBits(node, value, position) == Int(node.bits) else { return }
            position += Int(node.bits)
            path.append(index)
            if position >= length { break }
            index = node.edge(Self.bit(value, position))
        }
        guard position == length, let last = path.last, nodes[Int(last)].rules > 0 else { return }
        nodes[Int(last)].rules -= 1
        while let index = path.popLast() {
            guard tidy(index, below: path.last ?? 0) else { return }
        }
    }

    /// Removes a run that nothing needs, or joins it with the only one after it; false: it stays as it is.
    private mutating func tidy(_ index: UInt32, below parent: UInt32) -> Bool {
        let node = nodes[Int(index)]
        guard node.rules == 0, node.edges.0 == 0 || node.edges.1 == 0 else { return false }
        let only = node.edges.0 | node.edges.1
        if only == 0 {
            replace(index, by: 0, below: parent)
            free.append(index)
            return true
        }
        let next = nodes[Int(only)]
        guard Int(node.bits) + Int(next.bits) <= 32 else { return false }
        nodes[Int(only)].prefix = node.prefix | Self.shiftedRight(next.prefix, Int(node.bits))
        nodes[Int(only)].bits = node.bits + next.bits
        replace(index, by: only, below: parent)
        free.append(index)
        return true
    }

    private mutating func replace(_ index: UInt32, by other: UInt32, below parent: UInt32) {
        if parent == 0 {
            root = other
        } else {
            nodes[Int(parent)].setEdge(nodes[Int(parent)].edges.0 == index ? 0 : 1, other)
        }
    }

    /// Divides a run after its first `equal` bits; the rule ends there or branches off.
    private mutating func split(
        _ index: UInt32, after equal: Int, below parent: UInt32, _ value: UInt128, _ position: Int, _ length: Int
    ) {
        let old = nodes[Int(index)]
        let upper = make(Node(prefix: old.prefix & Self.ones(equal), bits: UInt8(equal)))
        nodes[Int(index)].prefix = Self.shiftedLeft(old.prefix, equal)
        nodes[Int(index)].bits = old.bits - UInt8(equal)
        replace(index, by: upper, below: parent)
        let oldBit = Int(nodes[Int(index)].prefix >> 31)
        nodes[Int(upper)].setEdge(oldBit, index)
        if position == length {
            nodes[Int(upper)].rules = 1
        } else {
            link(branch(value, position, length), below: upper, 1 - oldBit)
        }
    }

    /// Runs for the bits from `position` on, the last of which has the rule; the first of them.
    private mutating func branch(_ value: UInt128, _ position: Int, _ length: Int) -> UInt32 {
        var first: UInt32 = 0
        var previous: UInt32 = 0
        var position = position
        while position < length {
            let bits = min(32, length - position)
            let prefix = Self.bits(value, position) & Self.ones(bits)
            let node = make(Node(prefix: prefix, bits: UInt8(bits)))
            if previous == 0 { first = node } else { nodes[Int(previous)].setEdge(Int(prefix >> 31), node) }
            previous = node
            position += bits
        }
        if previous != 0 { nodes[Int(previous)].rules = 1 }
        return first
    }

    private mutating func link(_ node: UInt32, below parent: UInt32, _ bit: Int) {
        if parent == 0 { root = node } else { nodes[Int(parent)].setEdge(bit, node) }
    }

    private mutating func make(_ node: Node) -> UInt32 {
        if let index = free.popLast() {
            nodes[Int(index)] = node
            return index
        }
        nodes.append(node)
        return UInt32(nodes.count - 1)
    }

    // MARK: Bits

    /// How many bits of the run `value` agrees with from `position` on.
    private static func equalBits(_ node: Node, _ value: UInt128, _ position: Int) -> Int {
        min(Int(node.bits), (node.prefix ^ bits(value, position)).leadingZeroBitCount)
    }

    /// 32 bits from `position` on.
    private static func bits(_ value: UInt128, _ position: Int) -> UInt32 {
        UInt32(truncatingIfNeeded: (value << UInt128(position)) >> 96)
    }

    private static func bit(_ value: UInt128, _ position: Int) -> Int {
        Int(truncatingIfNeeded: (value << UInt128(position)) >> 127)
    }

    private static func ones(_ count: Int) -> UInt32 { count == 0 ? 0 : UInt32.max << UInt32(32 - count) }
    private static func shiftedLeft(_ prefix: UInt32, _ bits: Int) -> UInt32 { prefix << UInt32(bits) }
    private static func shiftedRight(_ prefix: UInt32, _ bits: Int) -> UInt32 { prefix >> UInt32(bits) }
}
