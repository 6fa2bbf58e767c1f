/// A syslog facility by the names that `vlog/set FACILITY:` takes (RFC 5424 section 6.2.1).
public struct LogFacility: Sendable, Equatable {
    /// The facility's number; a priority is `number * 8 + severity`.
    public let number: Int

    /// For the local system log, unless another is set.
    public static let daemon = LogFacility(number: 3)
    /// For `--syslog-target`, unless another is set.
    public static let local0 = LogFacility(number: 16)

    private static let names = [
        "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "clock", "ftp", "ntp", "audit",
        "alert", "clock2", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7",
    ]

    private init(number: Int) {
        self.number = number
    }

    /// The name that ``init(name:)`` takes.
    var name: String { Self.names[number > 10 ? number - 1 : number] }

    /// The facility named `name`, in any case; nil when there is none.
    public init?(name: some StringProtocol) {
        let lower = name.lowercased()
        guard let index = Self.names.firstIndex(of: lower) else { return nil }
        // Number 10 (authpriv) has no name here, but keeps its place.
        number = index < 10 ? index : index + 1
    }
}
