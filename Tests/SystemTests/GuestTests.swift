import Foundation
import Testing

/// Guests over vhost-user, good ones and such that mean no good, by a frontend of our own. The programs stand in
/// Tests/Guests; `make test-guests` runs all of them.
extension SystemTests {
    @Suite struct GuestTests {
        private let binary: String

        init() throws { binary = try Lab.daemonPath() }

        @Test(
            "Guests share memory and exchange frames; lies about rings and memory end nothing but their own connection",
            arguments: ["good", "sizes", "memory"])
        func frontend(name: String) throws {
            let output = try Command.run(
                ["/usr/bin/python3", "Tests/Guests/run", name, "--seed", "7", "--binary", binary], timeoutSeconds: 200)
            #expect(output.status == 0, "\(output.text)")
        }
    }
}
