import DPDK

/// What threads have been told of a guest; when it has not changed there is nothing to tell.
struct GuestPicture: Equatable {
    var device: VhostDevice?
    var pool: UnsafeMutableRawPointer?
    var receiveQueues: [Int] = []
    var transmitQueues: [Int] = []
}

extension VhostPort {
    /// What threads ought to know now.
    var picture: GuestPicture {
        guard let device else { return GuestPicture() }
        return GuestPicture(
            device: device, pool: pool?.raw, receiveQueues: (0..<queuePairs).filter { isEnabled(.receive, $0) },
            transmitQueues: transmitQueues)
    }
}
