import CLinux
import Testing

@testable import DPDK

@Suite struct DPDKQueueTests {
    @Test func jobsRunInOrderOnOneThread() async throws {
        let queue = DPDKQueue(name: "dpdk-test")
        var threads: Set<Int32> = []
        for number in 0..<50 {
            let (thread, value) = try await queue.run { () throws(DPDKError) in (cl_thread_id(), number) }
            threads.insert(thread)
            #expect(value == number)
        }
        #expect(threads.count == 1)
        #expect(!threads.contains(cl_thread_id()))
    }

    @Test func errorsComeBack() async {
        let queue = DPDKQueue()
        await #expect(throws: DPDKError(.noDevice, "gone")) {
            try await queue.run { () throws(DPDKError) in throw DPDKError(.noDevice, "gone") }
        }
    }

    @Test func afterTheEnd() async {
        let queue = DPDKQueue()
        queue.stop()
        queue.stop()
        await #expect(throws: DPDKError.self) { try await queue.run { () throws(DPDKError) in 1 } }
    }
}
