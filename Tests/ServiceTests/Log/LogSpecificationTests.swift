import Testing

@testable import Program
@testable import Service

@Suite struct LogSpecificationTests {
    private func parse(_ text: String) throws(ManagementError) -> LogSpecification {
        try LogSpecification(text) { ["bridge", "dpif", "dpif_netdev"].contains($0) }
    }

    @Test(arguments: [
        ("bridge:file:warn", LogSpecification.levels(module: "bridge", destination: .file, level: .warning)),
        ("FILE,Bridge wArN", .levels(module: "bridge", destination: .file, level: .warning)),
        ("bridge", .levels(module: "bridge", destination: nil, level: .debug)),
        ("dpif-netdev:err", .levels(module: "dpif_netdev", destination: nil, level: .error)),
        ("console:off", .levels(module: nil, destination: .console, level: .off)),
        ("any:any:emer", .levels(module: nil, destination: nil, level: .emergency)),
        ("ANY", .levels(module: nil, destination: nil, level: .debug)),
        ("", .levels(module: nil, destination: nil, level: .debug)),
        ("PATTERN:file:%c: %m", .pattern(destination: .file, text: "%c: %m")),
        ("PATTERN:any:x", .pattern(destination: nil, text: "x")),
        ("PATTERN:file", .pattern(destination: .file, text: "")),
    ])
    func accepted(_ text: String, _ expected: LogSpecification) throws {
        #expect(try parse(text) == expected)
    }

    @Test(arguments: [
        ("foo", "no destination, level, or module \"foo\""),
        ("bridge:bar", "no destination, level, or module \"bar\""),
        ("bridge:dbg:dbg", "cannot specify multiple levels"),
        ("bridge:dpif:dbg", "cannot specify multiple modules"),
        ("file:console:dbg", "cannot specify multiple destinations"),
        ("PATTERN", "missing destination"),
        ("PATTERN:foo:a", "unknown destination \"foo\""),
        ("FACILITY:zz", "invalid facility"),
        ("FACILITY", "invalid facility"),
    ])
    func refused(_ text: String, _ expected: String) throws {
        let error = #expect(throws: ManagementError.self) { try parse(text) }
        #expect(error?.description == expected)
    }

    @Test func facilities() throws {
        #expect(LogFacility(name: "Daemon")?.number == 3)
        #expect(LogFacility(name: "local7")?.number == 23)
        #expect(LogFacility(name: "ftp")?.number == 11)
        #expect(LogFacility(name: "authpriv") == nil)
    }
}
