import CDPDK
import CLinux
import Glibc

/// The child's half of a trial: the EAL is brought up in a process that may die of it.
///
/// `rte_eal_init` works once in a process, leaves half of itself behind when it fails, and in places ends the process
/// (`rte_exit`, `rte_panic`). So the daemon first runs itself as `vswiftd --eal-trial ovs-vswitchd WORD…`; the messages
/// come back through descriptor 3, a line each: `M LEVEL TEXT`, at last `R RESULT`.
public enum EALTrial {
    /// The hidden first argument.
    public static let argument = "--eal-trial"
    /// The descriptor of the report.
    static let reportDescriptor: Int32 = 3

    /// Runs the trial that the process was started for.
    ///
    /// - Parameter arguments: the whole command line: program, ``argument``, then the EAL's vector.
    /// - Returns: the exit status: 0 when the EAL came up, 1 when it did not, 2 when the call makes no sense.
    public static func run(_ arguments: [String]) -> Int32 {
        guard arguments.count >= 3, arguments[1] == argument, fcntl(reportDescriptor, F_GETFD) >= 0 else { return 2 }
        _ = cl_set_parent_death_signal(SIGKILL)
        let error = cdpdk_log_open(
            { _, level, text, length in
                guard let text else { return }
                let bytes = UnsafeRawBufferPointer(start: text, count: length)
                for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
                    EALTrial.report("M \(level) \(line)")
                }
            }, nil)
        guard error == 0 else { return 2 }
        let result = withArgumentVector(Array(arguments.dropFirst(2))) { cdpdk_eal_init($0, $1) }
        report("R \(result)")
        guard result >= 0 else { return 1 }
        _ = cdpdk_eal_cleanup()
        return 0
    }

    private static func report(_ line: String) {
        var text = line + "\n"
        text.withUTF8 { bytes in
            _ = write(reportDescriptor, bytes.baseAddress, bytes.count)
        }
    }

    /// Calls `body` with C's form of the words; EAL may swap the pointers, and keeps none of them.
    static func withArgumentVector<Result>(
        _ words: [String], _ body: (Int32, UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> Result
    ) -> Result {
        let copies = words.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        var vector = copies + [nil]
        return vector.withUnsafeMutableBufferPointer { body(Int32(clamping: words.count), $0.baseAddress) }
    }
}
