import Control

/// A bridge's groups with the semantics of OFPT_GROUP_MOD (OpenFlow 1.5.1 section 6.7; OVS: ofproto).
///
/// Changes are made through ``FlowTables/apply(_:)-(GroupMod)``, which deletes the rules of groups that go.
@ControlActor
public final class GroupTable {
    /// The greatest number of a group (OFPG_MAX), and how many there may be of each kind.
    public nonisolated static let maximumID: UInt32 = 0xffff_ff00
    /// The greatest number of a bucket (OFPG15_BUCKET_MAX).
    nonisolated static let maximumBucketID: UInt32 = 0xffff_ff00
    /// How many groups may watch one another in a row (OVS: MAX_LIVENESS_RECURSION).
    private static let deepestWatch = 128

    private var entries: [UInt32: GroupEntry] = [:]
    /// How many groups' buckets send to a group, be it there or not.
    private var senders: [UInt32: Int] = [:]

    /// The group of a number; nil where there is none.
    public subscript(_ id: UInt32) -> GroupEntry? { entries[id] }
    /// All groups by number.
    public var all: [GroupEntry] { entries.values.sorted { $0.id < $1.id } }
    public var count: Int { entries.count }

    // MARK: Liveness

    /// Whether packets may be sent to the bucket: it watches nothing, or something that it watches is alive.
    public func isLive(_ bucket: GroupBucket, portIsUp: (OpenFlowPort) -> Bool) -> Bool {
        isLive(bucket, portIsUp: portIsUp, depth: 0)
    }

    /// The first bucket that is alive: what a fast failover group uses.
    public func firstLive(_ group: GroupEntry, portIsUp: (OpenFlowPort) -> Bool) -> GroupBucket? {
        group.buckets.first { isLive($0, portIsUp: portIsUp) }
    }

    private func isLive(_ bucket: GroupBucket, portIsUp: (OpenFlowPort) -> Bool, depth: Int) -> Bool {
        guard bucket.isWatched else { return true }
        if let port = bucket.contents.watchPort, portIsUp(port) { return true }
        guard let id = bucket.contents.watchGroup, depth < Self.deepestWatch, let group = entries[id] else {
            return false
        }
        return group.buckets.contains { isLive($0, portIsUp: portIsUp, depth: depth + 1) }
    }

    // MARK: Changes

    /// What a change has done.
    enum Outcome {
        case added(GroupEntry)
        case modified(GroupEntry, before: GroupEntry.State)
        case deleted([GroupEntry])
    }

    /// Carries out a group-mod, but for the rules.
    func apply(_ change: GroupMod, now: ContinuousClock.Instant) throws(OpenFlowError) -> Outcome {
        if change.command == .delete { return .deleted(delete(change.id)) }
        guard change.id <= Self.maximumID else {
            throw OpenFlowError(.invalidGroup, "group number \(change.id)")
        }
        switch change.command {
        case .add: return .added(try add(change, now))
        case .addOrModify where entries[change.id] == nil: return .added(try add(change, now))
        case .modify, .addOrModify, .insertBucket, .removeBucket, .delete: break
        }
        guard let group = entries[change.id] else {
            throw OpenFlowError(.unknownGroup, "group \(change.id) does not exist")
        }
        let before = group.state
        let contents = try changed(group, by: change)
        try check(contents, change)
        count(group, -1)
        defer { count(group, 1) }
        let keepsBuckets = change.command == .insertBucket || change.command == .removeBucket
        group.replace(contents, keeping: keepsBuckets ? before.buckets : [])
        return .modified(group, before: before)
    }

    private func add(_ change: GroupMod, _ now: ContinuousClock.Instant) throws(OpenFlowError) -> GroupEntry {
        guard entries[change.id] == nil else {
            throw OpenFlowError(.groupExists, "group \(change.id) exists")
        }
        try check(change.group, change)
        let group = GroupEntry(id: change.id, change.group, now: now)
        insert(group)
        return group
    }

    private func delete(_ id: UInt32) -> [GroupEntry] {
        let going = id == GroupMod.allGroups ? all : entries[id].map { [$0] } ?? []
        going.forEach(remove)
        return going
    }

    func insert(_ group: GroupEntry) {
        entries[group.id] = group
        group.isInstalled = true
        count(group, 1)
    }

    func remove(_ group: GroupEntry) {
        entries[group.id] = nil
        group.isInstalled = false
        count(group, -1)
    }

