import Testing

@testable import OpenFlow

@Suite struct ControllerTargetTests {
    @Test(arguments: [
        ("tcp:10.0.0.1", .tcp(host: "10.0.0.1", port: 6653)),
        ("tcp:10.0.0.1:6633", .tcp(host: "10.0.0.1", port: 6633)),
        ("ssl:[fe80::1]:1", .tls(host: "fe80::1", port: 1)),
        ("tcp:[::1]", .tcp(host: "::1", port: 6653)),
        ("unix:a/b.sock", .unix(path: "a/b.sock")),
    ] as [(String, ControllerTarget.Address)])
    func activeTargets(text: String, address: ControllerTarget.Address) {
        let target = ControllerTarget(text)
        #expect(target?.address == address && target?.isPassive == false && target?.description == text)
    }

    @Test(arguments: [
        ("ptcp:", .tcp(host: "0.0.0.0", port: 6653)),
        ("ptcp:0:127.0.0.1", .tcp(host: "127.0.0.1", port: 0)),
        ("pssl:6655:[::1]", .tls(host: "::1", port: 6655)),
        ("punix:x", .unix(path: "x")),
    ] as [(String, ControllerTarget.Address)])
    func passiveTargets(text: String, address: ControllerTarget.Address) {
        let target = ControllerTarget(text)
        #expect(target?.address == address && target?.isPassive == true)
    }

    @Test(arguments: [
        "", "none", "tcp", "tcp:", "tcp::6653", "tcp:a:0", "tcp:a:65536", "tcp:a:x", "tcp:a:-1", "tcp:[::1",
        "tcp:[::1]1",
        "udp:a:1", "ptcp:x", "ptcp:1:[::1]:2", "unix:", "punix:",
    ])
    func others(text: String) { #expect(ControllerTarget(text) == nil) }

    @Test func kindsFollowTheTarget() {
        #expect(ControllerConfiguration(target: "tcp:a").kind == .primary)
        #expect(ControllerConfiguration(target: "ptcp:").kind == .service)
        #expect(ControllerConfiguration(target: "ptcp:", kind: .primary).kind == .primary)
        #expect(ControllerConfiguration(target: "nonsense").kind == .service)
    }
}
