import Foundation
import Testing

extension SystemTests {
    /// The command `vswift` beside a running switch.
    @Suite
    struct VSwiftTests {
        /// The build's `vswift`, from where the daemon comes; run in `working`, when that is given.
        private func run(_ arguments: String, on lab: Lab, in working: String? = nil) throws -> CommandOutput {
            let folder = (try Lab.daemonPath() as NSString).deletingLastPathComponent
            let path = "\(folder)/vswift"
            guard FileManager.default.isExecutableFile(atPath: path) else {
                throw LabError(text: "no \(path): build it")
            }
            let program = URL(fileURLWithPath: path).path
            return try lab.attempt((working.map { "env -C \($0) " } ?? "") + "\(program) \(arguments)")
        }

        private func json(_ output: CommandOutput) throws -> [String: Any] {
            try #require(
                try JSONSerialization.jsonObject(with: Data(output.text.utf8)) as? [String: Any], "\(output.text)")
        }

        /// Causes that the doctor tells of a matter, by severity.
        private func causes(_ output: CommandOutput, _ subject: String) throws -> [String] {
            let checks = try #require(try json(output)["checks"] as? [[String: Any]])
            let findings = checks.first { $0["subject"] as? String == subject }?["findings"] as? [[String: String]]
            return try #require(findings, "\(subject)").map { "\($0["severity"] ?? ""): \($0["cause"] ?? "")" }
        }

