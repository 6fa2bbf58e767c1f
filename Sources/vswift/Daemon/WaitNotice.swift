import Dispatch
import Glibc
import Program

/// Says on standard error what a command waits for, once it has waited for two seconds.
struct WaitNotice {
    private let item: DispatchWorkItem

    init(_ what: String) {
        item = DispatchWorkItem {
            Array("waiting for \(what)\n".utf8).withUnsafeBytes { LogFile.write($0, to: STDERR_FILENO) }
        }
        DispatchQueue.global().asyncAfter(deadline: .now() + 2, execute: item)
    }

    /// What was waited for has come, or will not.
    func end() { item.cancel() }
}
