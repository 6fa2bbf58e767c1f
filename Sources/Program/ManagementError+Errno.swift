import Glibc

extension ManagementError {
    /// The text of an error number (strerror(3), which glibc keeps per thread).
    package static func text(_ number: Int32) -> String {
        strerror(number).map { String(cString: $0) } ?? "error \(number)"
    }
}
