import Testing

@testable import Management
@testable import Program
import Service

@Suite struct DaemonOptionsTests {
    private func parse(_ words: String..., environment: [String: String] = [:]) throws -> DaemonOptions.Request {
        try DaemonOptions.parse(["vswiftd"] + words, environment: environment, workingDirectory: "/srv/start")
    }

    private func options(_ request: DaemonOptions.Request) throws -> DaemonOptions {
        guard case .run(let options) = request else { throw ManagementError(.invalid, "no run: \(request)") }
        return options
    }

    @Test func defaults() throws {
        let plain = try options(try parse())
        #expect(plain.database == "unix:/var/run/openvswitch/db.sock")
        #expect(
            plain.service.pidfile == nil && plain.service.logFile == nil && !plain.service.isDetached
                && !plain.service.isMonitored)
        #expect(plain.service.changesDirectory)
        #expect(plain.service.controlSocket?.hasPrefix("/var/run/openvswitch/ovs-vswitchd.") == true)
        let environment = ["OVS_RUNDIR": "/r", "OVS_LOGDIR": "/l", "OVS_SYSCONFDIR": "/s", "OVS_SYSLOG_METHOD": "null"]
        let placed = try options(
            try DaemonOptions.parse(
                ["vswiftd", "--pidfile", "--log-file"], environment: environment, workingDirectory: "/"))
        #expect(placed.database == "unix:/r/db.sock")
        #expect(placed.service.pidfile == "/r/ovs-vswitchd.pid")
        #expect(placed.service.logFile == "/l/ovs-vswitchd.log")
        #expect(placed.service.directories.database == "/s/openvswitch")
        #expect(placed.service.syslogMethod == .null)
    }

    @Test("What ovs-ctl and the test suites of Open vSwitch pass")
    func scripts() throws {
        let started = try options(
            try parse(
                "unix:/d.sock", "-vconsole:emer", "-vsyslog:err", "-vfile:info", "--mlockall", "--no-chdir",
                "--log-file=/l/x.log", "--pidfile=/r/x.pid", "--detach", "--monitor"))
        #expect(started.database == "unix:/d.sock")
        #expect(started.service.logSpecifications.count == 3)
        #expect(
            started.service.locksMemory && !started.service.changesDirectory && started.service.isDetached
                && started.service.isMonitored)
        #expect(started.service.logFile == "/l/x.log" && started.service.pidfile == "/r/x.pid")
        let tested = try options(
            try parse(
                "--disable-system", "--detach", "--no-chdir", "--pidfile", "--log-file", "-vvconn", "-vofproto_dpif",
                "-vunixctl"))
        #expect(tested.disablesSystem)
        #expect(tested.service.logSpecifications.last == .levels(module: "unixctl", destination: nil, level: .debug))
    }

    @Test func filesForTLS() throws {
        let given = try options(try parse("-p", "key.pem", "-c", "/c.pem", "--ca-cert=ca.pem"))
        #expect(given.credentials.privateKey == "/srv/start/key.pem" && given.credentials.certificate == "/c.pem")
        #expect(given.credentials.authorities == "/srv/start/ca.pem" && !given.credentials.bootstraps)
        let first = try options(try parse("--bootstrap-ca-cert=/new.pem"))
        #expect(first.credentials.authorities == "/new.pem" && first.credentials.bootstraps)
        #expect(try options(try parse("-C", "none")).credentials.authorities == "none")
        let shown = try options(try parse("--peer-ca-cert=ca.pem", "--ssl-protocols=TLSv1.2", "--ssl-ciphers=HIGH:!aNULL"))
        #expect(shown.credentials.presented == "/srv/start/ca.pem" && shown.credentials.protocols == "TLSv1.2")
        #expect(shown.credentials.ciphers == "HIGH:!aNULL")
    }

    @Test func forms() throws {
        #expect(try options(try parse("-v", "bridge")).database == "bridge")
        // A database of our own is for those who named none.
        #expect(try !options(try parse("bridge")).hostsDatabase && options(try parse("-v")).hostsDatabase)
        #expect(
            try options(try parse("--verb", "--over", "--unixctl", "s")).service.controlSocket
                == "/var/run/openvswitch/s")
        #expect(try options(try parse("--unixctl=none")).service.controlSocket == nil)
        #expect(try options(try parse("--pidfile=x", "--log-file=y")).service.pidfile == "/var/run/openvswitch/x")
        #expect(try options(try parse("--log-file=y")).service.logFile == "/srv/start/y")
        #expect(try options(try parse("--", "--odd")).database == "--odd")
        #expect(try parse("-V", "--zz") == .version)
        #expect(try parse("--vers") == .version)
        guard case .help(let text) = try parse("-h") else { throw ManagementError(.invalid, "no help") }
        #expect(text.contains("(default: \"unix:/var/run/openvswitch/db.sock\")"))
    }

    @Test(arguments: [
        (["--zz"], "vswiftd: unrecognized option '--zz'"),
        (["--zz=1"], "vswiftd: unrecognized option '--zz=1'"),
        (["-x"], "vswiftd: invalid option -- 'x'"),
        (["--detach=3"], "vswiftd: option '--detach' doesn't allow an argument"),
        (["--unixctl"], "vswiftd: option '--unixctl' requires an argument"),
        (["--ver"], "vswiftd: option '--ver' is ambiguous; possibilities: '--version' '--verbose'"),
        (["a", "b"], "ovs-vswitchd: at most one non-option argument accepted; use --help for usage"),
        (["-vfoo"], "ovs-vswitchd: processing \"foo\": no destination, level, or module \"foo\""),
        (["--syslog-method=zz"], "ovs-vswitchd: unsupported syslog method 'zz'"),
        (["--dpdk"], "ovs-vswitchd: Using --dpdk to configure DPDK is not supported."),
        (["--user=ovs"], "ovs-vswitchd: --user: not supported by vSwift"),
        (["--ssl-protocols=SSLv3"], "ovs-vswitchd: --ssl-protocols: SSLv3: SSL protocol not recognized"),
        (["--ssl-ciphers=NONE"], "ovs-vswitchd: --ssl-ciphers: NONE: no cipher that vSwift has"),
    ])
    func usageErrors(_ words: [String], _ expected: String) {
        let error = #expect(throws: ManagementError.self) {
            try DaemonOptions.parse(["vswiftd"] + words, environment: [:], workingDirectory: "/")
        }
        #expect(error?.description == expected)
    }
}
