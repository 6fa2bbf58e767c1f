import Logging
import Testing

@testable import DPDK

@Suite struct EALMessageTests {
    @Test(
        arguments: [(1, .critical), (3, .critical), (4, .error), (5, .warning), (6, .info), (7, .info), (8, .debug)]
            as [(UInt32, Logger.Level)])
    func levels(_ level: UInt32, _ expected: Logger.Level) {
        #expect(EALMessage(level: level, text: "EAL: x").logLevel == expected)
    }

    @Test func warningsOfASoundStartAreNews() {
        #expect(EALMessage(level: 5, text: "EAL: No free 1048576 kB hugepages reported on node 0").logLevel == .info)
        #expect(
            EALMessage(level: 5, text: "TELEMETRY: No legacy callbacks, legacy socket not created").logLevel == .info)
    }

    @Test func sentence() {
        #expect(
            EALMessage(level: 4, text: "EAL: Cannot get hugepage information.").sentence
                == "Cannot get hugepage information")
        #expect(EALMessage(level: 4, text: "open(): Couldn't: no").sentence == "open(): Couldn't: no")
    }
}
