import Testing

@testable import Switch

@Suite struct FlowLimitTests {
    private func limit(_ current: Int, count: Int, milliseconds: Int, highest: Int = 200_000) -> Int {
        var limit = FlowLimit()
        limit.highest = highest
        limit.set(current)
        limit.adapt(count: count, duration: .milliseconds(milliseconds))
        return limit.current
    }

    @Test func slowRoundsLowerIt() {
        #expect(limit(200_000, count: 150_000, milliseconds: 4000) == 50_000)
        #expect(limit(200_000, count: 150_000, milliseconds: 1500) == 150_000)
        #expect(limit(2000, count: 2000, milliseconds: 60_000) == 1000)
        // Not below what makes a switch useless, and a lower wish stays.
        #expect(limit(10, count: 10, milliseconds: 60_000) == 10)
    }

    @Test func quickRoundsRaiseIt() {
        #expect(limit(10_000, count: 9000, milliseconds: 100) == 11_250)
        #expect(limit(2000, count: 2001, milliseconds: 10) == 3000)
        #expect(limit(199_500, count: 150_000, milliseconds: 100) == 200_000)
    }

    @Test func otherwiseItStays() {
        // Between quick and slow; hardly a flow; no more could be looked after in time.
        #expect(limit(10_000, count: 9000, milliseconds: 1100) == 10_000)
        #expect(limit(10_000, count: 2000, milliseconds: 1) == 10_000)
        #expect(limit(10_000, count: 9000, milliseconds: 950) == 10_000)
    }

    @Test func theHighestTakesEffectAtOnce() {
        var limit = FlowLimit()
        limit.highest = 7
        #expect(limit.current == 7)
        limit.adapt(count: 5000, duration: .milliseconds(1))
        #expect(limit.current == 7)
    }

    @Test func anyNumberMayBeAsked() {
        var limit = FlowLimit()
        limit.highest = .max
        #expect(limit.current == FlowLimit.most)
        limit.set(.max)
        #expect(limit.current == FlowLimit.most)
        limit.adapt(count: 10, duration: .seconds(4))
        #expect(limit.current == FlowLimit.most / 4)
        limit.set(.min)
        #expect(limit.current == 0)
    }
}
