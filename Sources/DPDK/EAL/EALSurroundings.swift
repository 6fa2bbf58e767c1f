import CDPDK
import FoundationEssentials
import Glibc
import Machine

/// What decides besides its arguments whether the EAL comes up: the kernel since its start, this program, what the
/// process may do, and the hugepages.
struct EALSurroundings: Sendable, Equatable, Codable {
    /// What must be the same for the EAL to go the same way.
    let facts: [String]
    let hugepages: HugepageReport

    /// As they are now. Reads a dozen small files.
    static func read() -> EALSurroundings {
        var program = stat()
        stat("/proc/self/exe", &program)
        let text = TextFile.read("/proc/self/status") ?? ""
        let rights = text.split(separator: "\n").filter { line in
            ["Uid:", "Gid:", "CapEff:", "Cpus_allowed:", "Mems_allowed:"].contains { line.hasPrefix($0) }
        }
        let facts = [
            TextFile.read("/proc/sys/kernel/random/boot_id") ?? "",
            String(cString: cdpdk_version()),
            "\(program.st_dev) \(program.st_ino) \(program.st_mtim.tv_sec) \(program.st_size)",
            TextFile.read("/proc/self/limits") ?? "",
        ]
        return EALSurroundings(facts: facts + rights.map(String.init), hugepages: HugepageReport.read())
    }

    /// Whether what came up in `earlier` surroundings comes up in these: nothing has changed, but that
    /// there may be more free pages.
    func isAsGood(as earlier: EALSurroundings) -> Bool {
        facts == earlier.facts && hugepages.mounts == earlier.hugepages.mounts
            && hugepages.pools.count == earlier.hugepages.pools.count
            && zip(hugepages.pools, earlier.hugepages.pools).allSatisfy { now, then in
                now.node == then.node && now.pageKiB == then.pageKiB && now.free >= then.free
            }
    }

    /// Whether what failed in `earlier` surroundings may come up in these: there are more free pages somewhere, or they
    /// are mounted elsewhere.
    func isBetter(than earlier: EALSurroundings) -> Bool {
        if hugepages.mounts != earlier.hugepages.mounts { return true }
        return hugepages.pools.contains { now in
            let then = earlier.hugepages.pools.first { $0.node == now.node && $0.pageKiB == now.pageKiB }
            return now.free > then?.free ?? 0
        }
    }
}
