import Control
import Foundation
import Testing
import TLS

@testable import OpenFlow

/// Controllers over TLS, with certificates that openssl makes.
@Suite @ControlActor
struct TLSTests {
    private func eventually(_ condition: () -> Bool) async -> Bool {
        for _ in 0..<800 where !condition() { try? await Task.sleep(for: .milliseconds(10)) }
        return condition()
    }

    /// A key and a certificate by an authority of its own, in a directory: NAME-key.pem, NAME-cert.pem, NAME-ca.pem.
    private nonisolated func makeIdentity(_ name: String, in directory: String) async throws {
        let line = """
            set -e; cd \(directory)
            openssl req -x509 -newkey rsa:2048 -nodes -keyout \(name)-cakey.pem -out \(name)-ca.pem -days 2 -subj "/CN=\(name) CA"
            openssl req -newkey rsa:2048 -nodes -keyout \(name)-key.pem -out \(name)-req.pem -subj "/CN=\(name)"
            openssl x509 -req -in \(name)-req.pem -CA \(name)-ca.pem -CAkey \(name)-cakey.pem -CAcreateserial -days 2 \
                -out \(name)-leaf.pem
            cat \(name)-leaf.pem \(name)-ca.pem > \(name)-cert.pem
            """
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = ["-c", line]
        process.standardError = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }

    /// Two bridges: the one connects to the other as to a controller.
    private func withPair(
        _ body: @ControlActor (_ client: ServedSwitch, _ server: ServedSwitch, _ port: Int) async throws -> Void
    ) async throws {
        try await withServedSwitch { server in
            try await withServedSwitch { client in
                try await makeIdentity("switch", in: client.directory)
                try await makeIdentity("controller", in: server.directory)
                let port = 20_000 + Int.random(in: 0..<20_000)
                server.service.tls.credentials = TLSCredentials(
                    privateKey: "\(server.directory)/controller-key.pem",
                    certificate: "\(server.directory)/controller-cert.pem",
                    authorities: "\(client.directory)/switch-ca.pem")
                server.service.setControllers([ControllerConfiguration(target: "pssl:\(port):127.0.0.1")])
                try await Task.sleep(for: .milliseconds(200))
                try await body(client, server, port)
            }
        }
    }

    private func credentials(_ client: ServedSwitch, authorities: String, bootstraps: Bool = false) -> TLSCredentials {
        TLSCredentials(
            privateKey: "\(client.directory)/switch-key.pem", certificate: "\(client.directory)/switch-cert.pem",
            authorities: authorities, bootstraps: bootstraps)
    }

    @Test func eachSideProvesWhoItIs() async throws {
        try await withPair { client, server, port in
            let target = "ssl:127.0.0.1:\(port)"
            client.service.setControllers([ControllerConfiguration(target: target)])
            #expect(
                await eventually {
                    client.service.controllerStatus[target]?.details["last_error"] == "Protocol not available"
                })
            client.service.tls.credentials = credentials(client, authorities: "\(server.directory)/controller-ca.pem")
            #expect(await eventually { client.service.controllerStatus[target]?.isConnected == true })
            #expect(server.service.connections.values.first?.name.hasPrefix("br0<->ssl:127.0.0.1:") == true)
        }
    }

    @Test func strangersAreRefused() async throws {
        try await withPair { client, server, port in
            let target = "ssl:127.0.0.1:\(port)"
            // It trusts only its own authority, which did not sign the controller.
            client.service.tls.credentials = credentials(client, authorities: "\(client.directory)/switch-ca.pem")
            client.service.setControllers([ControllerConfiguration(target: target)])
            #expect(
                await eventually { client.service.controllerStatus[target]?.details["last_error"] == "Protocol error" })
            // It would take anybody; the controller does not know who signed it.
            client.service.tls.credentials = credentials(client, authorities: "none")
            server.service.tls.credentials?.authorities = "\(server.directory)/controller-ca.pem"
            try await Task.sleep(for: .seconds(4))
            #expect(client.service.controllerStatus[target]?.isConnected == false)
            #expect(server.service.connections.isEmpty)
        }
    }

    @Test func whatTheCommandLineSaysHoldsBesideTheRow() async throws {
        try await withPair { client, server, port in
            var defaults = TLSCredentials()
            #expect(try defaults.set("ssl-protocols", "TLSv1.2"))
            #expect(try defaults.set("ssl-ciphers", "ECDHE-RSA-AES128-GCM-SHA256"))
            #expect(try defaults.set("peer-ca-cert", "\(server.directory)/controller-ca.pem"))
            #expect(try !defaults.set("verbose", "dbg"))
            server.service.tls.defaults = defaults
            let files = client.directory
            let (agreed, _) = try await shake(port, files, "-tls1_2")
            #expect(agreed.contains("New, TLSv1.2, Cipher is ECDHE-RSA-AES128-GCM-SHA256"))
            // Its own, that of its authority in the same file, and that of the authority once more.
            #expect(agreed.components(separatedBy: "BEGIN CERTIFICATE").count - 1 == 3)
            #expect(try await shake(port, files, "-tls1_3").status != 0)
            #expect(try await shake(port, files, "-tls1_2", "-cipher", "ECDHE-RSA-AES256-GCM-SHA384").status != 0)
        }
    }

    /// What openssl's client says of a server.
    private nonisolated func shake(_ port: Int, _ files: String, _ words: String...) async throws -> (
        output: String, status: Int32
    ) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments =
            ["openssl", "s_client", "-connect", "127.0.0.1:\(port)", "-showcerts"]
            + ["-key", "\(files)/switch-key.pem", "-cert", "\(files)/switch-cert.pem"] + words
        let pipe = Pipe()
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (output, process.terminationStatus)
    }

    @Test func theFirstPeersAuthorityIsKept() async throws {
        try await withPair { client, server, port in
            let target = "ssl:127.0.0.1:\(port)"
            let file = "\(client.directory)/boot.pem"
            client.service.tls.credentials = credentials(client, authorities: file, bootstraps: true)
            client.service.setControllers([ControllerConfiguration(target: target)])
            #expect(await eventually { client.service.controllerStatus[target]?.isConnected == true })
            let kept = try String(contentsOfFile: file, encoding: .utf8)
            #expect(kept == (try String(contentsOfFile: "\(server.directory)/controller-ca.pem", encoding: .utf8)))
        }
    }
}
