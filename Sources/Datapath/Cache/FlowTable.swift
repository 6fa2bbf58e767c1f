import Packets

/// A thread's cache of flows: subtables by mask, those hit most often first (OVS: `dpcls`).
///
/// The flows of all subtables exclude each other as far as packets are concerned: whichever matches is right, so a
/// look-up ends with the first. Used by its thread alone; never locks, allocates or frees.
struct FlowTable: ~Copyable {
    /// The most subtables.
    static let subtableLimit = 4096

    let subtables: UnsafeMutablePointer<Subtable.Reference>
    private(set) var subtableCount = 0
    /// Every bit that any mask looks at.
    private(set) var union: MaskList
    /// The union again, by word; ``MaskList/limit`` words.
    let unionBits: UnsafeMutablePointer<UInt64>
    /// How far packets must be read: as long as every mask stays within layer 2, no further.
    var depth: ExtractDepth { union.isEthernet ? .ethernet : .full }
    /// Whether no mask looks further than layer 2, IPv4 addresses and ports: words 0-5 and 10.
    private(set) var isShallow = true
    /// How many subtables, from the first on, had hits when they were last ranked, or have come since.
    var activeCount = 0
    /// Not all subtables are searched: there are more misses than control can take anyway.
    var isOverloaded = false
    var overloadedSearches = 0
    static let busiestCount = 8
    /// Whether what is found is remembered in front.
    var remembers = true
    /// The union may have bits that no mask has any more.
    private var isUnionStale = false
    var front = FrontCache()

    init() {
        subtables = .allocate(capacity: Self.subtableLimit)
        unionBits = .allocate(capacity: MaskList.limit)
        unionBits.initialize(repeating: 0, count: MaskList.limit)
        // The seed need not be that of the subtables: the union's hash is used only among itself.
        union = MaskList(words: .allocate(capacity: MaskList.capacity), seed: .random(in: 0...UInt64.max))
        union.set(unionBits)
    }

    deinit {
        subtables.deallocate()
        unionBits.deallocate()
        union.words.deallocate()
        front.deallocate()
    }

    /// Carries out a command and leaves in it what is to be freed.
    mutating func apply(_ command: TableCommand.Reference) {
        let entry = command.pointee.entry
        switch command.pointee.kind {
        case .insert:
            if let subtable = command.pointee.subtable {
                add(subtable)
                command.pointee.subtable = nil
            } else if let slots = command.pointee.slots {
                let subtable = entry.pointee.subtable
                command.pointee.slots = subtable.pointee.slots
                subtable.pointee.slots = slots
                subtable.pointee.slotMask = command.pointee.slotMask
            } else {
                Subtable.insert(entry, entry.pointee.subtable.pointee.slots, entry.pointee.subtable.pointee.slotMask)
            }
        case .remove:
            front.forget(entry)
            if let subtable = command.pointee.subtable {
                take(subtable)
            } else {
                entry.pointee.subtable.pointee.remove(entry)
            }
        case .replace:
            let old = entry.pointee.program
            if let program = command.pointee.program { entry.pointee.setProgram(program) }
            command.pointee.program = old
        }
    }

    /// Puts subtables with more hits first, as far as that is done in a moment: whoever has thousands of them has
    /// enough of it over the seconds.
    mutating func rank() {
        sort()
        activeCount = 0
        for index in 0..<subtableCount {
            if subtables[index].pointee.hits > 0 { activeCount = index + 1 }
            subtables[index].pointee.hits >>= 1
        }
        if isUnionStale { computeUnion() }
    }

    /// The order alone.
    mutating func sort() {
        var budget = Self.rankBudget
        for index in 1..<max(subtableCount, 1) where budget > 0 {
            let subtable = subtables[index]
            var place = index
            while place > 0, subtables[place - 1].pointee.hits < subtable.pointee.hits {
                subtables[place] = subtables[place - 1]
                place -= 1
                budget -= 1
            }
            subtables[place] = subtable
        }
    }

    private static var rankBudget: Int { 20_000 }
    /// From so many subtables on, the union shrinks only when they are ranked.
    private static var manySubtables: Int { 64 }

    private mutating func add(_ subtable: Subtable.Reference) {
        // It has no hits yet, but presumably soon will.
        if activeCount == subtableCount { activeCount += 1 }
        subtables[subtableCount] = subtable
        subtableCount += 1
        include(subtable)
        setUnion()
    }

    private mutating func take(_ subtable: Subtable.Reference) {
        guard let index = (0..<subtableCount).first(where: { subtables[$0] == subtable }) else { return }
        subtableCount -= 1
        if index < activeCount { activeCount -= 1 }
        for place in index..<subtableCount { subtables[place] = subtables[place + 1] }
        if subtableCount < Self.manySubtables { computeUnion() } else { isUnionStale = true }
    }

    private mutating func computeUnion() {
        isUnionStale = false
        for index in 0..<MaskList.limit { unionBits[index] = 0 }
        for index in 0..<subtableCount { include(subtables[index]) }
        setUnion()
    }

    private func include(_ subtable: Subtable.Reference) {
        let mask = subtable.pointee.mask
        for position in 0..<mask.count { unionBits[mask.words[position].index] |= mask.words[position].bits }
    }

    private mutating func setUnion() {
        union.set(unionBits)
        isShallow = true
        for index in 6..<MaskList.limit where index != 10 && unionBits[index] != 0 { isShallow = false }
    }
}
