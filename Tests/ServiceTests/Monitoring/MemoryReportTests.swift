import Control
import Testing

@testable import Service

@Suite struct MemoryReportTests {
    @Test @ControlActor func counts() async {
        let report = MemoryReport()
        #expect(await report.text() == "")
        report.add { [("rules", 5), ("ports", 2)] }
        report.add { [("ports", 1), ("idle", 0)] }
        #expect(await report.text() == "ports:3 rules:5")
    }
}
