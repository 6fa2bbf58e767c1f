import Glibc

/// Where run files, logs and databases are: Debian's places, or what the environment says.
public struct RunDirectories: Sendable, Equatable {
    /// The daemon's name in run files and log lines: tools look for Open vSwitch's daemon.
    public static let daemon = "ovs-vswitchd"

    /// For pidfile, control socket, bridges' sockets (`OVS_RUNDIR`).
    public var run: String
    /// For the log file (`OVS_LOGDIR`).
    public var log: String
    /// For databases (`OVS_DBDIR`, else `OVS_SYSCONFDIR`/openvswitch).
    public var database: String

    /// The directories that `environment` names.
    public init(environment: [String: String]) {
        run = environment["OVS_RUNDIR"] ?? "/var/run/openvswitch"
        log = environment["OVS_LOGDIR"] ?? "/var/log/openvswitch"
        database = environment["OVS_DBDIR"] ?? (environment["OVS_SYSCONFDIR"] ?? "/etc") + "/openvswitch"
    }

    /// The directories that this process's environment names.
    public static var ofThisProcess: RunDirectories { RunDirectories(environment: Surroundings.current.environment) }

    /// Where the daemon's pidfile is unless it is told otherwise.
    public var pidfile: String { "\(run)/\(Self.daemon).pid" }

    /// Where a process listens for ovs-appctl unless it is told otherwise.
    public func controlSocket(of process: pid_t, program: String = daemon) -> String {
        "\(run)/\(program).\(process).ctl"
    }

    /// `name` as an absolute path: itself, or a file in `directory`.
    package static func absolute(_ name: String, in directory: String) -> String {
        name.hasPrefix("/") ? name : "\(directory)/\(name)"
    }
}
