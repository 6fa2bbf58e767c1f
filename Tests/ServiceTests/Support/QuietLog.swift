@testable import Program
@testable import Service

extension VLog {
    /// A log that writes to the file `path` alone.
    static func toFile(_ path: String) throws -> VLog {
        let log = VLog(application: "ovs-vswitchd")
        log.closeConsole()
        log.setSyslog(method: .null, target: nil)
        try log.openFile(path)
        return log
    }
}
