import Datapath
import OVSDB
import OpenFlow
import Packets
import Testing

@testable import Configuration

@Suite struct InterfaceColumnsTests {
    @Test func aPortInForce() {
        var status = PortStatus()
        status.isAdministrativelyUp = true
        status.linkSpeedBitsPerSecond = 10_000_000_000
        status.isFullDuplex = true
        status.macAddress = MACAddress(number: 0x0200_0000_0001)
        status.mtu = 1500
        status.interfaceIndex = 7
        status.linkResets = 2
        status.details = ["driver_name": "tun"]
        let columns = InterfaceColumns.status(status, number: OpenFlowPort(rawValue: 3), error: nil).values.columns
        #expect(columns["ofport"] == .integer(3))
        #expect(columns["error"] == .empty)
        #expect(columns["admin_state"] == .string("up"))
        #expect(columns["link_state"] == .string("down"))
        #expect(columns["link_speed"] == .integer(10_000_000_000))
        #expect(columns["duplex"] == .string("full"))
        #expect(columns["mac_in_use"] == .string("02:00:00:00:00:01"))
        #expect(columns["mtu"] == .integer(1500))
        #expect(columns["ifindex"] == .integer(7))
        #expect(columns["link_resets"] == .integer(2))
        #expect(columns["status"] == .map(["driver_name": "tun"]))
        #expect(columns["statistics"] == nil)
    }

    @Test func aFailedOneIsEmptyButForItsError() {
        let columns = InterfaceColumns.failure("why").values.columns
        #expect(columns["ofport"] == .integer(-1))
        #expect(columns["error"] == .string("why"))
        for (column, value) in columns where column != "ofport" && column != "error" {
            #expect(value.isEmpty, "\(column)")
        }
    }

    @Test func counters() {
        var counters = PortStatistics()
        counters.receivedPackets = 1
        counters.transmittedBytes = .max
        counters.named = ["rx_crc_err": 4]
        counters.drops = [.mtuExceeded: 6]
        let kernel = InterfaceColumns.statistics(counters, isDPDK: false, isPatch: false)
        #expect(kernel["rx_packets"] == 1 && kernel["tx_bytes"] == .max && kernel["rx_crc_err"] == 4)
        #expect(kernel["ovs_tx_mtu_exceeded_drops"] == nil && kernel.count == 9)
        let dpdk = InterfaceColumns.statistics(counters, isDPDK: true, isPatch: false)
        #expect(dpdk["ovs_tx_mtu_exceeded_drops"] == 6 && dpdk["ovs_tx_failure_drops"] == 0)
    }
}
