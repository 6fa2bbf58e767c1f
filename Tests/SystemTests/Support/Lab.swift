import Foundation

/// A switch under test with all that it needs: a network namespace that plays the machine it runs on, a run folder, a
/// real ovsdb-server, the daemon. Hosts are further namespaces. Everything is gone after `close()`.
///
/// Device names are those of the namespace, so `br0` in one lab is not `br0` in another or on this machine.
final class Lab {
    /// The folder of sockets, pidfiles, logs and the database.
    let folder: String
    /// The namespace that the daemon lives in.
    let namespace: String
    private(set) var hosts: [Host] = []
    private let binary: String
    private let daemonOptions: [String]

    /// Words for `dpdk-extra`: ordinary memory, no file outside the process, no NIC touched.
    static let privateMemory = "--no-huge --legacy-mem -m 1024 --no-shconf --no-telemetry --no-pci"
    /// `other_config` of a switch with DPDK ports on core 0.
    static let dpdk = ["dpdk-init": "true", "dpdk-extra": privateMemory, "pmd-cpu-mask": "0x1"]

    /// The daemon to test: `VSWIFTD`, else the build's. A missing one fails the test.
    static func daemonPath() throws -> String {
        let named = ProcessInfo.processInfo.environment["VSWIFTD"].map { [$0] }
        let candidates = named ?? [".build/release/vswiftd", ".build/debug/vswiftd"]
        let folder = FileManager.default.currentDirectoryPath
        for path in candidates.map({ $0.hasPrefix("/") ? $0 : "\(folder)/\($0)" })
        where FileManager.default.isExecutableFile(atPath: path) {
            return path
        }
        throw LabError(text: "no daemon at \(candidates.joined(separator: " or ")): build it or set VSWIFTD")
    }

    /// Runs `body` with a lab whose database and daemon are up, and takes it down whatever happens.
    static func run(
        configuration: [String: String] = [:], daemonOptions: [String] = [], _ body: (Lab) throws -> Void
    ) throws {
        let lab = try Lab(daemonOptions: daemonOptions)
        defer { lab.close() }
        do {
            try lab.startDatabase()
            if !configuration.isEmpty {
                let settings = configuration.sorted { $0.key < $1.key }.map { "other_config:\($0)=\($1)" }
                try lab.inside(["ovs-vsctl", "--no-wait", "set", "Open_vSwitch", "."] + settings)
            }
            try lab.startDaemon()
            try body(lab)
        } catch {
            throw LabError(text: "\(error)\n--- end of the daemon's log\n\(lab.log.suffix(4000))")
        }
    }

    private init(daemonOptions: [String]) throws {
        binary = try Lab.daemonPath()
        self.daemonOptions = daemonOptions
        Lab.sweep()
        namespace = Lab.freshName("sw")
        folder = "/tmp/vswift-lab-\(namespace)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Command.check(["ip", "netns", "add", namespace])
        try Command.check(["ip", "-n", namespace, "link", "set", "lo", "up"])
        // The kernel's own neighbour discovery would be counted among the test's packets.
        try inside("sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1")
    }

    // MARK: Names

    /// `vst-PID-RANDOM-SUFFIX`: unique on the machine, and its owner can be told.
    static func freshName(_ suffix: String) -> String {
        "vst-\(ProcessInfo.processInfo.processIdentifier)-\(UInt16.random(in: 0...UInt16.max))-\(suffix)"
    }

    /// Removes namespaces and folders of test runs that were killed.
    private static func sweep() {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/run/netns")) ?? []
        for name in names where name.hasPrefix("vst-") {
            let owner = name.split(separator: "-").dropFirst().first.map(String.init) ?? ""
            guard !FileManager.default.fileExists(atPath: "/proc/\(owner)") else { continue }
            endProcesses(in: name)
            _ = try? Command.run(["ip", "netns", "del", name])
            try? FileManager.default.removeItem(atPath: "/tmp/vswift-lab-\(name)")
        }
    }

    private static func endProcesses(in namespace: String) {
        let pids = (try? Command.run(["ip", "netns", "pids", namespace]).text) ?? ""
        for pid in pids.split(whereSeparator: \.isWhitespace).compactMap({ Int32($0) }) {
            kill(pid, SIGKILL)
        }
    }

    // MARK: Programs

    private var environment: [String: String] {
        [
            "OVS_RUNDIR": folder, "OVS_DBDIR": folder, "OVS_LOGDIR": folder, "OVS_SYSCONFDIR": folder,
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
        ]
    }

    /// Runs a program in the switch's namespace and demands success.
    @discardableResult
    func inside(_ words: [String], timeoutSeconds: Int = 60) throws -> String {
        try Command.check(
            ["ip", "netns", "exec", namespace] + words, environment: environment, timeoutSeconds: timeoutSeconds)
    }

    /// As `inside`, the words separated by spaces.
    @discardableResult
    func inside(_ line: String, timeoutSeconds: Int = 60) throws -> String {
        try inside(line.split(separator: " ").map(String.init), timeoutSeconds: timeoutSeconds)
    }

    /// `ovs-vsctl`, waiting until the daemon has carried the change out.
    @discardableResult
    func vsctl(_ line: String) throws -> String {
        try inside("ovs-vsctl -t 30 \(line)").trimmingCharacters(in: .whitespacesAndNewlines)
    }

    @discardableResult
    func appctl(_ line: String) throws -> String {
        try inside("ovs-appctl -T 20 \(line)")
    }

