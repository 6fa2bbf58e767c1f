import CLinux
import Glibc
import Testing

@Suite struct ProcessAndThreadTests {
    @Test func affinityOfAThreadAlone() async {
        let original = await ThreadProbe.run { () -> Bool in
            var before = [UInt8](repeating: 0, count: 128)
            guard cl_thread_affinity(&before, 128) == 0, let byte = before.firstIndex(where: { $0 != 0 }) else {
                return false
            }
            var one = [UInt8](repeating: 0, count: 128)
            one[byte] = before[byte] & (~before[byte] &+ 1)
            guard cl_thread_set_affinity(one, 128) == 0 else { return false }
            var now = [UInt8](repeating: 0, count: 128)
            _ = cl_thread_affinity(&now, 128)
            return now == one && cl_thread_core() == Int32(byte * 8 + one[byte].trailingZeroBitCount)
        }
        #expect(original)
        #expect(cl_thread_set_affinity([UInt8](repeating: 255, count: 4096), 4096) == -EINVAL)
    }

    @Test func eventsWakeAPoll() {
        let (event, poll) = (cl_event_open(), cl_epoll_open())
        defer {
            close(event)
            close(poll)
        }
        #expect(cl_epoll_add(poll, event, UInt32(CL_EPOLL_IN), 77) == 0)
        var ready = [cl_epoll_event](repeating: cl_epoll_event(), count: 4)
        #expect(cl_epoll_wait(poll, &ready, 4, 1_000_000) == 0)
        #expect(cl_event_signal(event) == 0)
        #expect(cl_event_signal(event) == 0)
        #expect(cl_epoll_wait(poll, &ready, 4, -1) == 1)
        #expect(ready[0].data == 77)
        #expect(cl_wait_ready(event, Int16(POLLIN), 0) == Int32(POLLIN))
        #expect(cl_event_take(event) == 2)
        #expect(cl_event_take(event) == 0)
        #expect(cl_wait_ready(event, Int16(POLLIN), 1000) == 0)
        #expect(cl_epoll_remove(poll, event) == 0)
        #expect(cl_epoll_remove(poll, event) == -ENOENT)
    }

    @Test func childrenEndAsTheyEnd() {
        var end = cl_end()
        let pid = "/bin/bash".withCString { path in
            var vector: [UnsafeMutablePointer<CChar>?] =
                ["bash", "-c", "exit 7"].map { (word: String) in strdup(word) } + [nil]
            defer { for word in vector { free(word) } }
            return cl_spawn(path, &vector, [-1, -1, -1], 3)
        }
        #expect(pid > 0)
        #expect(cl_wait(pid, 0, &end) == pid)
        #expect(end.status == 7)
        #expect(end.signal == 0)
        #expect(cl_wait(pid, 0, &end) == -ECHILD)
        #expect(cl_signal_name(SIGSEGV).map { String(cString: $0) } == "SIGSEGV")
        #expect(cl_signal_name(250) == nil)
    }

    @Test func locksOfPidFiles() throws {
        let name = "/tmp/vswift-lock-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
        let fd = open(name, O_RDWR | O_CREAT, 0o600)
        try #require(fd >= 0)
        defer {
            close(fd)
            unlink(name)
        }
        #expect(cl_lock_owner(fd) == 0)
        #expect(cl_lock_file(fd) == 0)
        // A lock of one's own is none to F_GETLK; another process sees who has it.
        #expect(cl_lock_owner(fd) == 0)
        #expect(cl_lock_file(-1) == -EBADF)
    }

    @Test func usage() {
        var usage = cl_usage()
        #expect(cl_usage_of_process(&usage) == 0)
        #expect(usage.max_resident_kib > 1000)
        #expect(cl_usage_of_thread(&usage) == 0)
    }
}

/// Runs a function on a thread of its own.
enum ThreadProbe {
    static func run(_ body: @escaping @Sendable () -> Bool) async -> Bool {
        await withCheckedContinuation { continuation in
            final class Box: Sendable {
                let body: @Sendable () -> Void
                init(_ body: @escaping @Sendable () -> Void) { self.body = body }
            }
            let box = Box { continuation.resume(returning: body()) }
            var thread = pthread_t()
            pthread_create(
                &thread, nil,
                { context in
                    if let context { Unmanaged<Box>.fromOpaque(context).takeRetainedValue().body() }
                    return nil
                }, Unmanaged.passRetained(box).toOpaque())
            pthread_detach(thread)
        }
    }
}
