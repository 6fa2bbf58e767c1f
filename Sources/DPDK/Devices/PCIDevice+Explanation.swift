import Machine

extension PCIDevice {
    /// The device of the kernel's network interface with an Ethernet address.
    static func find(mac: [UInt8], root: String = PCIDevice.devices) -> PCIDevice? {
        all(root: root).first { device in
            device.interfaces.contains { name in
                device.address(ofInterface: name).map { EthernetDevices.parseMAC($0[...]) == mac } ?? false
            }
        }
    }

    /// Why probing failed with `error`, and what mends it.
    func explanation(of error: Int32) -> String {
        guard exists else { return "this machine has no such PCI device" }
        guard let driver else {
            return "no driver is bound to it: bind one with 'dpdk-devbind.py -b vfio-pci \(address)'"
        }
        if !isUsableByDPDK {
            return
                "it is bound to the kernel's driver \(driver): bind it with 'dpdk-devbind.py -b vfio-pci \(address)', "
                + "or use it as a port of type system"
        }
        let others = groupHoldouts.map(\.address)
        if !others.isEmpty {
            return "its IOMMU group is not usable as long as the kernel has devices of the same group "
                + "(\(others.joined(separator: ", "))): bind these to vfio-pci too"
        }
        return error == 0 ? "its driver made no Ethernet port of it" : DPDKError.text(error)
    }
}
