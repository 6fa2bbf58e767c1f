import Testing

@testable import OVSDBServer

struct DiskPaceTests {
    @Test func onlyARowOfQuickAnswersIsBelieved() {
        var pace = DiskPace()
        for _ in 1..<DiskPace.proof { pace.note(.microseconds(200)) }
        #expect(!pace.isQuick)
        pace.note(.microseconds(200))
        #expect(pace.isQuick)
        for _ in 0..<100 { pace.note(.microseconds(200)) }
        pace.note(DiskPace.limit)
        #expect(!pace.isQuick)
        for _ in 1..<DiskPace.proof { pace.note(.zero) }
        #expect(!pace.isQuick)
        pace.note(.zero)
        #expect(pace.isQuick)
    }
}
