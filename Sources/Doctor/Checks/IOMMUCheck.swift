import Machine

/// The IOMMU that vfio-pci needs, and the groups into which it ties devices.
struct IOMMUCheck: Check {
    let subject = "IOMMU"

    func examine(_ host: Host) -> [Finding] {
        let groups = host.groupsOfIOMMU
        let users = usersOfVFIO(host)
        guard !groups.isEmpty else { return [absent(host, users)] }
        let broken = users.compactMap { address -> Finding? in
            let holdouts = host.pciDevice(address).groupHoldouts
            guard !holdouts.isEmpty else { return nil }
            let names = holdouts.map(\.address).joined(separator: " ")
            return Finding(
                .error, "\(address) cannot be used: its IOMMU group is not viable, the kernel has \(names) of it",
                evidence: holdouts.map { "\($0.address) is bound to \($0.driver ?? "?")" }.joined(separator: ", "),
                cure: host.bindCommand(names) + ", or a slot of another group")
        }
        return broken.isEmpty
            ? [Finding(.fine, "there is one", evidence: "\(groups.count.counted("group")) in /sys/kernel/iommu_groups")]
            : broken
    }

    /// Devices that are bound to vfio-pci, or are to be.
    private func usersOfVFIO(_ host: Host) -> [String] {
        let bound = host.pciDevices.filter { $0.driver == "vfio-pci" }.map(\.address)
        let named = (host.facts?.devices ?? []).compactMap(\.address).filter {
            host.pciDevice($0).driver.map { $0 == "vfio-pci" } ?? true && host.pciDevice($0).exists
        }
        return Set(bound + named).sorted()
    }

    private func absent(_ host: Host, _ users: [String]) -> Finding {
        let words = (host.tree.word("/proc/cmdline") ?? "").split(separator: " ").filter { $0.contains("iommu") }
        let evidence =
            "/sys/kernel/iommu_groups is empty; on the kernel's command line: "
            + (words.isEmpty ? "nothing about it" : words.joined(separator: " "))
        if host.isVFIOUnsafe {
            return Finding(.note, "none: vfio-pci works without, unsafely, as it was told to", evidence: evidence)
        }
        let isGuest = host.tree.lines("/proc/cpuinfo").contains {
            $0.hasPrefix("flags") && $0.split(separator: " ").contains("hypervisor")
        }
        let boot = "switch it on in the firmware and boot with intel_iommu=on (Intel) and iommu=pt"
        let guest = "give this guest one (-device intel-iommu, libvirt: <iommu model='intel'/>)"
        let without =
            host.tree.exists(Host.unsafeVFIO)
            ? "echo 1 > \(Host.unsafeVFIO)"
            : host.bindCommand(users.isEmpty ? "ADDRESS" : users.joined(separator: " "))
        return Finding(
            users.isEmpty ? .note : .error,
            "none: a device cannot be bound to vfio-pci" + (users.isEmpty ? "" : " (\(users.joined(separator: ", ")))"),
            evidence: evidence,
            cure: "\(isGuest ? guest : boot); or do without: \(without)")
    }
}
