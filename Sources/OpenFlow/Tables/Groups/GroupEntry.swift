import Control

/// An installed group with its counters (OVS: `struct ofgroup`).
///
/// Identity counts: a group that was deleted and added again is another one. A modified group stays the same object;
/// its own counters go on, its buckets are new ones (OpenFlow 1.5.1 section 6.7).
@ControlActor
public final class GroupEntry {
    public nonisolated let id: UInt32
    public private(set) var kind: Group.Kind
    public private(set) var selection: Group.Selection
    public private(set) var buckets: [GroupBucket] {
        didSet { targets = Self.targets(buckets) }
    }
    /// The groups that buckets send to.
    private(set) var targets: [UInt32]
    /// When the group was added; durations count from here.
    public internal(set) var created: ContinuousClock.Instant
    /// False once the group has been deleted.
    public internal(set) var isInstalled = false
    public private(set) var packets: UInt64 = 0
    public private(set) var bytes: UInt64 = 0

    init(id: UInt32, _ contents: Group.Contents, now: ContinuousClock.Instant) {
        self.id = id
        kind = contents.kind
        selection = contents.selection
        let buckets = contents.buckets.map { GroupBucket($0) }
        self.buckets = buckets
        targets = Self.targets(buckets)
        created = now
    }

    private static func targets(_ buckets: [GroupBucket]) -> [UInt32] {
        buckets.flatMap { ActionReferences($0.contents.actions).groups }
    }

    /// What the group is, as group-mods say and descriptions tell it.
    public var contents: Group.Contents {
        var result = Group.Contents(kind: kind, buckets: buckets.map(\.contents))
        result.selection = selection
        return result
    }

    /// Adds what datapath flows that met this group carried.
    public func credit(packets: UInt64, bytes: UInt64) {
        self.packets &+= packets
        self.bytes &+= bytes
    }

    /// Puts other contents in; buckets listed in `kept` go on with their counters.
    func replace(_ contents: Group.Contents, keeping kept: [GroupBucket] = []) {
        kind = contents.kind
        selection = contents.selection
        // Bucket commands change the list a bucket at a time: looking each up in a list would be quadratic.
        let known = Dictionary(kept.map { ($0.contents.id, $0) }) { first, _ in first }
        buckets = contents.buckets.map { bucket in
            if let old = known[bucket.id], old.contents == bucket { return old }
            return GroupBucket(bucket)
        }
    }

    /// Everything that ``replace(_:keeping:)`` changes.
    struct State {
        let kind: Group.Kind
        let selection: Group.Selection
        let buckets: [GroupBucket]
    }

    /// For undoing a change.
    var state: State {
        get { State(kind: kind, selection: selection, buckets: buckets) }
        set {
            kind = newValue.kind
            selection = newValue.selection
            buckets = newValue.buckets
        }
    }
}