    /// Undoes a modification.
    func restore(_ group: GroupEntry, _ state: GroupEntry.State) {
        count(group, -1)
        group.state = state
        count(group, 1)
    }

    /// Whether packets can come to group `id` from another one.
    func isSentTo(_ id: UInt32) -> Bool { senders[id] != nil }

    private func count(_ group: GroupEntry, _ change: Int) {
        for target in group.targets {
            let left = senders[target, default: 0] + change
            senders[target] = left == 0 ? nil : left
        }
    }

    // MARK: Buckets

    private func changed(_ group: GroupEntry, by change: GroupMod) throws(OpenFlowError) -> Group.Contents {
        // A bucket command changes neither kind nor properties, whatever the message says of them.
        var result = group.contents
        switch change.command {
        case .insertBucket:
            let place = try placeToInsert(in: result.buckets, change.commandBucket)
            result.buckets.insert(contentsOf: change.group.buckets, at: place)
        case .removeBucket:
            guard change.group.buckets.isEmpty else {
                throw OpenFlowError(.badBucket, "buckets given with a removal")
            }
            try remove(change.commandBucket, from: &result.buckets)
        default:
            result = change.group
        }
        return result
    }

    private func placeToInsert(in buckets: [Group.Bucket], _ id: UInt32) throws(OpenFlowError) -> Int {
        switch id {
        case GroupMod.firstBucket: return 0
        case GroupMod.lastBucket: return buckets.count
        default:
            guard let place = buckets.firstIndex(where: { $0.id == id }) else {
                throw OpenFlowError(.unknownBucket, "no bucket \(id) to insert after")
            }
            return place + 1
        }
    }

    private func remove(_ id: UInt32, from buckets: inout [Group.Bucket]) throws(OpenFlowError) {
        switch id {
        case GroupMod.allBuckets: buckets.removeAll()
        case GroupMod.firstBucket: if !buckets.isEmpty { buckets.removeFirst() }
        case GroupMod.lastBucket: if !buckets.isEmpty { buckets.removeLast() }
        default:
            guard let place = buckets.firstIndex(where: { $0.id == id }) else {
                throw OpenFlowError(.unknownBucket, "no bucket \(id) to remove")
            }
            buckets.remove(at: place)
        }
    }

    // MARK: Checks

    /// - Parameter contents: what the group would be after `change`.
    private func check(_ contents: Group.Contents, _ change: GroupMod) throws(OpenFlowError) {
        let id = change.id
        let given = change.group.buckets
        guard Set(given.map(\.id)).count == given.count else {
            throw OpenFlowError(.badBucket, "group \(id): bucket numbers are given twice")
        }
        var seen: Set<UInt32> = []
        for bucket in contents.buckets {
            guard bucket.id <= Self.maximumBucketID else {
                throw OpenFlowError(.badBucket, "bucket number \(bucket.id)")
            }
            guard seen.insert(bucket.id).inserted else {
                throw OpenFlowError(.bucketExists, "group \(id): two buckets \(bucket.id)")
            }
        }
        // As in OVS, by the kind that the message names, which for bucket commands means nothing.
        for bucket in given {
            let isWatched = bucket.watchPort != nil || bucket.watchGroup != nil
            switch change.group.kind {
            case .all, .indirect:
                if isWatched { throw OpenFlowError(.watchUnsupported, "group \(id): only select and ff groups watch") }
            case .fastFailover:
                if !isWatched { throw OpenFlowError(.invalidGroup, "group \(id): bucket \(bucket.id) watches nothing") }
            case .select:
                continue
            }
        }
        if contents.kind == .indirect, contents.buckets.count != 1 {
            throw OpenFlowError(.invalidGroup, "group \(id): an indirect group has one bucket")
        }
        guard !reaches(id, from: contents) else {
            throw OpenFlowError(.groupLoop, "group \(id) would send to itself")
        }
    }

    /// Whether packets in `contents` can come to group `id`, through any other groups.
    private func reaches(_ id: UInt32, from contents: Group.Contents) -> Bool {
        var seen: Set<UInt32> = []
        var waiting = contents.buckets.flatMap { ActionReferences($0.actions).groups }
        while let next = waiting.popLast() {
            if next == id { return true }
            guard seen.insert(next).inserted, let group = entries[next] else { continue }
            waiting += group.targets
        }
        return false
    }
}
