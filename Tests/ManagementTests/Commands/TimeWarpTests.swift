import Control
import Testing

@testable import Management
import Service

@ControlActor
@Suite struct TimeWarpTests {
    private func steps(_ arguments: String...) async -> [Int]? {
        var steps: [Int] = []
        let warp = TimeWarp()
        do throws(UnixctlError) {
            try await warp.run(arguments) { steps.append(Int($0 / .milliseconds(1))) }
            return steps
        } catch {
            #expect(steps.isEmpty)
            #expect(error.description == "invalid MSECS")
            return nil
        }
    }

    @Test func goesInSteps() async {
        #expect(await steps("500") == [500])
        #expect(await steps("25", "10") == [10, 10, 5])
        #expect(await steps("0", "10") == [10])
        #expect(await steps("5", "10") == [5])
    }

    @Test func whatHasNoEndIsRefused() async {
        for text in ["0", "-1", "x", "", "9223372036854775807", "99999999999999999999"] {
            #expect(await steps(text) == nil)
        }
        #expect(await steps("-1", "10") == nil)
        #expect(await steps("100000000000", "1") == nil)
        #expect(await steps("9223372036854775807", "9223372036854775807") == nil)
    }

    @Test func oneAtATime() async throws {
        let warp = TimeWarp()
        var refused: String?
        try await warp.run(["10"]) { _ in
            do throws(UnixctlError) {
                try await warp.run(["10"]) { _ in }
            } catch {
                refused = error.description
            }
        }
        #expect(refused == "A previous warp in progress")
        try await warp.run(["10"]) { _ in }
    }
}
