/// What becomes of the guest at the other end of a ``VhostSocket``.
public enum VhostEvent: Sendable {
    /// Its rings are there: packets may be moved until ``gone(_:release:)``.
    case ready(VhostDevice)
    /// Its memory is about to go. The library's thread stands still until `release` is called, which is to happen when no
    /// thread uses the device any more.
    case gone(VhostDevice, release: @Sendable () -> Void)
    /// The guest has switched a ring on or off. Even rings go to the guest, odd ones come from it.
    case ring(VhostDevice, Int, isEnabled: Bool)
}
