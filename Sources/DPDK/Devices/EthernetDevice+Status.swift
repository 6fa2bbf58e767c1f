import CDPDK
import Glibc

extension EthernetDevice {
    /// What the device is and can do.
    public func info() throws(DPDKError) -> EthernetInfo {
        var info = cdpdk_port_info()
        let error = cdpdk_port_info(portID, &info)
        guard error == 0 else {
            throw DPDKError(
                .noDevice, "Interface \(owner): device '\(devargs)' is gone: \(DPDKError.text(error))", errno: -error)
        }
        return EthernetInfo(info)
    }

    /// The queues that keep buffers, as they are now; none while the device is being set up.
    public func rings() -> (receiving: [EthernetRing], transmitting: [EthernetRing]) {
        guard let setup, let info = try? info() else { return ([], []) }
        return (
            EthernetRing.receiving(portID, setup, driver: info.driver),
            EthernetRing.transmitting(portID, setup, driver: info.driver)
        )
    }

    /// The link as it is now; does not wait for it.
    public func link() -> EthernetLink {
        var link = cdpdk_port_link()
        return cdpdk_port_link(portID, &link) == 0 ? EthernetLink(link) : EthernetLink()
    }

    /// The device's counters.
    public func statistics() throws(DPDKError) -> EthernetStatistics {
        var statistics = cdpdk_port_statistics()
        let error = cdpdk_port_statistics(portID, &statistics)
        guard error == 0 else {
            throw DPDKError(
                .system, "Can't get statistics of interface \(owner): \(DPDKError.text(error))", errno: -error)
        }
        return EthernetStatistics(statistics)
    }

    /// The driver's own counters by their DPDK names ("rx_q0_packets", "rx_crc_errors"); empty where it has none.
    public func extendedStatistics() -> [(name: String, value: UInt64)] {
        let known = state.withLock { $0.statisticNames }
        let names = known ?? readStatisticNames()
        if known == nil { state.withLock { $0.statisticNames = names } }
        var values = [UInt64](repeating: 0, count: names.count)
        let found = cdpdk_port_xstats_values(portID, &values, UInt32(clamping: names.count))
        guard found == names.count else {
            // The queues have changed under us: read the names anew next time.
            state.withLock { $0.statisticNames = nil }
            return []
        }
        return zip(names, values).map { (name: $0, value: $1) }
    }

    private func readStatisticNames() -> [String] {
        let count = Int(cdpdk_port_xstats_count(portID))
        guard count > 0 else { return [] }
        let length = Int(CDPDK_XSTAT_NAME_BYTES)
        var bytes = [CChar](repeating: 0, count: count * length)
        guard cdpdk_port_xstats_names(portID, &bytes, UInt32(clamping: count)) == count else { return [] }
        return (0..<count).map { index in
            let name = bytes[(index * length)..<((index + 1) * length)].prefix { $0 != 0 }
            return String(decoding: name.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
    }

    /// Six bytes; zeros if the device is gone.
    public func macAddress() -> [UInt8] {
        var mac = [UInt8](repeating: 0, count: 6)
        _ = cdpdk_port_mac(portID, &mac)
        return mac
    }

    /// Sets the device's Ethernet address.
    ///
    /// - Throws: ``DPDKError/Code/invalid`` if the device cannot, or the address is a group's.
    public func setMACAddress(_ mac: [UInt8]) throws(DPDKError) {
        let text = mac.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: ":")
        guard mac.count == 6, mac[0] & 1 == 0 else {
            throw DPDKError(.invalid, "interface \(owner): \(text) is no Ethernet address of a device")
        }
        if mac == macAddress() { return }
        let error = cdpdk_port_set_mac(portID, mac)
        guard error == 0 else {
            throw DPDKError(
                .invalid, "interface \(owner): setting MAC \(text) failed (\(DPDKError.text(error)))", errno: -error)
        }
    }

    /// Brings the link up or down (the port's administrative state); devices without a switch for it are left alone.
    public func setLinkUp(_ isUp: Bool) throws(DPDKError) {
        let error = cdpdk_port_set_link(portID, isUp ? 1 : 0)
        guard error == 0 || error == -ENOTSUP else {
            throw DPDKError(
                .system, "Interface \(owner) link change error: \(DPDKError.text(error))", errno: -error)
        }
    }

    /// The Interface row's `status`, with OVS's keys.
    public func status() -> [(String, String)] {
        guard let info = try? info() else { return [] }
        let details = info.busInformation.isEmpty ? "" : ", \(info.busInformation)"
        return [
            ("port_no", String(portID)),
            ("numa_id", String(node)),
            ("driver_name", info.driver),
            ("min_rx_bufsize", String(info.minimumReceiveBuffer)),
            ("max_rx_pktlen", String((setup?.mtu ?? 1500) + 18)),
            ("max_rx_queues", String(info.mostReceiveQueues)),
            ("max_tx_queues", String(info.mostTransmitQueues)),
            ("max_mac_addrs", String(info.mostMACAddresses)),
            ("max_hash_mac_addrs", String(info.mostHashedMACAddresses)),
            ("max_vfs", String(info.mostVirtualFunctions)),
            ("max_vmdq_pools", String(info.mostVMDqPools)),
            // IANA's ethernetCsmacd, as OVS reports for every DPDK port.
            ("if_type", "6"),
            ("if_descr", "\(EAL.version) \(info.driver)"),
            ("bus_info", "bus_name=\(info.bus)\(details)"),
            ("link_speed", link().speedText),
        ] + (pool?.status ?? [])
    }
}
