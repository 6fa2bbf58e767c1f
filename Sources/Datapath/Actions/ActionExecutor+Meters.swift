import CDPDK

/// Meters: which packets exceed a rate, and what becomes of them.
extension ActionExecutor {
    /// Applies a meter to a group, whose packets all came at the same time. A meter that is not there lets all pass.
    ///
    /// - Returns: how many packets are left, moved to the front.
    @inline(never)
    mutating func applyMeter<Sink: PacketSink & ~Copyable>(
        _ number: UInt32, _ mbufs: MbufVector, _ count: Int, inPort: UInt32, _ sink: inout Sink
    ) -> Int {
        guard count > 0, number < MeterBlock.tableSize, let meter = meters[Int(number)] else { return count }
        var bytes: UInt64 = 0
        for position in 0..<count { bytes &+= UInt64(mbufs[position].unsafelyUnwrapped.pointee.pkt_len) }
        MeterBlock.count(meter, packets: count, bytes: bytes)
        let countsPackets = meter.pointee.countsPackets
        let bands = MeterBlock.bands(of: meter)
        let time = now << MeterBand.fraction
        var isExceeded = false
        for position in 0..<count { exceeded[position] = nil }
        for index in 0..<meter.pointee.bandCount {
            let band = bands + index
            let tokens = countsPackets ? UInt64(truncatingIfNeeded: count) : bytes &* 8
            if MeterBand.draw(band, tokens, at: time) { continue }
            for position in 0..<count {
                let length = UInt64(mbufs[position].unsafelyUnwrapped.pointee.pkt_len)
                if MeterBand.draw(band, countsPackets ? 1 : length &* 8, at: time) { continue }
                isExceeded = true
                if let other = exceeded[position], other.pointee.rate >= band.pointee.rate { continue }
                exceeded[position] = band
            }
        }
        return isExceeded ? judge(mbufs, count, inPort: inPort, &sink) : count
    }

    /// Drops or remarks the packets by the bands that they exceed.
    private mutating func judge<Sink: PacketSink & ~Copyable>(
        _ mbufs: MbufVector, _ count: Int, inPort: UInt32, _ sink: inout Sink
    ) -> Int {
        var kept = 0
        for position in 0..<count {
            let mbuf = mbufs[position].unsafelyUnwrapped
            guard let band = exceeded[position] else {
                mbufs[kept] = mbuf
                kept &+= 1
                continue
            }
            MeterBand.count(band, bytes: UInt64(mbuf.pointee.pkt_len))
            let levels = band.pointee.remarkLevels
            if levels == 0 {
                drop(.meter, mbuf, inPort: inPort, &sink)
                continue
            }
            var one: Mbuf? = mbuf
            guard makeWritable(&one, 1, headroom: 0, inPort: inPort, &sink) == 1 else { continue }
            DSCPRemark.apply(one.unsafelyUnwrapped, levels: levels & ~MeterBand.remarks)
            mbufs[kept] = one
            kept &+= 1
        }
        return kept
    }
}
