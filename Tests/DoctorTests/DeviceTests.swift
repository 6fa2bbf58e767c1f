import Doctor
import Testing

@Suite struct DeviceTests {
    private func machine(_ driver: String?, group: String? = nil) throws -> Machinery {
        let facts = SwitchFacts(
            otherConfig: ["dpdk-init": "true"], devices: [.init(port: "dpdk0", devargs: "01:00.0")])
        let machine = try Machinery(facts: facts)
        try machine.card("0000:01:00.0", node: 0, driver: driver, group: group)
        return machine
    }

    @Test func driversBound() throws {
        #expect(try machine("vfio-pci").complaints("devices").isEmpty)
        #expect(try machine("ixgbe").complaints("devices").first?.evidence.contains("bound to ixgbe") == true)
        let unbound = try machine(nil, group: "5").complaints("devices")
        #expect(unbound.first?.cure == "modprobe vfio-pci; dpdk-devbind.py -b vfio-pci 0000:01:00.0")
        let unprotected = try machine(nil).complaints("devices")
        #expect(unprotected.first?.cure == "modprobe uio_pci_generic; dpdk-devbind.py -b uio_pci_generic 0000:01:00.0")
        let absent = try Machinery(facts: SwitchFacts(devices: [.init(port: "p", devargs: "0000:09:00.0")]))
        #expect(absent.complaints("devices").first?.cause.contains("there is no device 0000:09:00.0") == true)
        let virtual = try Machinery(facts: SwitchFacts(devices: [.init(port: "p", devargs: "net_null0")]))
        #expect(virtual.complaints("devices").isEmpty)
    }

    @Test func noIOMMU() throws {
        let machine = try machine(nil)
        try machine.folder.write("proc/cmdline", "quiet intel_iommu=off\n")
        let found = machine.complaints("IOMMU")
        try #require(found.map(\.severity) == [.error])
        #expect(found[0].cause.contains("0000:01:00.0"))
        #expect(
            found[0].evidence.hasSuffix("command line: intel_iommu=off")
                && found[0].cure?.contains("intel_iommu=on") == true)
        #expect(found[0].cure?.hasSuffix("or do without: modprobe uio_pci_generic; dpdk-devbind.py -b uio_pci_generic "
            + "0000:01:00.0") == true)
        let file = "/sys/module/vfio/parameters/enable_unsafe_noiommu_mode"
        try machine.folder.write(file, "N\n")
        #expect(machine.complaints("IOMMU").first?.cure?.hasSuffix("or do without: echo 1 > \(file)") == true)
        try machine.folder.write(file, "Y\n")
        try machine.folder.write("sys/kernel/iommu_groups/0/name", "vfio-noiommu\n")
        #expect(machine.findings("IOMMU").map(\.severity) == [.note])
    }

    @Test func aGroupOfSeveralDevices() throws {
        let machine = try machine("vfio-pci", group: "5")
        #expect(machine.complaints("IOMMU").isEmpty)
        try machine.card("0000:01:00.1", node: 0, driver: "ixgbe", group: "5")
        try machine.card("0000:00:01.0", node: 0, driver: "pcieport", group: "5")
        let found = machine.complaints("IOMMU")
        try #require(found.map(\.severity) == [.error])
        #expect(found[0].cause.contains("not viable, the kernel has 0000:01:00.1 of it"))
        #expect(found[0].cure?.hasPrefix("modprobe vfio-pci; dpdk-devbind.py -b vfio-pci 0000:01:00.1,") == true)
    }
}
