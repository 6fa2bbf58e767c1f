import Machine

/// What checks look at: the kernel's files, and what the database says.
public struct Host: Sendable {
    public let tree: FileTree
    /// The folder of the daemon's sockets and pidfiles.
    public let runDirectory: String
    /// Nil when neither a database nor its file tells.
    public let facts: SwitchFacts?
    /// Where the database was looked for.
    public let database: String
    /// What came of looking into its file instead; nil when that was not done.
    public let file: DatabaseFileState?
    public let topology: NUMATopology
    public let hugepages: HugepageReport
    public let processes: ProcessTable

    public init(
        tree: FileTree = FileTree(), runDirectory: String, facts: SwitchFacts?, database: String,
        file: DatabaseFileState? = nil
    ) {
        self.tree = tree
        self.runDirectory = runDirectory
        self.facts = facts
        self.database = database
        self.file = file
        topology = NUMATopology.discover(root: tree.real("/sys/devices/system"))
        hugepages = HugepageReport.read(
            root: tree.real("/sys/devices/system"), mountTable: tree.real("/proc/mounts"),
            meminfo: tree.real("/proc/meminfo"))
        processes = ProcessTable(tree: tree)
    }

    /// Whether what is configured was read from the database's file, where a row tells what once was.
    var isFromFile: Bool { if case .read = file { true } else { false } }

    /// Where what is configured was read.
    var source: String { if case .read(let path) = file { "the file \(path)" } else { database } }

    /// Whether DPDK with hugepages is what the machine is for, as far as is known.
    public var wantsHugepages: Bool { facts?.wantsHugepages ?? true }

    /// What a lack is that keeps DPDK from working: an error when DPDK is configured, a warning when it may be.
    public func severity(ofLack isConfigured: (SwitchFacts) -> Bool = \.wantsDPDK) -> Finding.Severity {
        guard let facts else { return .warning }
        return isConfigured(facts) ? .error : .note
    }

    /// The machine's PCI devices.
    public var pciDevices: [PCIDevice] { PCIDevice.all(root: tree.real(PCIDevice.devices)) }

    /// A PCI device by address.
    public func pciDevice(_ address: String) -> PCIDevice {
        PCIDevice(address: address, root: tree.real(PCIDevice.devices))
    }

    /// The groups of the machine's IOMMU; those that VFIO makes where it was told to do without are none.
    var groupsOfIOMMU: [String] {
        let folder = "/sys/kernel/iommu_groups"
        return tree.entries(folder).filter { tree.word("\(folder)/\($0)/name") != "vfio-noiommu" }
    }

    /// What makes VFIO do without an IOMMU, in kernels that have it.
    static let unsafeVFIO = "/sys/module/vfio/parameters/enable_unsafe_noiommu_mode"
    var isVFIOUnsafe: Bool { tree.word(Self.unsafeVFIO) == "Y" }

    /// The command that binds devices to a driver through which DPDK can have them.
    func bindCommand(_ addresses: String) -> String {
        let driver = groupsOfIOMMU.isEmpty && !isVFIOUnsafe ? "uio_pci_generic" : "vfio-pci"
        let isLoaded = tree.exists("/sys/module/\(driver.replacing("-", with: "_"))")
        return (isLoaded ? "" : "modprobe \(driver); ") + "dpdk-devbind.py -b \(driver) \(addresses)"
    }

    /// The cores that the daemon polls with: those of `pmd-cpu-mask`, else the last of each node, once there is
    /// something to poll. Nil without a database.
    public var pmdCores: [Int]? {
        guard let facts else { return nil }
        if let cores = facts.pmdCores { return cores }
        return facts.devices.isEmpty && facts.guestPorts == 0 ? [] : topology.nodes.compactMap { $0.cores.max() }
    }

    /// The daemon's process, as its pidfile names it, when it lives.
    public var daemon: Int? {
        tree.number("\(runDirectory)/ovs-vswitchd.pid").flatMap { processes.lives($0) ? $0 : nil }
    }

    /// The process whose limits count: the daemon's, else whoever asks.
    public var subjectProcess: String { daemon.map(String.init) ?? "self" }
}
