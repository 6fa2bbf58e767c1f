/// The packets of a burst gathered by flow.
///
/// An entry remembers the number of its group; that is believed only if the group of that number has this entry, so
/// nothing needs to be reset between bursts.
struct BurstGroups {
    let entries: UnsafeMutablePointer<FlowEntry.Reference?>
    let counts: UnsafeMutablePointer<Int>
    let bytes: UnsafeMutablePointer<Int>
    let flags: UnsafeMutablePointer<UInt16>
    private let packets: MbufVector

    init() {
        entries = .allocate(capacity: Burst.capacity)
        entries.initialize(repeating: nil, count: Burst.capacity)
        counts = .allocate(capacity: Burst.capacity)
        counts.initialize(repeating: 0, count: Burst.capacity)
        bytes = .allocate(capacity: Burst.capacity)
        bytes.initialize(repeating: 0, count: Burst.capacity)
        flags = .allocate(capacity: Burst.capacity)
        flags.initialize(repeating: 0, count: Burst.capacity)
        packets = .allocate(capacity: Burst.capacity * Burst.capacity)
        packets.initialize(repeating: nil, count: Burst.capacity * Burst.capacity)
    }

    func deallocate() {
        entries.deallocate()
        counts.deallocate()
        bytes.deallocate()
        flags.deallocate()
        packets.deallocate()
    }

    @inline(__always)
    func members(_ group: Int) -> MbufVector { packets + group &* Burst.capacity }

    /// Adds a run to its flow's group, a new one if need be.
    ///
    /// - Returns: how many groups there are now.
    @inline(__always)
    func add(
        _ entry: FlowEntry.Reference, _ mbufs: MbufVector, _ length: Int, bytes added: Int, flags seen: UInt16,
        groupCount: Int
    ) -> Int {
        var groupCount = groupCount
        var group = Int(entry.pointee.group)
        if group >= groupCount || entries[group] != entry {
            group = groupCount
            groupCount &+= 1
            entry.pointee.group = UInt16(truncatingIfNeeded: group)
            entries[group] = entry
            counts[group] = 0
            bytes[group] = 0
            flags[group] = 0
        }
        let members = members(group) + counts[group]
        for position in 0..<length { members[position] = mbufs[position] }
        counts[group] &+= length
        bytes[group] &+= added
        flags[group] |= seen
        return groupCount
    }
}
