/// How the guest at the other end of a ``VhostSocket`` stands.
public struct VhostState: Sendable, Equatable {
    /// Its device, from when its rings are there until its memory goes: packets may be moved.
    public var device: VhostDevice?
    /// What the guest has said of its rings since it connected: whether they are on. Even rings go to the guest, odd
    /// ones come from it. At most 256.
    public var rings: [Int: Bool] = [:]
    /// How often the device has become ready or has gone.
    public var changes = 0

    /// Why a frontend was cut off last; nil again when a device becomes ready.
    public var refusal: String?
    /// How often one was cut off.
    public var refusals = 0

    public init() {}
}
