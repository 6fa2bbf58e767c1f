import CLinux

extension KernelDevice {
    /// What only the kernel counts, by the names of Interface `statistics`; empty when the device is out of reach.
    ///
    /// A TAP's receive errors are those of frames that we send: they are not the port's, which has none, as in OVS.
    func kernelCounters() -> [String: UInt64] {
        guard let info = look() else { return [:] }
        return [
            "collisions": info.collisions,
            "rx_multicast_packets": info.multicast,
            "rx_crc_err": isTAP ? 0 : info.rx_crc_errors,
            "rx_frame_err": isTAP ? 0 : info.rx_frame_errors,
            "rx_over_err": isTAP ? 0 : info.rx_over_errors,
            "rx_missed_errors": isTAP ? 0 : info.rx_missed_errors,
        ]
    }
}
