import Control

/// A bucket of an installed group with its counters (OVS: `struct ofputil_bucket`).
///
/// A bucket that a change of its group has dropped may still be credited; nobody sees it any more.
@ControlActor
public final class GroupBucket {
    public nonisolated let contents: Group.Bucket
    public private(set) var packets: UInt64 = 0
    public private(set) var bytes: UInt64 = 0

    init(_ contents: Group.Bucket) { self.contents = contents }

    /// Adds what datapath flows that chose this bucket carried.
    public func credit(packets: UInt64, bytes: UInt64) {
        self.packets &+= packets
        self.bytes &+= bytes
    }

    /// Whether something decides when the bucket can be used.
    public nonisolated var isWatched: Bool { contents.watchPort != nil || contents.watchGroup != nil }
}
