import TestSupport
import Testing

@testable import DPDK

/// Trials of stand-ins for the daemon: what the child says, and how it ends.
@Suite struct TrialRunnerTests {
    private func run(_ script: String, limit: Duration = .seconds(20), words: [String] = ["ovs-vswitchd"]) throws
        -> TrialOutcome
    {
        let directory = try TemporaryDirectory()
        let file = try directory.write("daemon", "#!/bin/bash\n\(script)\n", isExecutable: true)
        return try TrialRunner(executable: file, limit: limit).run(words)
    }

    @Test func success() throws {
        let outcome = try run("echo 'M 6 EAL: Detected 2 lcores' >&3; echo 'R 8' >&3")
        #expect(outcome.isSuccess)
        #expect(outcome.messages == [EALMessage(level: 6, text: "EAL: Detected 2 lcores")])
        #expect(outcome.result == 8)
    }

    @Test func theWordsArriveAsTheyAre() throws {
        let words = ["ovs-vswitchd", "--vdev", "a b", "", "*"]
        let outcome = try run(#"printf 'M 7 <%s>\n' "$@" >&3"#, words: words)
        #expect(outcome.messages.map(\.text) == ["<--eal-trial>"] + words.map { "<\($0)>" })
        #expect(!outcome.isSuccess)
    }

    @Test func failure() throws {
        let outcome = try run(
            "echo \"ovs-vswitchd: unrecognized option '--x'\" >&2; echo 'M 4 EAL: no' >&3; "
                + "echo 'R -22' >&3; exit 1")
        #expect(!outcome.isSuccess)
        #expect(outcome.result == -22)
        #expect(outcome.exitStatus == 1)
        #expect(outcome.errorOutput.contains("'--x'"))
    }

    @Test func abort() throws {
        let outcome = try run("echo 'M 3 EAL: PANIC' >&3; kill -ABRT $$")
        #expect(!outcome.isSuccess)
        #expect(outcome.signalName == "SIGABRT")
        #expect(outcome.exitStatus == nil)
        #expect(outcome.result == nil)
    }

    @Test func exitWithoutAResultIsNoSuccess() throws {
        #expect(try !run("exit 0").isSuccess)
    }

    @Test func aResultBeforeACrashIsNoSuccess() throws {
        #expect(try !run("echo 'R 0' >&3; kill -SEGV $$").isSuccess)
    }

    @Test func timeLimit() throws {
        let clock = ContinuousClock()
        let start = clock.now
        let outcome = try run("exec sleep 60", limit: .milliseconds(300))
        #expect(outcome.isTimeout)
        #expect(outcome.signalName == "SIGKILL")
        #expect(start.duration(to: clock.now) < .seconds(20))
    }

    @Test func floodsAndRubbish() throws {
        let outcome = try run("head -c 1200000 /dev/urandom >&3; head -c 3000000 /dev/zero >&2; exit 1")
        #expect(outcome.exitStatus == 1)
    }

    @Test func noOtherDescriptorsAreInherited() throws {
        let outcome = try run("for f in /proc/self/fd/*; do echo \"M 7 ${f##*/}\" >&3; done; echo 'R 0' >&3")
        // The shell itself has its script open besides.
        #expect(outcome.messages.count <= 5 + 1)
    }

    @Test func missingProgram() {
        #expect(throws: DPDKError.self) { try TrialRunner(executable: "/nonexistent/daemon").run(["x"]) }
    }

    @Test func rightUse() {
        #expect(EALTrial.run(["vswiftd"]) == 2)
        #expect(EALTrial.run(["vswiftd", "--eal-trial"]) == 2)
    }
}
