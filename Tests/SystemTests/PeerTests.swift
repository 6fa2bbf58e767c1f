import Foundation
import Testing

/// OpenFlow with real clients, controllers and peers that mean no good. The programs stand in Tests/Stress/cases and
/// Tests/Differential; each demands what it says and exits with another status than 0 when it does not hold.
extension SystemTests {
    @Suite struct PeerTests {
        private let binary: String

        init() throws { binary = try Lab.daemonPath() }

        private func check(_ words: String..., timeoutSeconds: Int) throws {
            let output = try Command.run(["/usr/bin/python3"] + words, timeoutSeconds: timeoutSeconds)
            #expect(output.status == 0, "\(output.text)")
        }

        @Test("Thousands of connections, dead readers, noise, controllers of each kind, barriers", arguments: [
            "peers", "readers", "noise", "controllers", "barrier",
        ])
        func peers(name: String) throws {
            try check(
                "Tests/Stress/run", name, "--seconds", "10", "--seed", "7", "--binary", binary, timeoutSeconds: 400)
        }

        @Test("Every command of ovs-ofctl in every version gives what it gives on Open vSwitch")
        func commands() throws {
            try check("Tests/Differential/commands", "--left", binary, timeoutSeconds: 300)
        }
    }
}
