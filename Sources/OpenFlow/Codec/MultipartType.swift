/// The numbers of OFPST_* / OFPMP_* that are spoken.
enum MultipartType {
    static let description: UInt16 = 0
    /// OFPMP_FLOW_DESC in version 1.5.
    static let flow: UInt16 = 1
    static let aggregate: UInt16 = 2
    static let table: UInt16 = 3
    static let port: UInt16 = 4
    static let queue: UInt16 = 5
    static let group: UInt16 = 6
    static let groupDescription: UInt16 = 7
    static let groupFeatures: UInt16 = 8
    static let meter: UInt16 = 9
    static let meterConfiguration: UInt16 = 10
    static let meterFeatures: UInt16 = 11
    static let tableFeatures: UInt16 = 12
    static let portDescription: UInt16 = 13
    static let tableDescription: UInt16 = 14
    static let queueDescription: UInt16 = 15
    static let flowMonitor: UInt16 = 16
    /// Version 1.5's OFPMP_FLOW_STATS.
    static let flowCounters: UInt16 = 17
    static let experimenter: UInt16 = 0xffff
}
