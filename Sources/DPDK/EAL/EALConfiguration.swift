import CLinux
import Logging
import MemoryPlan

/// What the `Open_vSwitch` row's `other_config` says about DPDK, as the EAL's argument vector.
///
/// The words and their order are those of Open vSwitch 3.1: `dpdk-extra` first, then what it did not already say of
/// `dpdk-lcore-mask`, `dpdk-hugepage-dir`, `dpdk-socket-limit`, the memory, `--in-memory`, and one core. Last, and not
/// OVS's: no PCI device is touched before a port asks for it.
public struct EALConfiguration: Sendable, Equatable {
    /// `dpdk-init`.
    public enum Wish: Sendable, Equatable {
        /// `false`, or not there.
        case off
        /// `true`: a failure is an error.
        case on
        /// `try`: a failure is only told.
        case attempt
    }

    /// A line for the log, found while the settings were read.
    public struct Notice: Sendable, Equatable {
        public let level: Logger.Level
        public let text: String
    }

    public let wish: Wish
    /// The argument vector, the program's name first.
    public let arguments: [String]
    /// What is to be logged about the settings, in order.
    public let notices: [Notice]

    /// Whether what DPDK has is in files that other processes can map. Open vSwitch 3.1 never lets them.
    public var admitsOthers: Bool {
        !Builder(words: arguments).names(anyOf: ["--in-memory", "--no-shconf", "--no-huge"])
    }

    /// - Parameters:
    ///   - otherConfig: the `other_config` column.
    ///   - lowestCore: the core for DPDK's main lcore when no setting names one.
    public init(otherConfig: [String: String], lowestCore: Int = EALConfiguration.lowestAllowedCore()) {
        switch otherConfig["dpdk-init"]?.lowercased() {
        case "true": wish = .on
        case "try": wish = .attempt
        default: wish = .off
        }
        var builder = Builder(words: ConfigurationWords.split(otherConfig["dpdk-extra"] ?? ""))
        for (key, option) in Self.plainOptions {
            if let value = otherConfig[key], !value.isEmpty { builder.add(option, value) }
        }
        let memory = Self.memoryOptions.compactMap { key, option in
            otherConfig[key].flatMap { $0.isEmpty ? nil : (option, $0) }
        }
        if memory.count > 1 {
            builder.notices.append(
                Notice(
                    level: .error,
                    text:
                        "Multiple defined options for memory type. Please check your database settings and reconfigure "
                        + "if necessary."))
        }
        if let (option, value) = memory.last { builder.add(option, value) }
        builder.addMemoryMode()
        if !builder.names(anyOf: ["-c", "-l", "--lcores"]) { builder.words += ["-l", String(lowestCore)] }
        builder.leavePCIAlone()
        arguments = ["ovs-vswitchd"] + builder.words
        notices = builder.notices
    }

    /// For an EAL of our own making; see ``EAL/startPrivate()``.
    init(arguments: [String]) {
        wish = .on
        self.arguments = arguments
        notices = []
    }

    /// OVS's log line with the vector, its full stop included.
    public var logLine: String { "EAL ARGS: \(arguments.joined(separator: " "))." }

    /// The lowest core that the calling thread may run on.
    public static func lowestAllowedCore() -> Int {
        var mask = [UInt8](repeating: 0, count: 1024)
        guard cl_thread_affinity(&mask, mask.count) == 0,
            let byte = mask.firstIndex(where: { $0 != 0 })
        else { return 0 }
        return byte * 8 + mask[byte].trailingZeroBitCount
    }

    private static let plainOptions = [
        ("dpdk-lcore-mask", "-c"), ("dpdk-hugepage-dir", "--huge-dir"), ("dpdk-socket-limit", "--socket-limit"),
    ]
    private static let memoryOptions = [("dpdk-alloc-mem", "-m"), ("dpdk-socket-mem", "--socket-mem")]
}

extension EALConfiguration {
    /// The vector in the making.
    private struct Builder {
        var words: [String]
        var notices: [Notice] = []

        /// Whether one of the options is there, as a word or as `--option=value`.
        func names(anyOf options: [String]) -> Bool {
            words.contains { word in options.contains { word == $0 || word.hasPrefix("\($0)=") } }
        }

        /// Adds an option of the database unless `dpdk-extra` has it.
        mutating func add(_ option: String, _ value: String) {
            if names(anyOf: [option]) {
                notices.append(
                    Notice(
                        level: .warning, text: "Ignoring database defined option '\(option)' due to dpdk-extra config"))
            } else {
                words += [option, value]
            }
        }

        /// The EAL would probe every PCI device at its start, those of the kernel too: an allow list without a device
        /// leaves each to the port that names it.
        mutating func leavePCIAlone() {
            if names(anyOf: ["-a", "-b", "-w", "--allow", "--block", "--no-pci"]) { return }
            words += ["-a", "0000:00:00.0"]
        }

        /// Without shared files, so that nothing is left behind and nobody else's is in the way. DPDK 22.11 refuses
        /// `--in-memory` together with `--no-huge` (it stands for `--legacy-mem`): `--no-shconf` does it there.
        mutating func addMemoryMode() {
            if names(anyOf: ["--in-memory", "--legacy-mem"]) { return }
            if !names(anyOf: ["--no-huge"]) {
                words.append("--in-memory")
            } else if !names(anyOf: ["--no-shconf", "--file-prefix"]) {
                words.append("--no-shconf")
            }
        }
    }
}
