import CDPDK

/// The rings of a frontend's device, which packet threads use without the vhost library.
///
/// A ring is open while the library holds it ready and carries out no message that could change it. While it is closed
/// no thread is within it, and the library knows where it stands.
///
/// Unchecked: only used under the lock of ``VhostRouter``. Threads reach the rings' memory by pointers, which control
/// takes away from them before the device, and with it this, goes.
final class VhostRings: @unchecked Sendable {
    private struct Ring {
        let raw: UnsafeMutablePointer<cdpdk_vhost_ring>
        var isReady = false
        var isOpen = false
    }

    private let device: Int32
    private var rings: [Int: Ring] = [:]

    init(device: Int32) { self.device = device }

    deinit {
        for ring in rings.values { ring.raw.deallocate() }
    }

    /// A ring's memory, closed at first; lives as long as this.
    func memory(of number: Int) -> UnsafeMutablePointer<cdpdk_vhost_ring> {
        if let ring = rings[number] { return ring.raw }
        let raw = UnsafeMutablePointer<cdpdk_vhost_ring>.allocate(capacity: 1)
        raw.initialize(to: cdpdk_vhost_ring())
        raw.pointee.gate = 1
        raw.pointee.is_closed = 1
        rings[number] = Ring(raw: raw)
        return raw
    }

    /// Takes all rings from the threads.
    func close() {
        for number in rings.keys { close(number) }
    }

    /// Gives the threads all rings that are ready.
    func open() {
        for number in rings.keys { open(number) }
    }

    /// The library has got a ring ready, or it is no longer.
    func setReady(_ number: Int, _ isReady: Bool) {
        _ = memory(of: number)
        rings[number]?.isReady = isReady
        if !isReady { close(number) }
    }

    /// A ring is about to be stopped: it stays closed until the library has got it ready again.
    func stop(_ number: Int) {
        rings[number]?.isReady = false
        close(number)
    }

    /// Lets the first ring that comes from the guest bring a frame that tells where this address is.
    func announce(_ address: UInt64) {
        let ring = memory(of: 1)
        withUnsafeMutablePointer(to: &ring.pointee.announcement) { word in
            while cdpdk_atomic_replace(word, cdpdk_atomic_load(word), address & 0xffff_ffff_ffff | 1 << 48) == 0 {}
        }
    }

    private func close(_ number: Int) {
        guard let ring = rings[number], ring.isOpen else { return }
        cdpdk_vhost_ring_close(ring.raw)
        cdpdk_vhost_ring_return(ring.raw)
        rings[number]?.isOpen = false
    }

    private func open(_ number: Int) {
        guard let ring = rings[number], ring.isReady, !ring.isOpen, let index = UInt16(exactly: number),
            cdpdk_vhost_ring_fill(device, index, ring.raw) == 0
        else { return }
        // What comes from the guest is polled.
        if number % 2 == 1 { cdpdk_vhost_ring_silence(ring.raw) }
        rings[number]?.isOpen = true
        cdpdk_vhost_ring_open(ring.raw)
    }
}
