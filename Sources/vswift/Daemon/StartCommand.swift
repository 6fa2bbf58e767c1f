import ArgumentParser
import Glibc
import OVSDB
import Program

/// Runs the daemon in the background.
struct StartCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "start", abstract: "Runs the switch, with its database, in the background.",
        discussion: "What follows \"--\" goes to the daemon, as in: vswift start -- -vfile:dbg")

    @Option(help: "The daemon's program; unless given, vswiftd beside this one or in ../lib/vswift.")
    var daemon: String?
    @Option(help: ArgumentHelp("How long the switch may take until it is ready.", valueName: "seconds"))
    var timeout: UInt16 = 60
    @Argument(parsing: .postTerminator, help: "Options of the daemon.") var options: [String] = []

    func run() async throws {
        QuietLog.begin()
        let directories = RunDirectories.ofThisProcess
        if let running = RunningDaemon(directories) {
            throw CommandFailure("vSwift runs already, as process \(running.process)")
        }
        try await Self.waitForKilled(Pidfile(path: directories.pidfile))
        let program = try daemon ?? Self.findDaemon()
        for folder in [directories.run, directories.log, directories.database] { try Self.makeFolder(folder) }
        let log = "\(directories.log)/ovs-vswitchd.log"
        // The name under which other programs know the switch.
        let words = [RunDirectories.daemon, "--pidfile", "--detach", "--no-chdir", "--log-file=\(log)", "-vconsole:off"]
        let daemonLog = DaemonLog(path: log)
        let begun = try BegunDaemon(program, words + options, directories, daemonLog)
        let status = try await begun.waitUntilReady(.seconds(timeout))
        guard status == 0, let running = RunningDaemon(directories) else {
            // What it says on standard error has been seen.
            let words = daemonLog.lastTrouble.map { ": \($0); its log is \(log)" } ?? ""
            throw CommandFailure("the switch did not start (status \(status))\(words)")
        }
        let hasBridges = (try? await running.ask("ofproto/list"))?.isEmpty == false
        print(
            """
            vSwift runs, as process \(running.process).
              database  \(database(of: running, directories))
              log       \(log)

            What next:
              vswift \(hasBridges ? "doctor" : "vsctl add-br br0")
              vswift vsctl show
            """)
    }

    /// Waits until a daemon that was killed has let go of its pidfile and its database: before, no other can have them.
    private static func waitForKilled(_ pidfile: Pidfile) async throws {
        guard let process = pidfile.endingOwner else { return }
        let notice = WaitNotice("process \(process), which was killed, to end")
        defer { notice.end() }
        let end = ContinuousClock.now + .seconds(60)
        while pidfile.endingOwner != nil {
            guard ContinuousClock.now < end else {
                throw CommandFailure("process \(process), which was killed, has not ended within a minute")
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// Which database the daemon follows: its own, unless it was told of another or somebody served one already.
    private func database(of daemon: RunningDaemon, _ directories: RunDirectories) -> String {
        // The daemon takes one word that is no option; values of options do not look like that.
        if let remote = options.last(where: { (try? Remote($0)) != nil }) { return remote }
        let socket = "\(directories.run)/db.sock"
        guard let owner = SocketOwner.process(at: socket), owner != daemon.process else {
            return "\(directories.database)/conf.db, at unix:\(socket)"
        }
        return "unix:\(socket), of the server that was there already (process \(owner))"
    }

    private static func findDaemon() throws -> String {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        let path = String(decoding: buffer.prefix(max(count, 0)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let folder = path.split(separator: "/").dropLast().map { "/\($0)" }.joined()
        let places = ["\(folder)/vswiftd", "\(folder)/../lib/vswift/vswiftd"]
        guard let found = places.first(where: { access($0, X_OK) == 0 }) else {
            throw CommandFailure("no daemon at \(places.joined(separator: " or ")); --daemon says where it is")
        }
        return found
    }

    /// Makes a folder and those above it.
    private static func makeFolder(_ path: String) throws {
        var made = path.hasPrefix("/") ? "/" : ""
        for name in path.split(separator: "/") {
            made += "\(name)/"
            guard mkdir(made, 0o755) == 0 || errno == EEXIST else {
                throw CommandFailure("\(made): \(String(cString: strerror(errno)))")
            }
        }
    }
}
