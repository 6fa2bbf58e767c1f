import Machine

/// Network devices: their drivers, their nodes, and whether those that ports name can be had.
struct DeviceCheck: Check {
    let subject = "devices"

    func examine(_ host: Host) -> [Finding] {
        var findings = (host.facts?.devices ?? []).compactMap { device in
            device.address.map { examine(device.port, host.pciDevice($0), host) }
        }
        let cards = host.pciDevices.filter(\.isNetworkController)
        let list = cards.map { card in
            "\(card.address) (\(card.identifier)) \(card.driver ?? "no driver")"
                + (card.interfaces.isEmpty ? "" : " \(card.interfaces.joined(separator: ","))")
                + " node \(card.node.map(String.init) ?? "-")"
        }
        findings.append(
            Finding(
                cards.isEmpty ? .note : .fine,
                cards.isEmpty
                    ? "this machine has no network card on PCI" : "\(cards.count.counted("network card")) on PCI",
                evidence: cards.isEmpty ? "/sys/bus/pci/devices" : list.joined(separator: "; ")))
        return findings
    }

    private func examine(_ port: String, _ device: PCIDevice, _ host: Host) -> Finding {
        let bind = host.bindCommand(device.address)
        guard device.exists else {
            return Finding(
                .error, "port \(port): there is no device \(device.address)", evidence: "/sys/bus/pci/devices",
                cure: "name one of those that are there in options:dpdk-devargs")
        }
        guard let driver = device.driver else {
            return Finding(
                .error, "port \(port): no driver is bound to \(device.address)", evidence: "no link 'driver' in sysfs",
                cure: bind)
        }
        guard device.isUsableByDPDK else {
            return Finding(
                .error, "port \(port): the kernel has \(device.address)",
                evidence: "it is bound to \(driver)"
                    + (device.interfaces.isEmpty ? "" : " as \(device.interfaces.joined(separator: ", "))"), cure: bind)
        }
        let node = device.node.map { "node \($0)" } ?? "no known node"
        return Finding(.fine, "port \(port): \(device.address) is ready", evidence: "bound to \(driver), \(node)")
    }
}