        @Test("The doctor finds what is configured, what dead processes left, and says it by its exit status")
        func doctor() throws {
            try Lab.run(configuration: Lab.dpdk) { lab in
                try lab.vsctl("add-br br0 -- set Bridge br0 datapath_type=netdev")
                try lab.vsctl("add-port br0 n -- set Interface n type=dpdk options:dpdk-devargs=net_null0,no-rx=1")
                var output = try run("doctor --json", on: lab)
                #expect(output.status <= 1, "\(output.text)")
                let pid = try #require(lab.pid(of: "ovs-vswitchd"))
                #expect(try causes(output, "database") == ["ok: DPDK is configured, the daemon runs as process \(pid)"])
                #expect(try causes(output, "run directory") == ["ok: nothing stale in \(lab.folder)"])
                #expect(
                    try causes(output, "hugepages").allSatisfy { !$0.hasPrefix("error") }, "it was told to do without")
                try Data("4194305\n".utf8).write(to: URL(fileURLWithPath: "\(lab.folder)/gone.pid"))
                try lab.vsctl("set Open_vSwitch . other_config:dpdk-hugepage-dir=\(lab.folder)")
                output = try run("doctor --json", on: lab)
                #expect(output.status == 2)
                #expect(
                    try causes(output, "run directory") == [
                        "warning: 1 file in \(lab.folder), left by dead processes"
                    ])
                #expect(
                    try causes(output, "hugetlbfs").contains { $0.hasPrefix("error: other_config:dpdk-hugepage-dir") })
                #expect(try run("doctor", on: lab).text.contains("mend: rm \(lab.folder)/gone.pid"))
            }
        }

        @Test("The doctor tells what rows tell: DPDK that did not start, ports in error, ports that found no buffers")
        func rows() throws {
            try Lab.run(configuration: ["dpdk-init": "true", "dpdk-socket-mem": "64,x"]) { lab in
                try lab.vsctl("add-br br0 -- set Bridge br0 datapath_type=netdev")
                _ = try lab.attempt("ovs-vsctl -t 20 add-port br0 n -- set Interface n type=dpdk")
                #expect(
                    lab.eventually(seconds: 20) {
                        try causes(run("doctor --json", on: lab), "database").contains("error: DPDK did not start")
                    })
                let text = try run("doctor", on: lab)
                #expect(text.status == 2 && text.text.contains("port n does not work"), "\(text.text)")
                #expect(text.text.contains("dpdk-socket-mem is no list of MiB"), "\(text.text)")
                // What the switch counts is in its rows; here it is put there by hand.
                try lab.stopDaemon()
                try lab.inside([
                    "ovs-vsctl", "--no-wait", "set", "Interface", "br0", "statistics:rx_mbuf_allocation_errors=7", "--",
                    "set", "Interface", "br0", "status:refused=\"memory is not shared\"",
                ])
                let found = try causes(run("doctor --json", on: lab), "ports")
                #expect(found.contains("error: the guest of port br0 is refused"), "\(found)")
                #expect(found.contains("warning: port br0 found no buffer for a packet, 7 times"), "\(found)")
            }
        }

        @Test("The plan follows the database and what is to be added; without either it says why there is none")
        func plan() throws {
            try Lab.run(configuration: Lab.dpdk) { lab in
                try lab.vsctl("add-br br0 -- set Bridge br0 datapath_type=netdev")
                try lab.vsctl("add-port br0 n -- set Interface n type=dpdk options:dpdk-devargs=net_null0,no-rx=1")
                func pools(_ arguments: String) throws -> [String] {
                    let nodes = try #require(
                        try json(try run("memory plan --json \(arguments)", on: lab))["nodes"] as? [[String: Any]])
                    let lines = nodes.flatMap { $0["lines"] as? [[String: Any]] ?? [] }
                    return lines.filter { $0["kind"] as? String == "pool" }.compactMap { $0["subject"] as? String }
                }
                #expect(try pools("") == ["kernel_mp_2030_any_4096", "ovs_mp_2030_0_262144"])
                #expect(try pools("--add dpdk,mtu=9000").last == "ovs_mp_9198_0_262144")
                let bad = try run("memory plan --add dpdk,mtu=99999", on: lab)
                #expect(bad.status != 0 && bad.text.contains("mtu=99999 is no number from 68 to 9702"))
                let lost = try run("memory plan --server unix:\(lab.folder)/none.sock", on: lab)
                #expect(lost.status != 0 && lost.text.contains("no database answers at unix:\(lab.folder)/none.sock"))
                let proposal = "\(lab.folder)/proposal"
                try Data(#"{"nodes":2,"ports":[{"type":"vhost","node":1,"memory":1024}]}"#.utf8)
                    .write(to: URL(fileURLWithPath: proposal))
                #expect(try pools("--proposal \(proposal)").last == "ovs_mp_2030_1_262144")
            }
        }

        @Test("When no server answers, doctor and plan read the database's file, and leave it as it is")
        func fromTheFile() throws {
            try Lab.run { lab in
                try lab.vsctl("set Open_vSwitch . other_config:dpdk-extra=--no-huge")
                try lab.vsctl("add-br br0 -- set Bridge br0 datapath_type=netdev")
                try lab.vsctl("--no-wait add-port br0 n -- set Interface n type=dpdk options:dpdk-devargs=net_null0")
                try lab.stopDaemon()
                func folder() throws -> [String] {
                    try FileManager.default.contentsOfDirectory(atPath: lab.folder).sorted()
                }
                // Whoever has the file and says nothing is not waited for without end.
                let server = try #require(lab.pid(of: "ovsdb-server"))
                kill(server, SIGSTOP)
                var plan = try run("memory plan", on: lab)
                kill(server, SIGCONT)
                #expect(plan.status == 0 && plan.text.contains("shared by n\n"), "\(plan.text)")
                #expect(plan.text.contains("from the file \(lab.folder)/conf.db, no server answers at unix:"))
                try lab.killDatabase()
                let file = URL(fileURLWithPath: "\(lab.folder)/conf.db")
                let (before, bytes) = (try folder(), try Data(contentsOf: file))
                plan = try run("memory plan --add dpdk,name=x,mtu=1400", on: lab)
                #expect(plan.status == 0 && plan.text.contains("shared by n, x\n"), "\(plan.text)")
                #expect(plan.text.contains("-m is not there now"), "\(plan.text)")
                let doctor = try run("doctor", on: lab).text
                #expect(doctor.contains("from the file \(lab.folder)/conf.db, no server answers"), "\(doctor)")
                #expect(try folder() == before && Data(contentsOf: file) == bytes)
                try Data("no database".utf8).write(to: file)
                #expect(
                    try causes(run("doctor --json", on: lab), "database") == [
                        "error: no server answers, and the switch will not begin with its file"
                    ])
                #expect(try run("memory plan", on: lab).text.contains("conf.db: unexpected file format"))
                // Where no switch ever ran there is nothing but what is added.
                try FileManager.default.removeItem(at: file)
                #expect(try run("memory plan", on: lab).status == 1)
                #expect(try run("memory plan --add dpdk,name=x", on: lab).text.contains("shared by x\n"))
            }
        }

        @Test("Started by one command the switch has its database; it says that it runs, and ends when told to")
        func start() throws {
            try Lab.run { lab in
                try lab.stopDaemon()
                try lab.killDatabase()
                #expect(try run("status", on: lab).status == 3)
                let started = try run("start", on: lab)
                #expect(
                    started.status == 0 && started.text.contains("\(lab.folder)/ovs-vswitchd.log"), "\(started.text)")
                #expect(started.text.contains("vswift vsctl add-br br0"), "\(started.text)")
                #expect(try run("start", on: lab).text.contains("runs already"))
                #expect(try run("vsctl -t 20 add-br br0", on: lab).status == 0)
                #expect(try run("vsctl list-br", on: lab).text == "br0\n")
                #expect(try run("appctl fdb/show br0", on: lab).text.contains("port  VLAN  MAC"))
                let pid = try #require(lab.pid(of: "ovs-vswitchd"))
                #expect(try run("status", on: lab).text.contains("process \(pid)"))
                #expect(try run("stop", on: lab).status == 0)
                #expect(try !run("start", on: lab).text.contains("add-br"), "there is a bridge")
                #expect(try run("vsctl -t 20 del-br br0", on: lab).status == 0)
                #expect(try run("stop --cleanup", on: lab).status == 0)
                let bogus = try run("start -- --bogus", on: lab).text
                #expect(bogus.contains("'--bogus'") && bogus.hasSuffix("did not start (status 1)\n"), "\(bogus)")
                let unlogged = try run("start -- --log-file=/nonexistent/log", on: lab).text
                #expect(unlogged.contains("failed to open /nonexistent/log"), "\(unlogged)")
                let busy = try run("start -- --unixctl=/nonexistent/socket", on: lab).text
                #expect(busy.contains(#/did not start \(status 1\): .*nonexistent.*; its log is /#), "\(busy)")
                #expect(try run("status", on: lab).status == 3)
                try "no database".write(toFile: "\(lab.folder)/conf.db", atomically: true, encoding: .utf8)
                let refused = try run("start", on: lab)
                #expect(
                    refused.status == 1 && refused.text.contains("conf.db: unexpected file format"), "\(refused.text)")
                #expect(try run("status", on: lab).status == 3, "nothing stays behind that waits")
            }
        }

        @Test("The database that is told of is the one in use; a daemon that was killed a moment ago does not run")
        func startBesideServer() throws {
            try Lab.run { lab in
                try lab.stopDaemon()
                let started = try run("start", on: lab)
                #expect(started.status == 0, "\(started.text)")
                let server = try #require(lab.pid(of: "ovsdb-server"))
                let used = "unix:\(lab.folder)/db.sock, of the server that was there already (process \(server))"
                #expect(started.text.contains(used), "\(started.text)")
                kill(try #require(lab.pid(of: "ovs-vswitchd")), SIGKILL)
                let again = try run("start", on: lab)
                #expect(again.status == 0 && again.text.contains("vSwift runs, as process"), "\(again.text)")
                try lab.killDatabase()
                #expect(try run("stop", on: lab).status == 0)
                let own = try run("start", on: lab)
                #expect(own.text.contains("\(lab.folder)/conf.db, at unix:\(lab.folder)/db.sock"), "\(own.text)")
                let daemon = try #require(lab.pid(of: "ovs-vswitchd"))
                kill(daemon, SIGSTOP)
                for command in ["status", "stop --timeout 3"] {
                    let silent = try run(command, on: lab)
                    #expect(silent.status == 1, "\(silent.text)")
                    #expect(silent.text.contains("waiting for process \(daemon) to answer"), "\(silent.text)")
                    #expect(silent.text.contains("kill -9 \(daemon)") == command.hasPrefix("stop"), "\(silent.text)")
                }
                kill(daemon, SIGCONT)
                // It may have heard the first request, and have ended by itself.
                _ = try run("stop --cleanup", on: lab)
                #expect(lab.eventually(seconds: 20) { try run("status", on: lab).status == 3 })
            }
        }

        @Test("What calls on another tool says so, and where more is said")
        func help() throws {
            try Lab.run { lab in
                for tool in ["vsctl", "ofctl", "appctl"] {
                    let text = try run("help \(tool)", on: lab).text.replacing("\n", with: " ")
                    #expect(text.contains("ovs-\(tool)") && text.contains("vswift \(tool) --help"), "\(text)")
                    #expect(try run("\(tool) --help", on: lab).text.contains("[OPTIONS] COMMAND") == (tool != "appctl"))
                }
            }
        }

        @Test("Databases are read and changed in the words of ovsdb-client; without a server the file is read")
        func database() throws {
            try Lab.run { lab in
                try lab.vsctl("add-br br0 -- set Bridge br0 datapath_type=netdev")
                let server = "unix:\(lab.folder)/db.sock"
                for words in ["Bridge name", "Open_vSwitch Bridge name", "\(server) Open_vSwitch Bridge name"] {
                    #expect(try run("db dump \(words)", on: lab).text == "Bridge {\"name\":\"br0\"}\n")
                }
                let all = try run("db dump Open_vSwitch", on: lab).text
                #expect(all.contains("\nOpen_vSwitch {") && all.contains("Bridge {") && all.contains("\nPort {"))
                #expect(try run("db dump Bridge Port", on: lab).text.split(separator: "\n").count == 2)
                for (words, fault) in [("Bridge nome", "table Bridge has no column nome"), ("X", "has no table X")] {
                    let output = try run("db dump \(words)", on: lab)
                    #expect(output.status == 1 && output.text.contains(fault), "\(output.text)")
                }
                let select = #"{"op":"select","table":"Bridge","where":[],"columns":["name"]}"#
                let wrong = #"{"op":"select","table":"X","where":[]}"#
                for words in [select, #"["Open_vSwitch",\#(select)]"#, #"\#(server) ["Open_vSwitch",\#(select)]"#] {
                    let output = try run("db transact \(words)", on: lab)
                    #expect(output.status == 0, "\(output.text)")
                    #expect(output.text == #"[{"rows":[{"name":"br0"}]}]"# + "\n")
                }
                let failed = try run("db transact \(select) \(wrong)", on: lab)
                #expect(failed.status == 1 && failed.text.contains("No table named X"), "\(failed.text)")
                let log = try run("db show-log \(lab.folder)/conf.db", on: lab).text
                let theirs = try lab.inside("ovsdb-tool show-log \(lab.folder)/conf.db")
                #expect(log == theirs.replacing("\n\n", with: "\n"))
                #expect(try run("db show-log -m \(lab.folder)/conf.db", on: lab).text.contains(#""tables":{"#))
                try lab.killDatabase()
                let lost = try run("db dump", on: lab)
                #expect(lost.status == 1 && lost.text.contains("vswift db dump \(lab.folder)/conf.db"), "\(lost.text)")
                for words in ["transact \(select)", "monitor"] {
                    let output = try run("db \(words)", on: lab)
                    #expect(output.status == 1 && !output.text.contains("db dump"), "\(output.text)")
                }
                let typo = try run("db transact nonsense", on: lab)
                #expect(typo.status == 1 && typo.text.contains("'nonsense' is no JSON"), "\(typo.text)")
                #expect(
                    try run("db dump \(lab.folder)/conf.db Bridge name", on: lab).text
                        == "Bridge {\"name\":\"br0\"}\n")
                for name in ["conf.db", "./conf.db"] {
                    #expect(
                        try run("db dump \(name) Bridge name", on: lab, in: lab.folder).text
                            == "Bridge {\"name\":\"br0\"}\n")
                }
                try lab.inside("cp \(lab.folder)/conf.db \(lab.folder)/saved")
                #expect(try run("db dump saved", on: lab, in: lab.folder).text.contains("vswift db dump ./saved"))
                let file = try run("db dump \(lab.folder)/conf.db", on: lab).text
                #expect(
                    file.split(separator: "\n").map { $0.prefix { $0 != " " } }
                        == all.split(separator: "\n").map { $0.prefix { $0 != " " } })
            }
        }

        @Test("The report is the daemon's own; without a daemon it says so")
        func report() throws {
            try Lab.run(configuration: Lab.dpdk) { lab in
                #expect(try json(try run("memory report --json", on: lab)).isEmpty == false)
                try lab.stopDaemon()
                let output = try run("memory report", on: lab)
                #expect(output.status == 1 && output.text.contains("no daemon runs"))
            }
        }
    }
}
