/// The packets that a thread has for each port, gathered until the batch is full or the thread flushes.
///
/// Memory for every port number is reserved, but only touched for ports in use.
struct TransmitBatches: ~Copyable {
    private let counts: UnsafeMutablePointer<UInt32>
    private let mbufs: MbufVector
    private let touched: UnsafeMutablePointer<UInt32>
    private var touchedCount = 0

    init() {
        counts = .allocate(capacity: PortID.limit)
        counts.initialize(repeating: 0, count: PortID.limit)
        // Left uninitialised: pages of ports that are not there are never made. A pointer's memory is trivial.
        mbufs = .allocate(capacity: PortID.limit * Burst.capacity)
        touched = .allocate(capacity: PortID.limit)
    }

    deinit {
        counts.deallocate()
        mbufs.deallocate()
        touched.deallocate()
    }

    /// Whether packets wait for the port, which later ones must not overtake. `port` below ``PortID/limit``.
    @inline(__always)
    func isEmpty(_ port: UInt32) -> Bool { counts[Int(port)] == 0 }

    /// Adds packets for a port; sends a batch that gets full.
    @inline(__always)
    mutating func append<Sink: PacketSink & ~Copyable>(
        _ port: UInt32, _ added: MbufVector, _ count: Int, _ sink: inout Sink
    ) {
        let index = Int(port)
        let batch = mbufs + index &* Burst.capacity
        var filled = Int(counts[index])
        if filled == 0 {
            touched[touchedCount] = port
            touchedCount &+= 1
        }
        for position in 0..<count {
            batch[filled] = added[position]
            filled &+= 1
            if filled == Burst.capacity {
                sink.transmit(port, batch, filled)
                filled = 0
            }
        }
        counts[index] = UInt32(truncatingIfNeeded: filled)
        if filled == 0 { touchedCount &-= removeTouched(port) }
    }

    /// Takes the port off the list again; it is nearly always the last one.
    @inline(__always)
    private func removeTouched(_ port: UInt32) -> Int {
        var place = touchedCount &- 1
        while place >= 0 {
            if touched[place] == port {
                touched[place] = touched[touchedCount &- 1]
                return 1
            }
            place &-= 1
        }
        return 0
    }

    /// Sends everything.
    @inline(__always)
    mutating func flush<Sink: PacketSink & ~Copyable>(_ sink: inout Sink) {
        for place in 0..<touchedCount {
            let port = touched[place]
            let index = Int(port)
            sink.transmit(port, mbufs + index &* Burst.capacity, Int(counts[index]))
            counts[index] = 0
        }
        touchedCount = 0
    }
}
