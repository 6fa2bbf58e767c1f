/// A packet thread: a PMD thread by its core, or the one thread that serves kernel ports.
public struct ThreadID: Hashable, Sendable, Comparable {
    /// The core of a PMD thread; -1 for the sleeping thread (OVS: NON_PMD_CORE_ID).
    public let core: Int

    public init(core: Int) { self.core = core }

    /// The thread that sleeps in epoll and serves TAP and AF_PACKET ports.
    public static let kernelPorts = ThreadID(core: -1)
    public var isPMD: Bool { core >= 0 }

    public static func < (left: ThreadID, right: ThreadID) -> Bool { left.core < right.core }
}
