import Machine

/// What the database says that matters to a machine's health.
public struct SwitchFacts: Sendable, Equatable {
    /// A port of type dpdk.
    public struct Device: Sendable, Equatable {
        public let port: String
        /// `options:dpdk-devargs`.
        public let devargs: String

        public init(port: String, devargs: String) {
            self.port = port
            self.devargs = devargs
        }

        /// The PCI address that the device string begins with; nil for virtual devices.
        public var address: String? {
            PCIDevice(devargs: devargs)?.fullAddress
        }
    }

    /// The Open_vSwitch row's `other_config`.
    public var otherConfig: [String: String]
    public var devices: [Device]
    /// How many ports there are for guests over vhost-user.
    public var guestPorts: Int
    /// What is wrong with ports.
    public var troubles: [PortTrouble]
    /// Why DPDK could not be started; nil when it was, or when nobody tells.
    public var failureOfDPDK: String?

    public init(
        otherConfig: [String: String] = [:], devices: [Device] = [], guestPorts: Int = 0,
        troubles: [PortTrouble] = [], failureOfDPDK: String? = nil
    ) {
        self.otherConfig = otherConfig
        self.devices = devices
        self.guestPorts = guestPorts
        self.troubles = troubles
        self.failureOfDPDK = failureOfDPDK
    }

    /// Whether DPDK is to be used.
    public var wantsDPDK: Bool { ["true", "try"].contains(otherConfig["dpdk-init"]?.lowercased() ?? "") }

    /// Whether DPDK is to take hugepages.
    public var wantsHugepages: Bool { wantsDPDK && !goesWithoutHugepages }

    /// Whether DPDK is to be used, and without hugepages.
    var goesWithoutHugepages: Bool { wantsDPDK && extra.contains("--no-huge") }

    /// Whether DPDK is to have its hugepages through files: it is started with `--in-memory` unless told otherwise.
    public var needsMount: Bool {
        wantsHugepages && extra.contains("--legacy-mem") && !extra.contains("--in-memory")
    }

    private var extra: [Substring] { (otherConfig["dpdk-extra"] ?? "").split(whereSeparator: \.isWhitespace) }

    /// Whether `dpdk-socket-mem` is what DPDK takes for one: numbers, with commas between them.
    public var isSocketMemoryReadable: Bool {
        (otherConfig["dpdk-socket-mem"] ?? "").isEmpty || socketParts.allSatisfy { $0.map { $0 >= 0 } ?? false }
    }

    /// The numbers of `dpdk-socket-mem`, which may stand behind white space.
    private var socketParts: [Int?] {
        (otherConfig["dpdk-socket-mem"] ?? "").split(separator: ",", omittingEmptySubsequences: false)
            .map { Int($0.drop(while: \.isWhitespace)) }
    }

    /// MiB on whatever node, from `dpdk-alloc-mem`; `dpdk-socket-mem` goes before it.
    public var memoryOfAnyNode: Int? {
        guard (otherConfig["dpdk-socket-mem"] ?? "").isEmpty else { return nil }
        return otherConfig["dpdk-alloc-mem"].flatMap { Int($0) }
    }

    /// MiB by node, from `dpdk-socket-mem`.
    public var socketMemory: [Int: Int] {
        Dictionary(
            socketParts.enumerated().map { ($0.offset, $0.element ?? 0) }.filter { $0.1 > 0 }, uniquingKeysWith: { $1 })
    }

    /// Cores named in `pmd-cpu-mask`; nil when it does not say.
    public var pmdCores: [Int]? {
        otherConfig["pmd-cpu-mask"].flatMap { CoreMask(hexadecimal: $0) }.map(\.cores).flatMap { $0.isEmpty ? nil : $0 }
    }
}
