import Glibc
import Testing

@testable import Program
@testable import Service

@Suite struct SyslogTests {
    @Test(arguments: [
        ("libc", SyslogMethod.libc), ("", .libc), ("null", .null), ("unix:/run/log", .unix(path: "/run/log")),
    ])
    func methods(_ text: String, _ expected: SyslogMethod) throws {
        #expect(try SyslogMethod(text) == expected)
    }

    @Test func unknownMethod() {
        let error = #expect(throws: ManagementError.self) { try SyslogMethod("zz") }
        #expect(error?.description == "unsupported syslog method 'zz'")
    }

    @Test func targets() {
        #expect(UDPTarget("192.0.2.1:514")?.port == 514)
        #expect(UDPTarget("[2001:db8::1]:514")?.host == "2001:db8::1")
        for bad in ["x", "host:514", "192.0.2.1", "192.0.2.1:0", "192.0.2.1:99999", ":514", ""] {
            #expect(UDPTarget(bad) == nil, "\(bad)")
        }
    }

    @Test func datagrams() throws {
        let (receiver, port) = try receiver()
        defer { close(receiver) }
        let log = VLog(application: "ovs-vswitchd")
        log.closeConsole()
        let target: UDPTarget = try #require(UDPTarget("127.0.0.1:\(port)"))
        log.setSyslog(method: .null, target: target)
        log.write(.warning, "bridge", "first\nsecond")
        let first = try receive(receiver)
        #expect(first.hasPrefix("<132> "))
        #expect(first.hasSuffix(" ovs-vswitchd:ovs|00001|bridge|WARN|first"))
        #expect(try receive(receiver).hasSuffix(" ovs-vswitchd:ovs|00001|bridge|WARN|second"))
        try log.set("FACILITY:daemon")
        try log.set("PATTERN:syslog:%m")
        log.write(.error, "bridge", "third")
        let third = try receive(receiver)
        #expect(third.hasPrefix("<27> "))
        #expect(third.hasSuffix("ovs-vswitchd:third"))
    }

    @Test func missingSocketIsNoTrouble() throws {
        let log = VLog(application: "ovs-vswitchd")
        log.closeConsole()
        log.setSyslog(method: .unix(path: "/nonexistent/log"), target: nil)
        log.write(.warning, "bridge", "gone")
        log.setSyslog(method: .unix(path: String(repeating: "x", count: 500)), target: nil)
        log.write(.warning, "bridge", "gone")
    }

    private func receiver() throws -> (Int32, UInt16) {
        let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) | getsockname(descriptor, $0, &length)
            }
        }
        try #require(status == 0)
        var wait = timeval(tv_sec: 5, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &wait, socklen_t(MemoryLayout<timeval>.size))
        return (descriptor, UInt16(bigEndian: address.sin_port))
    }

    private func receive(_ descriptor: Int32) throws -> String {
        var bytes = [UInt8](repeating: 0, count: 2000)
        let count = recv(descriptor, &bytes, bytes.count, 0)
        try #require(count > 0)
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }
}
