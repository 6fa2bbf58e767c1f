import Foundation
import Testing

@testable import Program
@testable import Service

@Suite struct PidfileTests {
    private let folder: TemporaryFolder
    private var path: String { "\(folder.path)/ovs-vswitchd.pid" }

    init() throws {
        folder = try TemporaryFolder()
    }

    /// Who locks the file, as another process sees it.
    private func outsideView() async throws -> String {
        let script = """
            import fcntl, struct, sys
            lock = struct.pack('hhlli', fcntl.F_WRLCK, 0, 0, 0, 0)
            print(struct.unpack('hhlli', fcntl.fcntl(open(sys.argv[1], 'r+'), fcntl.F_GETLK, lock))[4])
            """
        return try await Shell.run(["python3", "-c", script, path]).text
    }

    @Test func claimed() async throws {
        try Pidfile(path: path).claim(overwrite: false)
        #expect(try await outsideView() == "\(getpid())\n")
        // Last: a process that closes any descriptor of the file loses its lock.
        #expect(try folder.text(of: "ovs-vswitchd.pid") == "\(getpid())\n")
        #expect(!FileManager.default.fileExists(atPath: path + ".tmp"))
    }

    @Test func staleFileIsReplaced() throws {
        try Data("1\n".utf8).write(to: URL(fileURLWithPath: path))
        try Pidfile(path: path).checkFree()
        try Pidfile(path: path).claim(overwrite: false)
        #expect(try folder.text(of: "ovs-vswitchd.pid") == "\(getpid())\n")
    }

    @Test func theDeadAreKnownByTheirFile() async throws {
        #expect(Pidfile(path: path).deadOwner == nil)
        let dead = try await Shell.run(["sh", "-c", "echo $$"]).text
        try Data(dead.utf8).write(to: URL(fileURLWithPath: path))
        #expect(Pidfile(path: path).deadOwner.map { "\($0)\n" } == dead)
        // Whoever lives, though it holds no lock, may be something else by that number.
        try Data("\(getpid())\n".utf8).write(to: URL(fileURLWithPath: path))
        #expect(Pidfile(path: path).deadOwner == nil)
        for nonsense in ["", "0\n", "-1\n", "x\n", "99999999999999999999\n"] {
            try Data(nonsense.utf8).write(to: URL(fileURLWithPath: path))
            #expect(Pidfile(path: path).deadOwner == nil)
        }
    }

    @Test func lockedFileIsRespected() throws {
        let holder = Process()
        holder.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        let script = """
            import fcntl, os, sys
            f = open(sys.argv[1], 'w'); fcntl.lockf(f, fcntl.LOCK_EX); print('locked', flush=True); sys.stdin.read()
            """
        holder.arguments = ["python3", "-c", script, path]
        let output = Pipe()
        let input = Pipe()
        holder.standardOutput = output
        holder.standardInput = input
        try holder.run()
        _ = output.fileHandleForReading.availableData
        let expected = "\(path): already running as pid \(holder.processIdentifier), aborting"
        let error = #expect(throws: ManagementError.self) { try Pidfile(path: path).checkFree() }
        #expect(error?.description == expected)
        let claim = #expect(throws: ManagementError.self) { try Pidfile(path: path).claim(overwrite: false) }
        #expect(claim?.description == expected)
        #expect(claim?.code == .alreadyRunning)
        try Pidfile(path: path).claim(overwrite: true)
        #expect(try folder.text(of: "ovs-vswitchd.pid") == "\(getpid())\n")
        try input.fileHandleForWriting.close()
        holder.waitUntilExit()
    }

    @Test func whoIsOnTheWayOutStillHoldsTheFile() throws {
        let holder = Process()
        holder.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        // As the kernel shows a process of which some threads have ended and some have not.
        let script = """
            import ctypes, fcntl, os, sys, threading, time
            f = open(sys.argv[1], 'w'); fcntl.lockf(f, fcntl.LOCK_EX)
            f.write('%d\\n' % os.getpid()); f.flush()
            threading.Thread(target=lambda: time.sleep(60), daemon=True).start()
            print('locked', flush=True); os.read(0, 1)
            ctypes.CDLL(None).pthread_exit(None)
            """
        holder.arguments = ["python3", "-c", script, path]
        let (output, input) = (Pipe(), Pipe())
        holder.standardOutput = output
        holder.standardInput = input
        try holder.run()
        defer { kill(holder.processIdentifier, SIGKILL) }
        _ = output.fileHandleForReading.availableData
        let file = Pidfile(path: path)
        #expect(file.owner == holder.processIdentifier && file.endingOwner == nil)
        input.fileHandleForWriting.write(Data("x".utf8))
        let end = ContinuousClock.now + .seconds(10)
        while file.endingOwner == nil, ContinuousClock.now < end { usleep(5000) }
        #expect(file.owner == holder.processIdentifier && file.endingOwner == holder.processIdentifier)
        kill(holder.processIdentifier, SIGKILL)
        holder.waitUntilExit()
        #expect(file.owner == nil && file.endingOwner == nil)
        #expect(file.deadOwner == holder.processIdentifier)
    }

    @Test func missingFolder() {
        let error = #expect(throws: ManagementError.self) {
            try Pidfile(path: "/nonexistent/x.pid").claim(overwrite: false)
        }
        #expect(error?.description == "/nonexistent/x.pid.tmp: create failed (No such file or directory)")
    }
}