    @discardableResult
    func ofctl(_ line: String) throws -> String {
        try inside("ovs-ofctl -t 20 \(line)")
    }

    /// The exit status and words of a client that may fail.
    func attempt(_ line: String) throws -> CommandOutput {
        try Command.run(
            ["ip", "netns", "exec", namespace] + line.split(separator: " ").map(String.init), environment: environment)
    }

    /// Polls `condition` every 50 ms until it holds; false when it did not within `seconds`.
    func eventually(seconds: Double, _ condition: () throws -> Bool) -> Bool {
        let deadline = Date().addingTimeInterval(seconds)
        repeat {
            if (try? condition()) == true { return true }
            Thread.sleep(forTimeInterval: 0.05)
        } while Date() < deadline
        return false
    }

    // MARK: Database and daemon

    func startDatabase() throws {
        if !FileManager.default.fileExists(atPath: "\(folder)/conf.db") {
            try inside("ovsdb-tool create \(folder)/conf.db /usr/share/openvswitch/vswitch.ovsschema")
        }
        try inside(
            "ovsdb-server \(folder)/conf.db --remote=punix:\(folder)/db.sock --pidfile --detach --no-chdir "
                + "--log-file=\(folder)/ovsdb-server.log -vconsole:off")
        try inside("ovs-vsctl --no-wait init")
    }

    /// Ends the database at once, as a crash would.
    func killDatabase() throws {
        guard let pid = pid(of: "ovsdb-server") else { throw LabError(text: "no database runs") }
        kill(pid, SIGKILL)
        _ = eventually(seconds: 5) { !FileManager.default.fileExists(atPath: "/proc/\(pid)") }
        try? FileManager.default.removeItem(atPath: "\(folder)/db.sock")
    }

    /// `hostsDatabase`: it serves the database itself, where nobody else does.
    func startDaemon(hostsDatabase: Bool = false) throws {
        let options = ["--pidfile", "--detach", "--no-chdir", "--log-file=\(folder)/ovs-vswitchd.log", "-vconsole:off"]
        // Run files bear the program's name, so any binary is called ovs-vswitchd.
        try inside(
            ["bash", "-c", "exec -a ovs-vswitchd \"$0\" \"$@\"", binary]
                + (hostsDatabase ? [] : ["unix:\(folder)/db.sock"]) + options + daemonOptions)
    }

    /// `exit`, waiting for the end; `cleanup` also releases what the switch made in the kernel.
    func stopDaemon(cleanup: Bool = false) throws {
        let running = pid(of: "ovs-vswitchd")
        try appctl("exit" + (cleanup ? " --cleanup" : ""))
        guard let running else { return }
        guard eventually(seconds: 20, { !FileManager.default.fileExists(atPath: "/proc/\(running)") }) else {
            throw LabError(text: "the daemon (pid \(running)) did not end within 20 s of exit")
        }
    }

    /// The process that `NAME.pid` names.
    func pid(of name: String) -> pid_t? {
        (try? String(contentsOfFile: "\(folder)/\(name).pid", encoding: .utf8))
            .flatMap { pid_t($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    }

    var log: String {
        (try? String(contentsOfFile: "\(folder)/ovs-vswitchd.log", encoding: .utf8)) ?? ""
    }

    // MARK: Hosts

    /// A host on an internal port of `bridge`. `settings` are further words for the Port row (`tag=10`).
    func addHost(_ name: String, internalOn bridge: String, address: String, settings: String = "") throws -> Host {
        try vsctl("add-port \(bridge) \(name) \(settings) -- set Interface \(name) type=internal")
        let host = try makeHost(name, interface: name)
        try inside("ip link set \(name) netns \(host.namespace)")
        try host.bringUp(address: address)
        return host
    }

    /// A host behind a veth pair whose other end is a system port of `bridge`.
    func addHost(_ name: String, vethOn bridge: String, address: String?, settings: String = "") throws -> Host {
        let host = try makeHost(name, interface: "eth0")
        try inside("ip link add \(name) type veth peer name eth0 netns \(host.namespace)")
        try inside("ip link set \(name) up")
        // The switch reads a packet socket: the sender's kernel must finish checksums and segments itself.
        try host.run("ethtool -K eth0 tx off")
        try vsctl("add-port \(bridge) \(name) \(settings)")
        try host.bringUp(address: address)
        return host
    }

    private func makeHost(_ name: String, interface: String) throws -> Host {
        let host = Host(name: name, namespace: Lab.freshName(name), interface: interface, folder: folder)
        try Command.check(["ip", "netns", "add", host.namespace])
        hosts.append(host)
        try host.run("ip link set lo up")
        return host
    }

    // MARK: End

    /// Takes everything down; never throws, so that a failed test leaves nothing.
    func close() {
        if pid(of: "ovs-vswitchd") != nil { _ = try? attempt("ovs-appctl -T 5 exit --cleanup") }
        for host in hosts {
            Lab.endProcesses(in: host.namespace)
            _ = try? Command.run(["ip", "netns", "del", host.namespace])
        }
        Lab.endProcesses(in: namespace)
        _ = try? Command.run(["ip", "netns", "del", namespace])
        try? FileManager.default.removeItem(atPath: folder)
    }
}

/// Why a lab could not go on.
struct LabError: Error, CustomStringConvertible {
    let text: String
    var description: String { text }
}
