import CDPDK
import CLinux
import Glibc

/// What a new packet thread is started with; lives until its loop ends.
final class ThreadStart {
    private let threadCore: UnsafeMutablePointer<ThreadCore>
    private let epoll: Int32
    private let wake: Int32
    private let doorbell: Doorbell
    private let pool: UnsafeMutableRawPointer
    private let core: Int
    private let admitsOthers: Bool

    /// - Parameter admitsOthers: other processes may attach to DPDK (``EAL/admitsOthers``).
    init(
        core threadCore: UnsafeMutablePointer<ThreadCore>, epoll: Int32, wake: Int32, doorbell: Doorbell,
        pool: UnsafeMutableRawPointer, core: Int, admitsOthers: Bool
    ) {
        self.threadCore = threadCore
        self.epoll = epoll
        self.wake = wake
        self.doorbell = doorbell
        self.pool = pool
        self.core = core
        self.admitsOthers = admitsOthers
    }

    /// Starts the thread; errno's value when the system refuses.
    func begin(_ handle: inout pthread_t) -> Int32 {
        let opaque = Unmanaged.passRetained(self).toOpaque()
        let result = pthread_create(
            &handle, nil, { Unmanaged<ThreadStart>.fromOpaque($0!).takeRetainedValue().run() }, opaque)
        if result != 0 { Unmanaged<ThreadStart>.fromOpaque(opaque).release() }
        return result
    }

    /// The thread's body: names and pins itself, joins DPDK for the mempools' caches, and runs its loop.
    func run() -> UnsafeMutableRawPointer? {
        let isRegistered = join()
        defer { if isRegistered { cdpdk_thread_unregister() } }
        threadCore.pointee.cacheNumber = cdpdk_thread_number()
        if core >= 0 {
            pin()
            // For pmd-maxsleep.
            _ = cl_thread_set_timer_slack(1_000)
            _ = cl_thread_set_name("pmd-c\(core < 10 ? "0" : "")\(core)")
            threadCore.pointee.poll()
        } else {
            _ = cl_thread_set_name("kernel-ports")
            _ = cl_thread_set_timer_slack(1_000)
            var loop = KernelLoop(core: threadCore, epoll: epoll, wake: wake, doorbell: doorbell, pool: pool)
            loop.run()
        }
        return nil
    }

    /// Gets one of DPDK's numbers; whether it has to be given back.
    private func join() -> Bool {
        guard admitsOthers else { return cdpdk_thread_register() == 0 }
        // From above: other processes number their threads from 0. There is one thread for each core, and one without.
        _ = cdpdk_thread_adopt(cdpdk_thread_numbers() &- 2 &- UInt32(truncatingIfNeeded: core))
        return false
    }

    private func pin() {
        var mask = [UInt8](repeating: 0, count: core / 8 + 1)
        mask[core / 8] = 1 << UInt8(core % 8)
        _ = cl_thread_set_affinity(mask, mask.count)
    }
}
