import Foundation
import Testing

extension SystemTests {
    /// The daemon's shell: background, monitor, run files, signals, exit status.
    @Suite
    struct DaemonTests {
        /// Runs `body` in a folder with a database.
        private func run(database: Bool = true, _ body: (DaemonFolder) throws -> Void) throws {
            let folder = try DaemonFolder()
            defer { folder.close() }
            do {
                if database { try folder.startDatabase() }
                try body(folder)
            } catch {
                throw LabError(text: "\(error)\n--- log\n\(folder.log.suffix(2000))")
            }
        }

        @Test("--detach returns when the switch is ready; its run files are found, and gone after exit")
        func detach() throws {
            try run { folder in
                try folder.start()
                let pid = try #require(folder.pid("ovs-vswitchd"))
                #expect(folder.files.contains("ovs-vswitchd.\(pid).ctl"))
                #expect(!folder.files.contains("ovs-vswitchd.pid.tmp"))
                #expect(try folder.client("ovs-appctl version").text.hasSuffix("(Open vSwitch) 3.1.0\n"))
                #expect(try folder.client("ovs-vsctl get Open_vSwitch . cur_cfg").text == "0\n")
                #expect(try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/fd/2") == "/dev/null")
                #expect(try folder.client("ovs-appctl exit").status == 0)
                #expect(folder.eventually(seconds: 5) { !folder.lives(pid) })
                #expect(!folder.files.contains { $0.hasSuffix(".ctl") && $0.hasPrefix("ovs-vswitchd") })
                #expect(!folder.files.contains("ovs-vswitchd.pid"))
            }
        }

        @Test("A second daemon refuses to start while the first one lives")
        func secondStart() throws {
            try run { folder in
                try folder.start()
                let pid = try #require(folder.pid("ovs-vswitchd"))
                let second = try folder.daemon("--detach", "--pidfile", "-vsyslog:off")
                #expect(second.status == 1)
                #expect(
                    second.text.contains("\(folder.path)/ovs-vswitchd.pid: already running as pid \(pid), aborting"))
                #expect(try folder.client("ovs-appctl version").status == 0)
                kill(pid, SIGKILL)
                #expect(folder.eventually(seconds: 5) { !folder.lives(pid) })
                try folder.start()
                #expect(folder.pid("ovs-vswitchd") != pid)
            }
        }

        @Test("With a database named that is not there --detach waits for it")
        func noDatabase() throws {
            try run(database: false) { folder in
                let early = try folder.daemon(
                    "unix:\(folder.path)/db.sock", "--detach", "--no-chdir", "--pidfile", "--log-file",
                    timeoutSeconds: 1)
                #expect(early.status == 124)
                // The parent is gone; the daemon goes on, and serves the database when it comes.
                try folder.startDatabase()
                #expect(try folder.client("ovs-vsctl -t 20 set Open_vSwitch . external_ids:a=b").status == 0)
            }
        }

