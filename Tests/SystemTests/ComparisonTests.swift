import Foundation
import Testing

extension SystemTests {
    /// Random tables and packets, a bounded slice of what `make test-differential` does.
    @Suite
    struct ComparisonTests {
        /// The caches against a plain walk of the tables: what a mask that is too short would betray.
        @Test(arguments: [1, 2])
        func cachesSayWhatTheTablesSay(seed: Int) throws {
            var root = URL(fileURLWithPath: #filePath)
            for _ in 0..<3 { root.deleteLastPathComponent() }
            let output = try Command.run(
                [
                    root.appendingPathComponent("Tests/Differential/run").path, "--left", try Lab.daemonPath(),
                    "--plain", "--tables", "10", "--seed", String(seed),
                ], timeoutSeconds: 600)
            #expect(output.status == 0, "\(output.text.prefix(4000))")
            #expect(output.text.contains("no difference"))
        }
    }
}
