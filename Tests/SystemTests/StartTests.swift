import Foundation
import Testing

extension SystemTests {
    /// `vswift start` where the switch cannot begin, and the commands that ask a daemon that they may not ask.
    @Suite
    struct StartTests {
        /// Runs `body` with a folder and the build's `vswift`, from where the daemon comes.
        private func inFolder(_ body: (DaemonFolder, _ vswift: String) throws -> Void) throws {
            let folder = try DaemonFolder()
            defer { folder.close() }
            let path = "\((try Lab.daemonPath() as NSString).deletingLastPathComponent)/vswift"
            guard FileManager.default.isExecutableFile(atPath: path) else {
                throw LabError(text: "no \(path): build it")
            }
            try body(folder, path)
        }

        /// Runs a line of the shell whose outputs go through a pipe, to the end of all who have the pipe open.
        private func piped(_ line: String, _ folder: DaemonFolder) throws -> CommandOutput {
            let words = ["bash", "-c", "set -o pipefail; \(line) 2>&1 | cat"]
            return try Command.run(words, environment: folder.environment, timeoutSeconds: 40)
        }

        @Test("A database that is served elsewhere is told of at once, and nothing that waits is left")
        func servedElsewhere() throws {
            try inFolder { folder, vswift in
                let file = "\(folder.path)/conf.db"
                #expect(try folder.client("\(vswift) db create \(file)").status == 0)
                let serving = try folder.client(
                    "\(vswift) db serve --detach --pidfile --no-chdir --remote=punix:\(folder.path)/other.sock \(file)")
                #expect(serving.status == 0, "\(serving.text)")
                let server = try #require(folder.pid("ovsdb-server"))
                let version = try folder.client("ovs-appctl -T 10 -t ovsdb-server version")
                #expect(version.status == 0 && version.text.hasPrefix("ovsdb-server"), "\(version.text)")
                let refused = try piped("\(vswift) start", folder)
                #expect(refused.status == 1, "\(refused.text)")
                #expect(refused.text.contains("conf.db is locked by process \(server)"), "\(refused.text)")
                #expect(!refused.text.contains("seconds"), "the limit was waited for: \(refused.text)")
                #expect(folder.pid("ovs-vswitchd") == nil)
                let compact = try folder.client("\(vswift) db compact \(file)")
                #expect(compact.status == 1 && compact.text.hasPrefix("Error: \(file): failed to lock"))
                let told = try piped("\(vswift) start -- unix:\(folder.path)/other.sock", folder)
                #expect(told.status == 0 && told.text.contains("vSwift runs, as process"), "\(told.text)")
                #expect(try folder.client("\(vswift) stop").status == 0)
            }
        }

        @Test("A daemon that does not become ready ends with its start: at the limit, and by signals")
        func neverReady() throws {
            try inFolder { folder, vswift in
                let late = try piped("\(vswift) start --timeout 2 -- unix:\(folder.path)/none.sock", folder)
                #expect(late.status == 1 && late.text.contains("not ready after 2 seconds"), "\(late.text)")
                #expect(folder.pid("ovs-vswitchd") == nil)
                for signal in ["INT", "TERM", "HUP"] {
                    // Once the daemon is there, the signal goes to all in front, as Control-C does. Without -m the
                    // shell would have it ignored.
                    let wait = "until [ -s ovs-vswitchd.pid ]; do sleep .05; done; cat ovs-vswitchd.pid"
                    let start = "set -m; \(vswift) start -- unix:\(folder.path)/none.sock & p=$!"
                    let output = try piped(
                        "{ cd \(folder.path); \(start); \(wait); kill -\(signal) -$p; wait $p; }", folder)
                    #expect(output.status == (signal == "INT" ? 130 : signal == "TERM" ? 143 : 129), "\(output.text)")
                    let pid = try #require(
                        output.text.split(separator: "\n").lazy.compactMap { pid_t($0) }.first, "\(output.text)")
                    #expect(!folder.lives(pid) && folder.pid("ovs-vswitchd") == nil, "\(output.text)")
                }
            }
        }

        @Test("Whoever may not ask the daemon is told so; a word that is no subcommand brings those that are")
        func refusals() throws {
            try inFolder { folder, vswift in
                #expect(try folder.client("\(vswift) start").status == 0)
                // Where it was built others may not look.
                let copy = "\(folder.path)/vswift"
                try FileManager.default.copyItem(atPath: vswift, toPath: copy)
                for command in ["status", "stop", "memory report"] {
                    let denied = try folder.client(
                        "setpriv --reuid 65534 --regid 65534 --clear-groups \(copy) \(command)")
                    #expect(denied.status == 1 && denied.text.hasSuffix(": Permission denied\n"), "\(denied.text)")
                    #expect(!denied.text.contains("waiting for"), "\(denied.text)")
                }
                #expect(try folder.client("\(vswift) stop").status == 0)
                let bogus = try folder.client("\(vswift) bogus")
                #expect(bogus.status == 64 && bogus.text.contains("'bogus'; there are start, stop,"), "\(bogus.text)")
                let nested = try folder.client("\(vswift) db bogus")
                #expect(nested.status == 64 && nested.text.contains("there are create, serve,"), "\(nested.text)")
            }
        }
    }
}
