/// The kernel, and the packages that a switch with guests consists of.
struct VersionCheck: Check {
    let subject = "versions"

    /// Package and what it is called in findings.
    private static let packages = [
        ("librte-eal23", "DPDK"), ("dpdk", "DPDK's tools"), ("openvswitch-common", "Open vSwitch's tools"),
        ("qemu-system-x86", "QEMU"),
    ]

    func examine(_ host: Host) -> [Finding] {
        let kernel = host.tree.word("/proc/sys/kernel/osrelease") ?? "unknown"
        let installed = Self.versions(host, of: Self.packages.map(\.0))
        let words = Self.packages.map { package, name in "\(name) \(installed[package] ?? "not installed")" }
        return [Finding(.fine, "kernel \(kernel)", evidence: words.joined(separator: ", "))]
    }

    /// Versions of installed packages, from dpkg's own record.
    private static func versions(_ host: Host, of wanted: [String]) -> [String: String] {
        var found: [String: String] = [:]
        var (package, isInstalled) = ("", false)
        for line in host.tree.lines("/var/lib/dpkg/status") {
            if line.hasPrefix("Package: ") {
                (package, isInstalled) = (String(line.dropFirst(9)), false)
            } else if line.hasPrefix("Status: ") {
                isInstalled = line.hasSuffix(" installed")
            } else if line.hasPrefix("Version: "), isInstalled, wanted.contains(package) {
                found[package] = String(line.dropFirst(9))
            }
        }
        return found
    }
}
