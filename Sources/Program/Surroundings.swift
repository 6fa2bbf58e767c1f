import Glibc

/// What a program reads of its surroundings at its start.
public struct Surroundings: Sendable {
    /// Those of OVS's variables that there are: where files are, and how messages reach the system log.
    public let environment: [String: String]
    /// An absolute path.
    public let workingDirectory: String

    /// This process's, as they are now.
    public static var current: Surroundings {
        let names = ["OVS_RUNDIR", "OVS_LOGDIR", "OVS_DBDIR", "OVS_SYSCONFDIR", "OVS_SYSLOG_METHOD"]
        let environment = names.compactMap { name in getenv(name).map { (name, String(cString: $0)) } }
        let directory = getcwd(nil, 0)
        defer { free(directory) }
        return Surroundings(
            environment: Dictionary(uniqueKeysWithValues: environment),
            workingDirectory: directory.map { String(cString: $0) } ?? "/")
    }
}
