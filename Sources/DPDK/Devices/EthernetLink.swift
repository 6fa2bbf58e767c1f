import CDPDK

/// The state of a device's link.
public struct EthernetLink: Sendable, Equatable {
    public var isUp = false
    /// Mbit/s; nil where the device tells none.
    public var speedMegabits: UInt32?
    public var isFullDuplex = false

    public init() {}

    init(_ link: cdpdk_port_link) {
        isUp = link.up != 0
        speedMegabits = link.speed_megabits == 0 || link.speed_megabits == .max ? nil : link.speed_megabits
        isFullDuplex = link.full_duplex != 0
    }

    /// The speed in words, as OVS writes `status:link_speed`: "10Gbps".
    public var speedText: String {
        guard let speedMegabits else { return "Unknown" }
        switch speedMegabits {
        case 10: return "10Mbps"
        case 100: return "100Mbps"
        case 2500: return "2.5Gbps"
        case let speed where speed >= 1000 && speed % 1000 == 0: return "\(speed / 1000)Gbps"
        default: return "Not Defined"
        }
    }
}
