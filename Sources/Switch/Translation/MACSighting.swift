import Control
import OpenFlow
import Packets

/// A source address that NORMAL saw: its entry lives as long as the flow carries packets.
struct MACSighting {
    let bridge: Bridge
    let port: BridgePort
    let mac: MACAddress
    let vlan: UInt16

    /// Learns or refreshes the entry, unless the port has gone since.
    @ControlActor
    func learn(at time: ContinuousClock.Instant) {
        guard bridge.port(numbered: port.number) === port else { return }
        bridge.macTable.learn(mac, vlan: vlan, on: port.number, at: time)
    }
}
