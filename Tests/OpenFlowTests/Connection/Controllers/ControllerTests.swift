import Control
import Dispatch
import Foundation
import Glibc
import Testing

@testable import OpenFlow

/// Controllers of a served bridge: connected to, connecting, silent, gone.
@Suite @ControlActor
struct ControllerTests {
    private func eventually(seconds: Int = 8, _ condition: () -> Bool) async -> Bool {
        for _ in 0..<seconds * 100 where !condition() { try? await Task.sleep(for: .milliseconds(10)) }
        return condition()
    }

    private nonisolated func away<Result: Sendable>(
        _ body: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(with: Swift.Result { try body() }) }
        }
    }

    /// Runs Debian's controller in the bridge's directory until `body` has ended.
    private func withController(
        _ served: ServedSwitch, _ arguments: [String], _ body: () async throws -> Void
    ) async throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/ovs-testcontroller")
        process.arguments = arguments
        process.environment = ["OVS_RUNDIR": served.directory]
        process.currentDirectoryURL = URL(fileURLWithPath: served.directory)
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        // It has inherited a blocked SIGTERM from the thread that started it.
        defer { kill(process.processIdentifier, SIGKILL) }
        try await body()
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/ovs-testcontroller")))
    func aControllerIsConnectedToAndInstallsItsFlow() async throws {
        try await withServedSwitch { served in
            let target = "unix:\(served.directory)/c.sock"
            served.service.setControllers([ControllerConfiguration(target: target)])
            #expect(await eventually { served.service.controllerStatus[target]?.details["state"] == "BACKOFF" })
            #expect(served.service.controllerStatus[target]?.details["last_error"] == "No such file or directory")
            try await withController(served, ["punix:\(served.directory)/c.sock"]) {
                #expect(await eventually { served.service.controllerStatus[target]?.isConnected == true })
                let status = served.service.controllerStatus[target]
                #expect(status?.role == "other" && status?.details["state"] == "ACTIVE")
                #expect(["0", "1", "2"].contains(status?.details["sec_since_connect"] ?? ""))
                #expect(await eventually { served.bridge.flowTables.ruleCount == 1 })
            }
            #expect(await eventually { served.service.controllerStatus[target]?.isConnected == false })
            #expect(
                ["End of file", "Connection refused"].contains(
                    served.service.controllerStatus[target]?.details["last_error"]))
            served.service.setControllers([])
            #expect(served.service.controllerStatus.isEmpty)
        }
    }

    @Test func ofctlConnectsToAPassiveController() async throws {
        try await withServedSwitch { served in
            let port = 20_000 + Int.random(in: 0..<20_000)
            served.service.setControllers([ControllerConfiguration(target: "ptcp:\(port):127.0.0.1")])
            try await Task.sleep(for: .milliseconds(200))
            let output = try await served.ofctl("show", "tcp:127.0.0.1:\(port)")
            #expect(output.status == 0 && output.text.contains("dpid:00000123456789ab"))
            served.service.setControllers([])
            try await Task.sleep(for: .milliseconds(200))
            #expect(try await served.ofctl("show", "tcp:127.0.0.1:\(port)").status != 0)
        }
    }

    @Test func aSilentControllerIsAskedAndThenGivenUp() async throws {
        try await withServedSwitch { served in
            let target = "punix:\(served.directory)/p.sock"
            var configuration = ControllerConfiguration(target: target)
            configuration.probeIntervalSeconds = 1
            served.service.setControllers([configuration])
            try await Task.sleep(for: .milliseconds(200))
            let path = "\(served.directory)/p.sock"
            let peer = try #require(RawConnection(path: path))
            peer.send([1, 0, 0, 8, 0, 0, 0, 0])
            #expect(await eventually { served.service.connections.count == 1 })
            // Five seconds is the shortest interval there is; silence of twice that ends it.
            let (asked, ended) = try await away { () -> (UInt8?, Bool) in
                _ = peer.receive()
                usleep(4_500_000)
                let asked = peer.receive()?[1]
                usleep(4_500_000)
                return (asked, peer.receive() == nil)
            }
            #expect(asked == 2 && ended)
            #expect(await eventually { served.service.connections.isEmpty })
        }
    }

    @Test func versionsThatChangeMakeConnectionsAnew() async throws {
        try await withServedSwitch { served in
            served.service.setControllers([
                ControllerConfiguration(target: "punix:l"), ControllerConfiguration(target: "unix:l"),
            ])
            #expect(await eventually { served.service.controllerStatus["unix:l"]?.isConnected == true })
            #expect(served.service.connections.values.allSatisfy { $0.version == OpenFlowVersion.complete.max() })
            served.service.allowedVersions = [.v10]
            #expect(
                await eventually {
                    served.service.controllerStatus["unix:l"]?.isConnected == true
                        && served.service.connections.values.allSatisfy { $0.version == .v10 }
                })
        }
    }

    @Test func standaloneFailsOpenWithoutAController() async throws {
        try await withServedSwitch { served in
            var lost = ControllerConfiguration(target: "unix:nobody")
            lost.probeIntervalSeconds = 1
            lost.maximumBackoffSeconds = 1
            served.service.setControllers([lost])
            #expect(served.bridge.failOpenChanges.isEmpty)
            #expect(await eventually { served.bridge.failOpenChanges == [true] })
            // A controller that only listens is not one that has accepted us; one that says anything is.
            var listener = ControllerConfiguration(target: "punix:nobody")
            listener.probeIntervalSeconds = 1
            served.service.setControllers([lost, listener])
            #expect(await eventually { served.service.controllerStatus["unix:nobody"]?.isConnected == true })
            #expect(served.service.isFailingOpen)
            let peer = served.service.connections.values.first { $0.kind == .service }
            let version = try #require(peer?.version)
            peer?.send([ReplyEncoder(version: version).message(.barrierRequest, 1)])
            #expect(await eventually { served.bridge.failOpenChanges == [true, false] })
            served.service.isStandalone = false
            #expect(!served.service.isFailingOpen)
        }
    }
}
