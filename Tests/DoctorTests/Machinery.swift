import Doctor
import Machine
import TestSupport

/// A machine made of files: two nodes of two cores, a processor of today, nothing wrong with it.
final class Machinery {
    let folder: TemporaryDirectory
    var facts: SwitchFacts?
    var file: DatabaseFileState?
    var runDirectory = "/run/openvswitch"
    private static let flags =
        "fpu cx16 lahf_lm popcnt pni ssse3 sse4_1 sse4_2 avx avx2 bmi1 bmi2 f16c fma abm movbe xsave pdpe1gb "
        + "constant_tsc"

    init(nodes: Int = 2, facts: SwitchFacts? = SwitchFacts()) throws {
        folder = try TemporaryDirectory()
        self.facts = facts
        for core in 0..<nodes * 2 {
            try folder.write("sys/devices/system/node/node\(core / 2)/cpu\(core)/x", "")
            try folder.write("sys/devices/system/cpu/cpu\(core)/topology/thread_siblings_list", "\(core)\n")
        }
        try folder.write("sys/devices/system/cpu/isolated", "1-\(nodes * 2 - 1)\n")
        try processor(Self.flags)
        try folder.write("proc/meminfo", "MemTotal: 1 kB\nHugepagesize:       2048 kB\n")
        try mounts("none /dev/hugepages hugetlbfs rw 0 0\n")
        try folder.makeDirectory("dev/hugepages")
        try process(7, name: "daemon", cores: "0-\(nodes * 2 - 1)")
        try folder.write(
            "proc/self/limits", "Max locked memory         8388608              8388608              bytes\n")
        try folder.write("proc/self/status", "Uid:\t0\t0\t0\t0\n")
        try folder.write("proc/self/cgroup", "0::/\n")
        try folder.makeDirectory("run/openvswitch")
        for node in 0..<nodes { try hugepages(node, total: 1024) }
    }

    func processor(_ flags: String) throws {
        try folder.write("proc/cpuinfo", "processor\t: 0\nmodel name\t: Model 7\nflags\t\t: \(flags)\n")
    }

    func hugepages(_ node: Int, total: Int, free: Int? = nil) throws {
        let directory = "sys/devices/system/node/node\(node)/hugepages/hugepages-2048kB"
        try folder.write("\(directory)/nr_hugepages", "\(total)\n")
        try folder.write("\(directory)/free_hugepages", "\(free ?? total)\n")
    }

    func mounts(_ text: String) throws { try folder.write("proc/mounts", text) }

    func process(_ number: Int, name: String, cores: String, maps: String = "") throws {
        let status = "Name:\t\(name)\nUid:\t0\t0\t0\t0\nVmSize:\t 100 kB\nCpus_allowed_list:\t\(cores)\n"
        try folder.write("proc/\(number)/comm", "\(name)\n")
        try folder.write("proc/\(number)/status", status)
        try folder.write("proc/\(number)/task/\(number)/status", status)
        try folder.write("proc/\(number)/maps", maps)
    }

    /// A network card.
    func card(_ address: String, node: Int, driver: String?, group: String? = nil) throws {
        let directory = "sys/bus/pci/devices/\(address)"
        try folder.write("\(directory)/class", "0x020000\n")
        try folder.write("\(directory)/vendor", "0x8086\n")
        try folder.write("\(directory)/device", "0x10fb\n")
        try folder.write("\(directory)/numa_node", "\(node)\n")
        if let driver { try folder.link("\(directory)/driver", to: "../../../bus/pci/drivers/\(driver)") }
        if let group {
            try folder.makeDirectory("sys/kernel/iommu_groups/\(group)/devices")
            try folder.link("\(directory)/iommu_group", to: "\(folder.path)/sys/kernel/iommu_groups/\(group)")
            try folder.write("sys/kernel/iommu_groups/\(group)/devices/\(address)", "")
        }
    }

    var host: Host {
        Host(
            tree: FileTree(root: folder.path), runDirectory: runDirectory, facts: facts,
            database: "unix:/db.sock", file: file)
    }

    /// What one check finds.
    func findings(_ subject: String) -> [Finding] {
        Examination(of: host).sections.first { $0.subject == subject }?.findings ?? []
    }

    /// What is wrong, of one matter.
    func complaints(_ subject: String) -> [Finding] { findings(subject).filter { $0.severity >= .warning } }
}
