import Glibc
import Machine

/// What the Open_vSwitch row says about the software and the system under it.
public struct SystemIdentity: Sendable, Equatable {
    /// `ovs_version`: the version of OVS whose behaviour is kept.
    public var version: String
    /// `system_type` and `system_version`: the distribution and its version.
    public var systemType: String?
    public var systemVersion: String?
    /// The name in the log's first line and in run files.
    public var programName = "ovs-vswitchd"

    /// An identity with the system's part from `osRelease`, the text of os-release(5).
    public init(version: String = "3.1.0", osRelease: String = TextFile.read("/etc/os-release") ?? "") {
        self.version = version
        for line in osRelease.split(separator: "\n") {
            guard let equals = line.firstIndex(of: "=") else { continue }
            let value = line[line.index(after: equals)...].filter { $0 != "\"" && $0 != "'" }
            switch line[..<equals] {
            case "ID": systemType = value
            case "VERSION_ID": systemVersion = value
            default: break
            }
        }
    }
}
