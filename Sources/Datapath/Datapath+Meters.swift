import Control

/// Meters: made and asked here, applied by packet threads.
extension Datapath {
    public func setMeter(_ id: UInt32, _ meter: DatapathMeter?) throws(DatapathError) {
        throw DatapathError(.invalid, "meter \(id): the datapath has no meters yet", errno: 95)
    }

    public func statistics(ofMeter id: UInt32) -> DatapathMeterStatistics? { nil }
}