        @Test("With no database named and none there the daemon hosts one, which a kill does not harm")
        func ownDatabase() throws {
            try run(database: false) { folder in
                for round in 0..<2 {
                    try folder.start("-vsyslog:off")
                    let pid = try #require(folder.pid("ovs-vswitchd"))
                    #expect(
                        try folder.client("ovs-vsctl -t 20 set Open_vSwitch . external_ids:r\(round)=1").status == 0)
                    let kept = try folder.client("ovs-vsctl get Open_vSwitch . external_ids").text
                    #expect(kept == (round == 0 ? "{r0=\"1\"}\n" : "{r0=\"1\", r1=\"1\"}\n"))
                    kill(pid, SIGKILL)
                    #expect(folder.eventually(seconds: 5) { !folder.lives(pid) })
                }
                #expect(folder.files.contains("conf.db"))
            }
        }

        @Test("What fails before readiness is said on standard error, with status 1")
        func failures() throws {
            try run { folder in
                let socket = try folder.daemon("--detach", "--unixctl=/nonexistent/x.ctl", "-vsyslog:off")
                #expect(socket.status == 1)
                #expect(
                    socket.text.contains(
                        "/nonexistent/x.ctl: could not initialize control socket (No such file or directory)"))
                let pidfile = try folder.daemon("--detach", "--pidfile=/nonexistent/x.pid", "-vsyslog:off")
                #expect(pidfile.status == 1)
                #expect(pidfile.text.contains("/nonexistent/x.pid.tmp: create failed (No such file or directory)"))
                let log = try folder.daemon("--detach", "--log-file=/nonexistent/x.log", "-vsyslog:off")
                #expect(log.status == 1)
                #expect(log.text.contains("failed to open /nonexistent/x.log for logging: No such file or directory"))
                let monitored = try folder.daemon(
                    "--detach", "--monitor", "--unixctl=/nonexistent/x.ctl", "-vsyslog:off")
                #expect(monitored.status == 1)
                #expect(try folder.daemon("--nonsense").status == 1)
                #expect(try folder.daemon("a", "b").status == 1)
                let version = try folder.daemon("--version")
                #expect(version.status == 0)
                #expect(version.text.split(separator: "\n").first?.hasSuffix("(Open vSwitch) 3.1.0") == true)
                #expect(try folder.daemon("--help").text.contains("unix:\(folder.path)/db.sock"))
            }
        }

        @Test("Killed under --monitor it is back at once; the monitor ends with it when asked to")
        func monitor() throws {
            try run { folder in
                try folder.start("--monitor")
                let first = try #require(folder.pid("ovs-vswitchd"))
                let monitor = try #require(folder.parent(of: first))
                // It says so just after the worker has become ready.
                #expect(
                    folder.eventually(seconds: 5) {
                        try String(contentsOfFile: "/proc/\(monitor)/cmdline", encoding: .utf8)
                            .contains("monitoring pid \(first) (healthy)")
                    })
                kill(first, SIGKILL)
                let died = Date()
                #expect(
                    folder.eventually(seconds: 5) {
                        guard let next = folder.pid("ovs-vswitchd"), next != first else { return false }
                        return try folder.client("ovs-appctl version").status == 0
                    })
                #expect(Date().timeIntervalSince(died) < 2)
                #expect(
                    folder.log.contains(
                        "daemon_unix(monitor)|ERR|1 crashes: pid \(first) died, killed (Killed), restarting"))
                #expect(!folder.files.contains("ovs-vswitchd.\(first).ctl"))
                let second = try #require(folder.pid("ovs-vswitchd"))
                #expect(folder.parent(of: second) == monitor)
                kill(monitor, SIGTERM)
                #expect(folder.eventually(seconds: 5) { !folder.lives(second) && !folder.lives(monitor) })
                #expect(!folder.files.contains("ovs-vswitchd.pid"))
            }
        }

        @Test("exit ends the monitor too")
        func monitoredExit() throws {
            try run { folder in
                try folder.start("--monitor")
                let worker = try #require(folder.pid("ovs-vswitchd"))
                let monitor = try #require(folder.parent(of: worker))
                #expect(try folder.client("ovs-appctl exit --cleanup").status == 0)
                #expect(folder.eventually(seconds: 5) { !folder.lives(worker) && !folder.lives(monitor) })
                #expect(folder.log.contains("pid \(worker) died, exit status 0, exiting"))
            }
        }

        @Test(arguments: [SIGTERM, SIGINT, SIGHUP])
        func signals(_ number: Int32) throws {
            try run { folder in
                try folder.start()
                let pid = try #require(folder.pid("ovs-vswitchd"))
                kill(pid, number)
                #expect(folder.eventually(seconds: 5) { !folder.lives(pid) })
                #expect(folder.log.contains("|fatal_signal|WARN|terminating with signal \(number) ("))
                #expect(!folder.files.contains { $0.hasPrefix("ovs-vswitchd.") && $0 != "ovs-vswitchd.log" })
            }
        }

        @Test("A signal takes the sockets of the daemon's own database along, those of rows and commands too")
        func signalsAndSockets() throws {
            try run(database: false) { folder in
                try folder.start()
                let pid = try #require(folder.pid("ovs-vswitchd"))
                let (row, added) = ("\(folder.path)/row.sock", "\(folder.path)/added.sock")
                #expect(try folder.client("ovs-vsctl set-manager punix:\(row)").status == 0)
                #expect(try folder.client("ovs-appctl ovsdb-server/add-remote punix:\(added)").status == 0)
                #expect(
                    folder.eventually(seconds: 5) {
                        ["db.sock", "row.sock", "added.sock"].allSatisfy(folder.files.contains)
                    })
                kill(pid, SIGTERM)
                #expect(folder.eventually(seconds: 5) { !folder.lives(pid) })
                #expect(!folder.files.contains { $0.hasSuffix(".sock") })
            }
        }

        @Test("A rotated log file is left at vlog/reopen")
        func rotation() throws {
            try run { folder in
                try folder.start()
                let name = "\(folder.path)/ovs-vswitchd.log"
                try FileManager.default.moveItem(atPath: name, toPath: name + ".1")
                #expect(try folder.client("ovs-appctl vlog/reopen").status == 0)
                #expect(folder.log.contains("|vlog|INFO|opened log file \(name)"))
            }
        }

        @Test("The pidfile's lock outlives the statistics, which look at all pidfiles")
        func statistics() throws {
            try run { folder in
                try folder.start()
                #expect(
                    try folder.client("ovs-vsctl set Open_vSwitch . other_config:enable-statistics=true").status == 0)
                #expect(
                    folder.eventually(seconds: 15) {
                        try folder.client("ovs-vsctl get Open_vSwitch . statistics").text.contains(
                            "process_ovs-vswitchd")
                    })
                #expect(try folder.client("ovs-appctl version").status == 0)
            }
        }
    }
}
