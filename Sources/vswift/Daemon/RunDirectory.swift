import Glibc

/// Where the daemon and the database have their sockets and pidfiles.
enum RunDirectory {
    /// `OVS_RUNDIR`, else where Debian's packages have it.
    static var path: String { getenv("OVS_RUNDIR").map { String(cString: $0) } ?? "/var/run/openvswitch" }
}
