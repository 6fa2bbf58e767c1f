import Testing

@testable import Datapath

@Suite struct QueueSchedulerTests {
    private func scheduler(
        _ cores: [(Int, Int)], _ assignment: QueueAssignment = .cycles, isolates: Bool = true
    ) -> QueueScheduler {
        QueueScheduler(
            cores: cores.map { QueueScheduler.Core(number: $0.0, node: $0.1) }, assignment: assignment,
            isolatesPinnedCores: isolates)
    }

    private func queue(
        _ cycles: UInt64 = 0, node: Int = 0, pinned: Int? = nil, current: Int? = nil
    ) -> QueueScheduler.Queue {
        QueueScheduler.Queue(node: node, pinnedCore: pinned, cycles: cycles, current: current)
    }

    @Test func roundRobinTakesThreadsInTurnWhateverQueuesCost() {
        let plan = scheduler([(1, 0), (2, 0), (3, 0)], .roundrobin).plan(
            [1, 90, 5, 4, 70].map { queue($0) }, keepsPlaces: false)
        #expect(plan.cores == [1, 2, 3, 1, 2])
    }

    @Test func cyclesGoesThereAndBackFromTheBusiest() {
        // From the busiest: 3, 7, 8, 8, 7, 3.
        let cycles: [UInt64] = [30, 80, 60, 70, 10, 20]
        let plan = scheduler([(3, 0), (7, 0), (8, 0)], .cycles).plan(cycles.map { queue($0) }, keepsPlaces: false)
        #expect(plan.cores == [8, 3, 8, 7, 3, 7])
    }

    @Test func groupGivesEachToTheLeastLoaded() {
        let cycles: [UInt64] = [100, 10, 10, 10, 10]
        let plan = scheduler([(1, 0), (2, 0)], .group).plan(cycles.map { queue($0) }, keepsPlaces: false)
        #expect(plan.cores == [1, 2, 2, 2, 2])
        let idle = scheduler([(1, 0), (2, 0)], .group).plan((0..<4).map { _ in queue() }, keepsPlaces: false)
        #expect(idle.cores == [1, 2, 1, 2])
    }

    @Test func aPinnedQueueHasItsCoreForItself() {
        let queues = [queue(5), queue(5, pinned: 2), queue(5), queue(5)]
        let alone = scheduler([(1, 0), (2, 0)]).plan(queues, keepsPlaces: false)
        #expect(alone.cores == [1, 2, 1, 1])
        #expect(alone.isolated == [2])
        let shared = scheduler([(1, 0), (2, 0)], .group, isolates: false).plan(queues, keepsPlaces: false)
        #expect(shared.cores == [1, 2, 1, 2])
        #expect(shared.isolated.isEmpty)
    }

    @Test func aCoreWithoutThreadPinsNothing() {
        let plan = scheduler([(1, 0)]).plan([queue(pinned: 9)], keepsPlaces: false)
        #expect(plan.cores == [1])
        #expect(plan.remarks == [.pinnedCoreMissing(queue: 0)])
    }

    @Test func queuesAreRatherPolledFromTheirNode() {
        let cores = [(1, 0), (2, 1)]
        let plan = scheduler(cores).plan([queue(node: 1), queue(node: 0), queue(node: 1)], keepsPlaces: false)
        #expect(plan.cores == [2, 1, 2])
        let far = scheduler([(1, 0)]).plan([queue(node: 1)], keepsPlaces: false)
        #expect(far.cores == [1])
        #expect(far.remarks == [.otherNode(queue: 0, core: QueueScheduler.Core(number: 1, node: 0))])
    }

    @Test func withEveryCoreIsolatedTheRestIsPolledByNobody() {
        let plan = scheduler([(1, 0)]).plan([queue(pinned: 1), queue()], keepsPlaces: false)
        #expect(plan.cores == [1, nil])
        #expect(plan.remarks == [.unpolled(queue: 1)])
    }

    @Test func whatHasAPlaceKeepsIt() {
        let queues = [queue(90, current: 2), queue(80, current: 2), queue(0), queue(10, current: 7)]
        let plan = scheduler([(1, 0), (2, 0)]).plan(queues, keepsPlaces: true)
        #expect(plan.cores == [2, 2, 1, 1])
    }

    @Test func whatHasMovedToAnotherNodeIsPolledThere() {
        let moved = [queue(90, node: 1, current: 1), queue(80, node: 1, current: 2)]
        #expect(scheduler([(1, 0), (2, 1)]).plan(moved, keepsPlaces: true).cores == [2, 2])
        #expect(scheduler([(1, 0), (2, 0)]).plan(moved, keepsPlaces: true).cores == [1, 2])
    }
}
