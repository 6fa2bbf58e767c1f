import CLinux
import Dispatch
import Glibc
import Synchronization
import Testing

@testable import DPDK

struct VhostCallWatchTests {
    /// An eventfd whose count is `count`; waiting or not when it is full.
    private func makeEvent(_ count: UInt64, waits: Bool) -> Int32 {
        let event = cl_event_open()
        var count = count
        if count > 0 { _ = write(event, &count, MemoryLayout<UInt64>.size) }
        if waits { _ = fcntl(event, F_SETFL, fcntl(event, F_GETFL) & ~O_NONBLOCK) }
        return event
    }

    private func isSoon(_ condition: () -> Bool) -> Bool {
        for _ in 0..<500 {
            if condition() { return true }
            usleep(10_000)
        }
        return false
    }

    @Test("Whoever writes to an eventfd that is full goes on, and its guest is cut off")
    func full() async {
        let (watch, inbox) = (VhostCallWatch(), VhostInbox {})
        let event = makeEvent(.max - 1, waits: true)
        defer { close(event) }
        watch.begin(3, nil, inbox)
        watch.keep(event, device: 3, ring: 0)
        let writer = Task.detached { () -> Int in
            var one: UInt64 = 1
            return write(event, &one, MemoryLayout<UInt64>.size)
        }
        #expect(await writer.value == MemoryLayout<UInt64>.size)
        #expect(isSoon { inbox.take().0.refusals > 0 })
        watch.end(3)
    }

    @Test("Taking away a count waits for nobody")
    func empty() {
        let event = makeEvent(0, waits: true)
        defer { close(event) }
        let taken = DispatchSemaphore(value: 0)
        DispatchQueue.global().async {
            #expect(cl_event_take_shared(event) == 0)
            taken.signal()
        }
        let result = taken.wait(timeout: .now() + .seconds(20))
        #expect(result == .success)
        var count: UInt64 = 5
        _ = write(event, &count, MemoryLayout<UInt64>.size)
        if result == .success { #expect(cl_event_take_shared(event) == 5) } else { taken.wait() }
    }

    @Test("An eventfd that nobody reads is no offence, nor is one that was replaced before it was full")
    func honest() {
        let (watch, inbox) = (VhostCallWatch(), VhostInbox {})
        let (first, second) = (makeEvent(0, waits: false), makeEvent(1 << 40, waits: false))
        defer { for event in [first, second] { close(event) } }
        watch.begin(3, nil, inbox)
        watch.keep(first, device: 3, ring: 0)
        watch.keep(second, device: 3, ring: 0)
        var most = UInt64.max - 1
        #expect(write(first, &most, MemoryLayout<UInt64>.size) == MemoryLayout<UInt64>.size)
        usleep(400_000)
        #expect(inbox.take().0.refusals == 0)
        watch.end(3)
    }

    @Test("Of a guest that has gone no descriptor is kept")
    func gone() {
        let (watch, inbox) = (VhostCallWatch(), VhostInbox {})
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        defer { close(ends[0]) }
        watch.begin(1, nil, inbox)
        watch.keep(ends[1], device: 1, ring: 2)
        // Nobody asks for a device that is not there.
        watch.keep(ends[1], device: 2, ring: 2)
        close(ends[1])
        watch.end(1)
        var byte: UInt8 = 0
        #expect(read(ends[0], &byte, 1) == 0)
    }
}
