import Glibc
import NIOCore

extension IOError {
    /// errno's text alone, as OVS logs it ("No such file or directory").
    public var errorText: String { String(cString: strerror(errnoCode)) }
}
