import Control
import Foundation
import OpenFlow

/// A fake bridge served on sockets in a directory of its own, and the means to talk to it.
@ControlActor
final class ServedSwitch {
    nonisolated let directory: String
    let bridge: FakeSwitch
    let service: OpenFlowService

    init() async throws {
        directory = "/tmp/openflow-test-\(UInt32.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        bridge = FakeSwitch(name: "br0")
        service = OpenFlowService(switch: bridge, runDirectory: directory)
        bridge.service = service
        try await service.start()
    }

    func stop() async {
        await service.stop()
        try? FileManager.default.removeItem(atPath: directory)
    }

    struct Output: Sendable, Equatable {
        var status: Int32
        var text: String
        /// The output's lines but for the reply's headline, trimmed and sorted.
        var flows: [String] {
            text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
                .filter { !$0.contains("reply (") && !$0.isEmpty }.sorted()
        }
    }

    /// Runs Debian's ovs-ofctl with BRIDGE replaced by the bridge's socket.
    nonisolated func ofctl(_ arguments: String..., input: String? = nil) async throws -> Output {
        let socket = "unix:\(directory)/br0.mgmt"
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/ovs-ofctl")
        process.arguments = ["--timeout=30"] + arguments.map { $0 == "BRIDGE" ? socket : $0 }
        // `monitor` makes a control socket there.
        process.environment = ["OVS_RUNDIR": directory]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        let stdin = Pipe()
        process.standardInput = stdin
        try process.run()
        if let input { stdin.fileHandleForWriting.write(Data(input.utf8)) }
        try stdin.fileHandleForWriting.close()
        let data = await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                let data = output.fileHandleForReading.readDataToEndOfFile()
                process.waitUntilExit()
                continuation.resume(returning: data)
            }
        }
        return Output(status: process.terminationStatus, text: String(decoding: data, as: UTF8.self))
    }
}

/// Runs `body` with a served switch and takes that down whatever happens.
@ControlActor
func withServedSwitch(_ body: @ControlActor (ServedSwitch) async throws -> Void) async throws {
    let served = try await ServedSwitch()
    do {
        try await body(served)
    } catch {
        await served.stop()
        throw error
    }
    await served.stop()
}
