import CLinux
import Glibc

/// The name of a thread in log lines.
enum LogThread {
    /// The calling thread's name when it is one of ours with a role ("pmd-c01/id:8", "urcu"); empty on the main
    /// thread, those of event loops and the runtime's nameless ones, which keep the program's name.
    static var name: String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 16) { buffer in
            guard let base = buffer.baseAddress, cl_thread_name(base, buffer.count) == 0 else {
                return ""
            }
            // "-qos" is how Dispatch names its workers. What OVS's main thread logs of DPDK comes from "dpdk" here;
            // scripts look for it without a name.
            let isNameless =
                strncmp(base, "NIO-", 4) == 0 || strcmp(base, programName) == 0 || strcmp(base, "dpdk") == 0
                || strstr(base, "-qos") != nil
            return isNameless ? "" : String(cString: base)
        }
    }

    /// What the kernel calls the process: the file's name, cut to 15 bytes. Read from /proc, since whichever thread
    /// asks first need not be the main one.
    private static let programName: [CChar] = {
        let file = open("/proc/self/comm", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return [0] }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 16)
        let count = read(file, &bytes, bytes.count)
        return bytes.prefix(max(0, count)).prefix { $0 > UInt8(ascii: " ") }.map { CChar(bitPattern: $0) } + [0]
    }()
}
