import Glibc
import Machine
import TestSupport
import Testing

@testable import DPDK

@Suite struct DeviceNamesTests {
    @Test(arguments: ["0000:81:00.1", "81:00.1", "00010000:e1:1f.7"])
    func pciAddresses(_ text: String) {
        #expect(PCIDevice.isAddress(text[...]))
    }

    @Test(arguments: ["", "net_null0", "81:00", "0000:81:00.", ":81:00.1", "class=eth", "1:2:3:4.5"])
    func otherNames(_ text: String) {
        #expect(!PCIDevice.isAddress(text[...]))
    }

    @Test func macAddresses() {
        #expect(EthernetDevices.parseMAC("00:1b:2C:3:44:ff") == [0, 0x1b, 0x2c, 3, 0x44, 0xff])
        for text in ["", "00:11:22:33:44", "00:11:22:33:44:55:66", "00:11:22:33:44:100", "g0:11:22:33:44:55"] {
            #expect(EthernetDevices.parseMAC(text[...]) == nil)
        }
    }

    @Test func explanationsFromSysfs() throws {
        let directory = try TemporaryDirectory()
        func explain(_ address: String) -> String {
            PCIDevice(address: address, root: directory.path).explanation(of: -1)
        }
        try directory.write("0000:01:00.0/vendor", "0x8086")
        try directory.write("0000:02:00.0/vendor", "0x8086")
        try directory.write("0000:02:00.0/net/eth7/address", "02:00:00:00:00:07\n")
        symlink("../drivers/ixgbe", "\(directory.path)/0000:02:00.0/driver")
        try directory.write("0000:03:00.0/iommu_group/devices/0000:02:00.0/x", "")
        symlink("../drivers/vfio-pci", "\(directory.path)/0000:03:00.0/driver")
        #expect(explain("0000:09:00.0").contains("no such PCI device"))
        #expect(explain("01:00.0").contains("no driver is bound"))
        #expect(explain("0000:02:00.0").contains("kernel's driver ixgbe"))
        #expect(explain("0000:03:00.0").contains("(0000:02:00.0)"))
        #expect(PCIDevice.find(mac: [2, 0, 0, 0, 0, 7], root: directory.path)?.address == "0000:02:00.0")
        #expect(PCIDevice.find(mac: [2, 0, 0, 0, 0, 8], root: directory.path) == nil)
    }

    @Test func queueLengths() {
        let limits = EthernetInfo.Descriptors(least: 64, most: 4096, multiple: 32)
        #expect(limits.nearest(2048) == 2048)
        #expect(limits.nearest(1) == 64)
        #expect(limits.nearest(100_000) == 4096)
        #expect(limits.nearest(100) == 96)
        #expect(EthernetInfo.Descriptors(least: 0, most: 0, multiple: 0).nearest(512) == 512)
    }

    @Test(
        arguments: [
            (nil, "Unknown"), (10, "10Mbps"), (2500, "2.5Gbps"), (10_000, "10Gbps"), (100_000, "100Gbps"),
            (1234, "Not Defined"),
        ] as [(UInt32?, String)])
    func speeds(_ speed: UInt32?, _ text: String) {
        var link = EthernetLink()
        link.speedMegabits = speed
        #expect(link.speedText == text)
    }
}
