/// Where log lines go (OVS: `enum vlog_destination`).
public enum LogDestination: Int, Sendable, CaseIterable {
    /// Standard error.
    case console
    /// The system log, and the target of `--syslog-target`.
    case syslog
    /// The log file, if there is one.
    case file

    /// The name in specifications, as `vlog/set` takes it.
    public var name: String {
        switch self {
        case .console: "console"
        case .syslog: "syslog"
        case .file: "file"
        }
    }

    /// The destination named `word`, in any case.
    public init?(word: some StringProtocol) {
        let lower = word.lowercased()
        guard let destination = Self.allCases.first(where: { $0.name == lower }) else { return nil }
        self = destination
    }

    /// The pattern before anybody sets another.
    var defaultPattern: String {
        switch self {
        case .console: "%D{%Y-%m-%dT%H:%M:%SZ}|%05N|%c%T|%p|%m"
        case .syslog: "ovs|%05N|%c%T|%p|%m"
        case .file: "%D{%Y-%m-%dT%H:%M:%S.###Z}|%05N|%c%T|%p|%m"
        }
    }
}
