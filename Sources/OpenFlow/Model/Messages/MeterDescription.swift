/// OFPMP_METER_CONFIG, OFPMP_METER_DESC.
public struct MeterDescription: Sendable, Equatable {
    public var meter: UInt32
    public var contents: MeterContents

    public init(meter: UInt32, contents: MeterContents) {
        self.meter = meter
        self.contents = contents
    }
}
