import CDPDK
import Control

/// Meters: made and asked here, applied by packet threads.
extension Datapath {
    /// One meter: the block that threads draw from, those that they may still know, and what is counted no more.
    struct Meter {
        var configuration: DatapathMeter
        var block: MeterBlock.Reference
        /// Replaced, but perhaps not yet by every thread.
        var leaving: [MeterBlock.Reference] = []
        /// What blocks that are freed had counted.
        var counted: DatapathMeterStatistics
    }

    public func setMeter(_ id: UInt32, _ meter: DatapathMeter?) throws(DatapathError) {
        guard id < Self.meterLimit else {
            throw DatapathError(.invalid, "meter \(id): numbers end at \(Self.meterLimit - 1)", errno: 22)
        }
        guard let meter else {
            guard let gone = meters.removeValue(forKey: id) else { return }
            tellMeter(id, nil) { for block in [gone.block] + gone.leaving { MeterBlock.free(block) } }
            return
        }
        let stamp = StampClock.stamp()
        let block = MeterBlock.make(meter, now: stamp == 0 ? cdpdk_tsc() : stamp, hertz: cdpdk_tsc_hz())
        guard let old = meters[id] else {
            meters[id] = Meter(configuration: meter, block: block, counted: DatapathMeterStatistics(bands: []))
            tellMeter(id, block) {}
            return
        }
        meters[id]?.configuration = meter
        meters[id]?.block = block
        meters[id]?.leaving.append(old.block)
        tellMeter(id, block) { [weak self] in self?.retire(old.block, of: id) }
    }

    /// Frees a block that every thread has forgotten; what it counted stays with its meter.
    private func retire(_ block: MeterBlock.Reference, of id: UInt32) {
        // A meter that was removed meanwhile frees what it had.
        guard let place = meters[id]?.leaving.firstIndex(of: block) else { return }
        meters[id]?.leaving.remove(at: place)
        meters[id]?.counted.add(MeterBlock.statistics(of: block))
        MeterBlock.free(block)
    }

    /// Tells every thread; `done` runs when all have heard.
    private func tellMeter(_ id: UInt32, _ block: MeterBlock.Reference?, done: @escaping () -> Void) {
        let asked = allThreads
        var left = asked.count
        if left == 0 { return done() }
        for thread in asked {
            var command = ThreadCommand(.meter)
            command.number = id
            command.block = block.map { UnsafeMutableRawPointer($0) }
            thread.send(command) { _ in
                left -= 1
                if left == 0 { done() }
            }
        }
    }

    /// Makes a new thread know all meters.
    func tellMeters(to thread: PacketThread) {
        for (id, meter) in meters {
            var command = ThreadCommand(.meter)
            command.number = id
            command.block = UnsafeMutableRawPointer(meter.block)
            thread.send(command)
        }
    }

    public func statistics(ofMeter id: UInt32) -> DatapathMeterStatistics? {
        guard let meter = meters[id] else { return nil }
        var sum = DatapathMeterStatistics(
            bands: .init(repeating: DatapathMeterStatistics.Band(), count: meter.configuration.bands.count))
        sum.add(meter.counted)
        for block in meter.leaving + [meter.block] { sum.add(MeterBlock.statistics(of: block)) }
        sum.bands.removeSubrange(meter.configuration.bands.count...)
        return sum
    }
}

extension DatapathMeterStatistics {
    /// Adds what another has seen, band by band.
    fileprivate mutating func add(_ other: DatapathMeterStatistics) {
        packets &+= other.packets
        bytes &+= other.bytes
        for (index, band) in other.bands.enumerated() {
            if index == bands.count { bands.append(Band()) }
            bands[index].packets &+= band.packets
            bands[index].bytes &+= band.bytes
        }
    }
}
