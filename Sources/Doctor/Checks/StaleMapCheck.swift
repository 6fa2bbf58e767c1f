import Machine

/// Files that pin hugepages after their program is gone: `rtemap_0`, `PREFIXmap_0`.
struct StaleMapCheck: Check {
    let subject = "map files"

    func examine(_ host: Host) -> [Finding] {
        let mounts = Set(host.hugepages.mounts.values).sorted()
        let holders = host.processes.mapping(pathsUnder: mounts)
        var findings: [Finding] = []
        for mount in mounts {
            let files = host.tree.entries(mount).filter(Self.isMap)
            let stale = files.filter { holders["\(mount)/\($0)"] == nil }
            if !stale.isEmpty { findings.append(complaint(stale, mount, host)) }
            let used = files.filter { holders["\(mount)/\($0)"] != nil }
            if !used.isEmpty {
                let owners = Set(used.flatMap { holders["\(mount)/\($0)"] ?? [] }).sorted()
                let names = owners.map { "\($0) (\(host.processes.name($0)), alive)" }.joined(separator: ", ")
                findings.append(
                    Finding(
                        .fine, "\(used.count.counted("file")) in \(mount), in use, \(size(used, mount, host)) MiB",
                        evidence: "mapped by \(names)"))
            }
        }
        return findings.isEmpty
            ? [Finding(.fine, "none", evidence: mounts.isEmpty ? "no hugetlbfs" : mounts.joined(separator: ", "))]
            : findings
    }

    private func complaint(_ files: [String], _ mount: String, _ host: Host) -> Finding {
        let shown = files.prefix(3).joined(separator: ", ") + (files.count > 3 ? ", …" : "")
        return Finding(
            .warning,
            "\(files.count.counted("file")) in \(mount) for nobody, with \(size(files, mount, host)) MiB of hugepages",
            evidence: "\(shown): no process has them mapped, their owner is dead",
            cure: "rm " + Set(files.map { mount + "/" + Self.prefix($0) + "map_*" }).sorted().joined(separator: " "))
    }

    /// MiB that files have, by their length: each has its pages as soon as it was mapped.
    private func size(_ files: [String], _ mount: String, _ host: Host) -> Int {
        files.reduce(0) { $0 + (host.tree.status("\(mount)/\($1)")?.length ?? 0) } >> 20
    }

    private static func isMap(_ name: String) -> Bool {
        guard let at = name.firstRange(of: "map_") else { return false }
        return !name[at.upperBound...].isEmpty && name[at.upperBound...].allSatisfy { $0.isNumber || $0 == "-" }
    }

    private static func prefix(_ name: String) -> String {
        name.firstRange(of: "map_").map { String(name[..<$0.lowerBound]) } ?? name
    }
}
