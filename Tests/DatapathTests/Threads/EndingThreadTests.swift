import Control
import Packets
import Testing

@testable import Datapath

/// A thread of a core that is to poll no longer forwards until it has ended: till then it is told of every change.
///
/// Beside the tests of dummy ports, as a process has one EAL.
extension DummyPortTests {
    @Test("A barrier waits for a thread that is being ended, and its flows follow changes")
    @ControlActor func endingThread() async throws {
        try await withPorts(["p1": DummySettings()]) { datapath, _, ids in
            let port = try #require(ids["p1"])
            let pool = try #require(datapath.kernelPool)
            let thread = try #require(
                PacketThread(id: ThreadID(core: 0), node: 0, serial: 1000, flowRemoved: { _ in }))
            for ring in [thread.rings.upcalls, thread.rings.completions] {
                var command = ThreadCommand(.watch)
                command.block = ring
                datapath.kernelThread?.send(command)
            }
            datapath.endingThreads.append(thread)

            var mask = FlowMask()
            mask.setHost32(FlowField.inPort, .max)
            let flow = try #require(thread.install(FlowKey(), Translation(mask: mask, actions: [.output(port)])))
            #expect(datapath.flows.contains { $0 === flow })
            #expect(!datapath.isSettled)
            datapath.replace(flow, actions: [], context: nil)
            #expect(flow.actions.isEmpty)

            // It does not run yet, so that nothing can be in force before it does.
            var isInForce = false
            let waiter = Task { @ControlActor in
                await datapath.synchronize()
                isInForce = true
            }
            for _ in 0..<20 { await Task.yield() }
            #expect(!isInForce)
            try #require(thread.start(doorbell: datapath.doorbell, pool: pool.raw, admitsOthers: false) == 0)
            await waiter.value
            #expect(isInForce)
            #expect(datapath.isSettled)

            datapath.remove(flow)
            #expect(flow.isRemoved)
            await datapath.synchronize()
            #expect(datapath.flows.isEmpty)
            await thread.end()
            await datapath.retire(thread)
            #expect(datapath.endingThreads.isEmpty)
        }
    }
}
