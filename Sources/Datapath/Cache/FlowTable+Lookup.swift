extension FlowTable {
    /// Looks up keys `first ..< end` of the scratch, whose entries are nil so far.
    @inline(__always)
    mutating func lookup(
        _ scratch: LookupScratch, first: Int, end: Int, statistics: inout LookupStatistics
    ) {
        var count = end &- first
        guard count > 0 else { return }
        for position in 0..<count {
            scratch.pending[position] = first &+ position
            scratch.entries[first &+ position] = nil
        }
        if subtableCount == 1 {
            let left = subtables[0].pointee.find(scratch, count: count)
            let hits = UInt64(truncatingIfNeeded: count &- left)
            statistics.subtableHits &+= hits
            statistics.subtableLookups &+= hits
            statistics.misses &+= UInt64(truncatingIfNeeded: left)
            return
        }
        guard subtableCount > 1 else {
            statistics.misses &+= UInt64(truncatingIfNeeded: count)
            return
        }
        let all = count
        count = front.find(scratch, count: count, union: union)
        statistics.frontHits &+= UInt64(truncatingIfNeeded: all &- count)
        if count > 0 { search(scratch, count: count, statistics: &statistics) }
    }

    /// How many subtables are searched when control has no room for misses anyway: those that have served packets
    /// lately, in most bursts only the busiest of these, and now and then all. What they find is remembered, so that a
    /// flow which goes on suffers little.
    private mutating func overloadedEnd() -> Int {
        overloadedSearches &+= 1
        if overloadedSearches & 63 == 0 { return subtableCount }
        return overloadedSearches & 7 == 0 ? activeCount : min(activeCount, Self.busiestCount)
    }

    /// Subtable by subtable, for what the front cache did not know.
    @inline(never)
    private mutating func search(_ scratch: LookupScratch, count: Int, statistics: inout LookupStatistics) {
        // The hashes under the union are needed again at the end, the numbers are compacted on the way.
        let numbers = scratch.pending + LookupScratch.capacity
        let hashes = scratch.hashes + LookupScratch.capacity
        numbers.update(from: scratch.pending, count: count)
        hashes.update(from: scratch.hashes, count: count)
        var left = count
        let end = isOverloaded ? overloadedEnd() : subtableCount
        for index in 0..<end where left > 0 {
            let before = left
            left = subtables[index].pointee.find(scratch, count: before)
            let hits = UInt64(truncatingIfNeeded: before &- left)
            if hits > 0, index >= activeCount { activeCount = index &+ 1 }
            statistics.subtableHits &+= hits
            statistics.subtableLookups &+= hits &* UInt64(truncatingIfNeeded: index &+ 1)
        }
        statistics.misses &+= UInt64(truncatingIfNeeded: left)
        guard remembers else { return }
        for position in 0..<count {
            if let entry = scratch.entries[numbers[position]] { front.remember(entry, hashes[position]) }
        }
    }
}
