import Control
import Foundation
import Testing

@testable import Program
@testable import Service

/// The control socket with the real `ovs-appctl`.
@Suite struct UnixctlServerTests {
    private let folder: TemporaryFolder
    private let log: VLog
    private var socket: String { "\(folder.path)/test.ctl" }

    init() throws {
        folder = try TemporaryFolder()
        log = try VLog.toFile("\(folder.path)/a.log")
    }

    @ControlActor
    private func started(path: String? = nil) async throws -> UnixctlServer {
        let registry = CommandRegistry()
        let coverage = Coverage()
        registry.registerLogCommands(log)
        registry.registerProcessCommands(version: "test 1", coverage: coverage, memory: MemoryReport())
        registry.register("test/two", usage: "a [b]", arguments: 1...2) { $0.joined(separator: "+") }
        registry.register("test/hidden", usage: nil) { _ in "here" }
        registry.register("test/slow") { _ in
            try await Task.sleep(for: .milliseconds(200))
            return "done"
        }
        let server = UnixctlServer(path: path ?? socket, registry: registry, coverage: coverage)
        try await server.start()
        return server
    }

    private func appctl(_ words: String..., path: String? = nil) async throws -> Shell.Output {
        try await Shell.run(["ovs-appctl", "-T", "10", "-t", path ?? socket] + words)
    }

    @Test func commands() async throws {
        let server = try await started()
        #expect(try await appctl("version").text == "test 1\n")
        #expect(try await appctl("test/two", "x").text == "x\n")
        #expect(try await appctl("test/two", "x", "\"ü\n").text == "x+\"ü\n")
        let list = try await appctl("list-commands").text
        #expect(list.hasPrefix("The available commands are:\n  coverage/read-counter   COUNTER\n"))
        #expect(list.contains("\n  test/two                a [b]\n"))
        #expect(!list.contains("hidden"))
        #expect(try await appctl("test/hidden").text == "here\n")
        await server.stop()
        #expect(!FileManager.default.fileExists(atPath: socket))
    }

