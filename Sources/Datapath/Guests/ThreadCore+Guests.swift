import CDPDK

extension ThreadCore {
    /// One burst from a guest. When there are no buffers, the packets stay where they are.
    mutating func receiveFromGuest(_ queue: UnsafeMutablePointer<ReceiveQueue>) -> Int {
        if queue.pointee.isHeld, isHeld(queue) { return 0 }
        let count = Int(
            cdpdk_vhost_receive(
                queue.pointee.descriptor, queue.pointee.deviceQueue, queue.pointee.pool, mbufs, UInt16(Self.burst)))
        if count > 0 { queue.pointee.counters.unsafelyUnwrapped.pointee.count(mbufs, count) }
        return count
    }
}
