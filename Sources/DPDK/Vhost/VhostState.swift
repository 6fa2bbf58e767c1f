/// How the guest at the other end of a ``VhostSocket`` stands.
public struct VhostState: Sendable, Equatable {
    /// Its device, from when its rings are there until its memory goes: packets may be moved.
    public var device: VhostDevice?
    /// What the guest has said of its rings since it connected: whether they are on. Even rings go to the guest, odd ones
    /// come from it. At most 256.
    public var rings: [Int: Bool] = [:]
    /// How often the device has become ready or has gone.
    public var changes = 0

    public init() {}
}
