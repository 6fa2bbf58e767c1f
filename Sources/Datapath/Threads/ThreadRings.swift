import CDPDK

/// The three rings between control and a thread. Owned by control, which frees them when the thread has ended.
struct ThreadRings {
    /// Commands under way at once; control keeps the rest back.
    static let depth = 4096
    /// Missed packets waiting for control.
    static let upcallDepth = 4096

    let commands: UnsafeMutableRawPointer
    let completions: UnsafeMutableRawPointer
    let upcalls: UnsafeMutableRawPointer
    /// Who may have how many packets in `upcalls`.
    let shares: MissShares

    /// nil when memory is missing. `serial` makes the names unique within the process.
    init?(thread: ThreadID, serial: Int) {
        let name = "vs_\(thread.isPMD ? "pmd\(thread.core)" : "kern")_\(serial)"
        guard let commands = cdpdk_ring_create("\(name)_c", UInt32(Self.depth), -1, 1, 1) else { return nil }
        guard let completions = cdpdk_ring_create("\(name)_d", UInt32(Self.depth * 2), -1, 1, 1) else {
            cdpdk_ring_free(commands)
            return nil
        }
        guard let upcalls = cdpdk_ring_create("\(name)_u", UInt32(Self.upcallDepth), -1, 1, 1) else {
            cdpdk_ring_free(commands)
            cdpdk_ring_free(completions)
            return nil
        }
        self.commands = commands
        self.completions = completions
        self.upcalls = upcalls
        shares = MissShares()
    }

    /// Frees the rings and the packets that still wait in the upcall ring.
    func free() {
        var item: UnsafeMutableRawPointer?
        while cdpdk_ring_dequeue_burst(upcalls, &item, 1) == 1 {
            cdpdk_mbuf_free(item?.assumingMemoryBound(to: cdpdk_mbuf.self))
        }
        cdpdk_ring_free(commands)
        cdpdk_ring_free(completions)
        cdpdk_ring_free(upcalls)
        shares.deallocate()
    }
}