    @Test func refusals() async throws {
        let server = try await started()
        let unknown = try await appctl("foo")
        #expect(unknown.status == 2)
        #expect(
            unknown.errors.hasPrefix(
                "\"foo\" is not a valid command (use \"list-commands\" to see a list of valid commands)\n"))
        #expect(try await appctl("test/two").errors.hasPrefix("\"test/two\" command requires at least 1 arguments\n"))
        #expect(
            try await appctl("test/two", "1", "2", "3").errors.hasPrefix(
                "\"test/two\" command takes at most 2 arguments\n"))
        #expect(try await appctl("coverage/read-counter", "x").errors.hasPrefix("No such counter\n"))
        await server.stop()
    }

    @Test func logCommands() async throws {
        let server = try await started()
        #expect(try await appctl("vlog/set", "bridge:file:dbg", "dpif:err").status == 0)
        let table = try await appctl("vlog/list").text
        #expect(table == log.levelTable())
        #expect(table.contains("\nbridge             OFF       INFO        DBG\n"))
        #expect(table.contains("\ndpif               ERR        ERR        ERR\n"))
        #expect(
            try await appctl("vlog/set", "nonesuch:dbg").errors.hasPrefix(
                "no destination, level, or module \"nonesuch\"\n"))
        #expect(try await appctl("vlog/list-pattern").text == log.patternTable())
        #expect(try await appctl("vlog/close").status == 0)
        log.write(.warning, "bridge", "lost")
        #expect(try await appctl("vlog/reopen").status == 0)
        #expect(try folder.text(of: "a.log").hasSuffix("|vlog|INFO|opened log file \(folder.path)/a.log\n"))
        #expect(try await appctl("vlog/set").status == 0)
        #expect(try await appctl("vlog/list").text.contains("\nbridge             DBG        DBG        DBG\n"))
        #expect(try await appctl("vlog/disable-rate-limit", "nomod").errors.hasPrefix("unknown module\n"))
        #expect(try await appctl("vlog/disable-rate-limit", "cfm").status == 0)
        var limit = RateLimit(perMinute: 1, burst: 1, module: "cfm")
        #expect((0..<10).allSatisfy { _ in limit.admit() != nil })
        #expect(try await appctl("vlog/enable-rate-limit", "cfm").status == 0)
        #expect((0..<10).allSatisfy { _ in limit.admit() == nil })
        await server.stop()
    }

    @Test func coverageCounts() async throws {
        let server = try await started()
        for _ in 0..<3 { _ = try await appctl("version") }
        #expect(try await appctl("coverage/read-counter", "unixctl_received").text == "4\n")
        #expect(
            try await appctl("coverage/show").text.hasPrefix(
                "Event coverage, avg rate over last: 5 seconds, last minute, last hour,  hash="))
        await server.stop()
    }

    @Test func manyClientsAtOnce() async throws {
        let server = try await started()
        let socket = socket
        let begin = ContinuousClock.now
        let texts = await withTaskGroup(of: String?.self) { group in
            for _ in 0..<3 {
                group.addTask {
                    try? await Shell.run(["ovs-appctl", "-T", "10", "-t", socket, "test/slow"]).text
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(texts == Array(repeating: "done\n", count: 3))
        #expect(begin.duration(to: .now) < .seconds(5))
        await server.stop()
    }

    @Test("Requests of one client are answered in their order, and bad ones end only that client")
    func rawClients() async throws {
        let server = try await started()
        let script = """
            import socket, sys, json
            def ask(data, count):
                s = socket.socket(socket.AF_UNIX); s.settimeout(5); s.connect(sys.argv[1]); s.sendall(data)
                got = b''
                try:
                    while got.count(b'"id"') < count:
                        more = s.recv(65536)
                        if not more: return got.decode() + ' closed'
                        got += more
                except (socket.timeout, ConnectionResetError) as e: return got.decode() + ' ' + type(e).__name__
                return got.decode()
            def req(method, id, params=[]): return json.dumps({'method': method, 'params': params, 'id': id}).encode()
            print(ask(req('test/slow', 1) + req('version', 2), 2).index('"id":2') > 0)
            print('non-string' in ask(req('version', 3, [5]), 1))
            for bad in [b'garbage', b'{"id":1}', b'[1,2]', b'{"method":5,"params":[],"id":1}', b'\\xff\\xfe',
                        b'{"method":"version","id":1}', b'{"method":"version","params":[],"id":null}', b'[' * 100000]:
                print(ask(bad, 1).endswith(('closed', 'ConnectionResetError')))
            flood = socket.socket(socket.AF_UNIX); flood.setblocking(False); flood.connect(sys.argv[1])
            try:
                for n in range(100000): flood.send(req('vlog/list', n))
            except BlockingIOError: pass
            print('test 1' in ask(req('version', 4), 1))
            """
        let output = try await Shell.run(["python3", "-c", script, socket])
        #expect(output.text == String(repeating: "True\n", count: 11), "\(output)")
        #expect(try await appctl("version").text == "test 1\n")
        await server.stop()
    }

    @Test func longPath() async throws {
        let deep = folder.path + "/" + String(repeating: "d", count: 120)
        try FileManager.default.createDirectory(atPath: deep, withIntermediateDirectories: true)
        let server = try await started(path: "\(deep)/a.ctl")
        #expect(try await appctl("version", path: "\(deep)/a.ctl").text == "test 1\n")
        await server.stop()
    }

    @Test func socketFile() async throws {
        try Data("stale".utf8).write(to: URL(fileURLWithPath: socket))
        let server = try await started()
        let attributes = try FileManager.default.attributesOfItem(atPath: socket)
        #expect((attributes[.posixPermissions] as? Int ?? 0o777) & 0o007 == 0)
        await server.stop()
        let error = await #expect(throws: ManagementError.self) {
            _ = try await started(path: "/nonexistent/x.ctl")
        }
        #expect(
            error?.description
                == "/nonexistent/x.ctl: could not initialize control socket (No such file or directory)")
    }
}
