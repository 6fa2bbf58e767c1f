import Glibc
import Testing

@testable import Machine

struct TextFileTests {
    /// The kernel gives a page of them at a time, and tells no length.
    @Test func filesOfTheKernelAreReadToTheirEnd() throws {
        let path = "/tmp/vswift-text-file-\(getpid())"
        mkdir(path, 0o700)
        defer { rmdir(path) }
        var descriptors: [Int32] = []
        defer {
            for (number, descriptor) in descriptors.enumerated() {
                close(descriptor)
                unlink("\(path)/\(number)")
            }
        }
        for number in 0..<200 {
            let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: "\(path)/\(number)".utf8) }
            let isBound = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
                }
            }
            #expect(isBound)
            descriptors.append(descriptor)
        }
        let lines = FileTree().lines("/proc/net/unix")
        for number in 0..<200 { #expect(lines.contains { $0.hasSuffix(" \(path)/\(number)") }) }
    }

    @Test func whatCannotBeReadIsNothing() {
        #expect(TextFile.read("/nowhere") == nil)
        #expect(TextFile.read("/proc") == nil)
        #expect(TextFile.read("/dev/null") == "")
    }
}
