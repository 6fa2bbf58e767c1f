import CDPDK
import CLinux
import Glibc
import TestSupport
import Testing

@testable import DPDK

/// What frontends may ask, and what not.
@Suite struct VhostGuardTests {
    private static let packed: UInt64 = 1 << 34

    /// A frontend's conversation with the guard; what is passed counts as carried out.
    private final class Conversation {
        var guardian: VhostGuard
        init(_ policy: VhostGuard.Policy = VhostGuard.Policy()) { guardian = VhostGuard(policy) }

        func ask(
            _ request: UInt32, _ payload: [UInt8] = [], _ descriptors: [Int32] = [], version: UInt32 = 1,
            fails: Bool = false
        ) -> VhostGuard.Verdict {
            var raw = cdpdk_vhost_message()
            raw.request = request
            raw.flags = version
            raw.size = UInt32(payload.count)
            withUnsafeMutableBytes(of: &raw.payload) { $0.copyBytes(from: payload) }
            withUnsafeMutableBytes(of: &raw.descriptors) { bytes in
                for index in 0..<8 {
                    let value: Int32 = index < descriptors.count ? descriptors[index] : -1
                    bytes.storeBytes(of: value, toByteOffset: index * 4, as: Int32.self)
                }
            }
            raw.descriptor_count = Int32(descriptors.count)
            return withUnsafeMutablePointer(to: &raw) {
                let verdict = guardian.judge(VhostMessage($0))
                if verdict == .pass, !fails { guardian.confirm(VhostMessage($0)) }
                return verdict
            }
        }

        func share(_ file: Int32, size: UInt64 = 1 << 20, guest: UInt64 = 0, user: UInt64 = 0x10_0000)
            -> VhostGuard.Verdict
        {
            ask(5, words32([1, 0]) + words([guest, size, user, 0]), [file])
        }

        func size(_ ring: UInt32, _ size: UInt32) -> VhostGuard.Verdict { ask(8, words32([ring, size])) }

        func addresses(_ ring: UInt32, _ descriptors: UInt64, _ used: UInt64, _ available: UInt64) -> VhostGuard.Verdict
        {
            ask(9, words32([ring, 0]) + words([descriptors, used, available, 0]))
        }
    }

    /// A file of memory that goes with the closure.
    private func withMemory(_ size: Int, _ body: (Int32) -> Void) throws {
        let directory = try TemporaryDirectory()
        let file = Glibc.open("\(directory.path)/memory", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        try #require(file >= 0)
        defer { close(file) }
        #expect(ftruncate(file, off_t(size)) == 0)
        body(file)
    }

    private func isRefused(_ verdict: VhostGuard.Verdict) -> Bool {
        if case .refuse = verdict { true } else { false }
    }

    @Test("A frontend that does all in order may")
    func order() throws {
        try withMemory(1 << 20) { file in
            let event = cl_event_open()
            defer { close(event) }
            #expect(fcntl(event, F_SETFL, 0) == 0)
            let talk = Conversation()
            #expect(talk.ask(1) == .pass)
            #expect(talk.ask(2, words([1 << 32])) == .pass)
            #expect(talk.share(file) == .pass)
            #expect(talk.ask(13, words([0]), [event]) == .pass)
            #expect(talk.size(0, 256) == .pass)
            #expect(talk.addresses(0, 0x10_0000, 0x10_4000, 0x10_2000) == .pass)
            #expect(talk.ask(12, words([0]), [event]) == .pass)
            #expect(fcntl(event, F_GETFL) & O_NONBLOCK != 0, "a write to it may keep nobody")
            #expect(talk.ask(11, words32([0, 0])) == .pass)
        }
    }

    @Test("A ring has to have a size, again after each stop, before it is described or started")
    func untoldSize() throws {
        try withMemory(1 << 20) { file in
            let event = cl_event_open()
            defer { close(event) }
            let talk = Conversation()
            #expect(talk.share(file) == .pass)
            #expect(isRefused(talk.addresses(0, 0x10_0000, 0x10_4000, 0x10_2000)))
            #expect(isRefused(talk.ask(12, words([0]), [event])))
            #expect(talk.size(0, 256) == .pass)
            #expect(talk.addresses(0, 0x10_0000, 0x10_4000, 0x10_2000) == .pass)
            #expect(talk.ask(11, words32([0, 0])) == .pass)
            #expect(isRefused(talk.addresses(0, 0x10_0000, 0x10_4000, 0x10_2000)))
        }
    }

    @Test("Sizes of rings", arguments: [
        0, 1, 32, 63, 64, 100, 256, 32768, 32769, 65536, UInt32.max,
    ] as [UInt32])
    func sizes(size: UInt32) {
        let isAllowed = (64...32768).contains(size)
        #expect(isRefused(Conversation().size(0, size)) != (isAllowed && size.nonzeroBitCount == 1))
        let talk = Conversation()
        #expect(talk.ask(2, words([Self.packed])) == .pass)
        #expect(isRefused(talk.size(0, size)) != isAllowed)
    }

    @Test("Rings in use change neither size nor kind")
    func inUse() throws {
        try withMemory(1 << 20) { file in
            let talk = Conversation()
            #expect(talk.share(file) == .pass)
            #expect(talk.size(0, 256) == .pass)
            #expect(talk.addresses(0, 0x10_0000, 0x10_4000, 0x10_2000) == .pass)
            #expect(talk.size(0, 256) == .ignore)
            #expect(isRefused(talk.size(0, 512)))
            #expect(isRefused(talk.ask(2, words([Self.packed]))))
        }
    }

    @Test("A ring lies within one region, and within each that replaces it")
    func places() throws {
        try withMemory(1 << 20) { file in
            let end: UInt64 = 0x20_0000
            for (descriptors, used, available) in [
                (0xf_ffff, 0x10_4000, 0x10_2000), (0x10_0000, end - 2051, 0x10_2000), (0x10_0000, 0x10_4000, end - 515),
                (UInt64.max, 0x10_4000, 0x10_2000), (end, 0x10_4000, 0x10_2000),
            ] as [(UInt64, UInt64, UInt64)] {
                let talk = Conversation()
                #expect(talk.share(file) == .pass)
                #expect(talk.size(0, 256) == .pass)
                #expect(isRefused(talk.addresses(0, descriptors, used, available)))
            }
            let talk = Conversation()
            #expect(talk.share(file) == .pass)
            #expect(talk.size(0, 256) == .pass)
            #expect(talk.addresses(0, end - 4096, end - 8192, end - 12288) == .pass)
            #expect(talk.share(file, guest: 1 << 30) == .pass)
            #expect(isRefused(talk.share(file, size: 1 << 19)))
        }
    }

    @Test("A ring's parts are where their words may be")
    func alignment() throws {
        try withMemory(1 << 20) { file in
            for (isPacked, descriptors, used, available) in [
                (false, 0x10_0008, 0x10_4000, 0x10_2000), (false, 0x10_0000, 0x10_4002, 0x10_2000),
                (false, 0x10_0000, 0x10_4000, 0x10_2001), (true, 0x10_0008, 0x10_4000, 0x10_2000),
                (true, 0x10_0000, 0x10_4002, 0x10_2000), (true, 0x10_0000, 0x10_4000, 0x10_2002),
            ] as [(Bool, UInt64, UInt64, UInt64)] {
                let talk = Conversation()
                #expect(talk.ask(2, words([isPacked ? Self.packed : 0])) == .pass)
                #expect(talk.share(file) == .pass)
                #expect(talk.size(0, 256) == .pass)
                #expect(isRefused(talk.addresses(0, descriptors, used, available)))
            }
            let talk = Conversation()
            #expect(talk.share(file) == .pass)
            #expect(talk.size(0, 256) == .pass)
            #expect(talk.addresses(0, 0x10_0010, 0x10_4004, 0x10_2002) == .pass)
        }
    }

    @Test("Memory has a file that is as large as is said, of the kernel's own")
    func files() throws {
        try withMemory(1 << 20) { file in
            #expect(Conversation().share(file) == .pass)
            #expect(isRefused(Conversation().share(file, size: (1 << 20) + 1)))
            #expect(isRefused(Conversation().share(file, size: 0)))
            #expect(isRefused(Conversation().share(file, guest: UInt64.max - 4)))
            let null = Glibc.open("/dev/null", O_RDWR)
            defer { close(null) }
            #expect(isRefused(Conversation().share(null)))
            let image = Glibc.open("/proc/self/exe", O_RDONLY)
            defer { close(image) }
            #expect(isRefused(Conversation().share(image, size: 4096)), "it cannot be written to")
            #expect(isRefused(Conversation().share(-1)))
        }
    }

    @Test("A table that says what is known changes nothing")
    func sameTable() throws {
        try withMemory(1 << 20) { file in
            let talk = Conversation()
            #expect(talk.share(file) == .pass)
            #expect(talk.share(file) == .ignore)
            #expect(talk.share(file, guest: 1 << 30) == .pass)
        }
    }

    @Test("Memory that is withheld: the reason says which setting mends it")
    func withheld() {
        let verdict = Conversation().ask(5, words32([1, 0]) + words([0, 1 << 20, 0x10_0000, 0]))
        guard case .refuse(let reason) = verdict else {
            Issue.record("memory without a file is taken")
            return
        }
        #expect(reason.contains("share=on") && reason.contains("<access mode='shared'/>"))
    }

    @Test("Regions do not overlap")
    func overlap() throws {
        try withMemory(1 << 20) { file in
            let regions = [0, 4096, 0x10_0000, 0] + [4095, 4096, 0x20_0000, 0]
            #expect(isRefused(Conversation().ask(5, words32([2, 0]) + words(regions.map(UInt64.init)), [file, file])))
            let apart = [0, 4096, 0x10_0000, 0] + [4096, 4096, 0x20_0000, 0]
            #expect(Conversation().ask(5, words32([2, 0]) + words(apart.map(UInt64.init)), [file, file]) == .pass)
        }
    }

    @Test("After one that has failed there is no going on")
    func failure() throws {
        try withMemory(1 << 20) { file in
            let talk = Conversation()
            #expect(talk.share(file) == .pass)
            #expect(talk.ask(8, words32([0, 256]), fails: true) == .pass)
            #expect(isRefused(talk.ask(1)))
        }
    }

    @Test("Events are eventfds")
    func events() {
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        defer { ends.forEach { close($0) } }
        #expect(isRefused(Conversation().ask(13, words([0]), [ends[1]])))
        #expect(isRefused(Conversation().ask(13, words([0]))))
        #expect(Conversation().ask(13, words([0x100])) == .pass)
    }

    @Test("What was not offered is refused", arguments: [22, 23, 26, 28, 29, 30, 31, 32, 41, 999] as [UInt32])
    func notOffered(request: UInt32) {
        #expect(isRefused(Conversation().ask(request, [UInt8](repeating: 0, count: 40))))
    }

    @Test("Postcopy when it is allowed, advice but once")
    func postcopy() {
        let talk = Conversation(VhostGuard.Policy(allowsIOMMU: false, allowsPostcopy: true))
        #expect(talk.ask(28) == .pass)
        #expect(isRefused(talk.ask(28)))
    }

    @Test("Messages that are too short, or of no version")
    func form() {
        for request in 1...40 as ClosedRange<UInt32> {
            guard let known = VhostRequest(rawValue: request), known.leastPayload > 0 else { continue }
            #expect(isRefused(Conversation().ask(request, [UInt8](repeating: 0, count: known.leastPayload - 1))))
        }
        #expect(isRefused(Conversation().ask(1, version: 0)))
    }

    @Test("Rings take a bounded share of memory")
    func budget() {
        let talk = Conversation()
        #expect(talk.ask(2, words([1 << 22])) == .pass)
        var accepted = 0
        for ring in 0..<256 as Range<UInt32> {
            guard talk.size(ring, 32768) == .pass else { break }
            accepted += 1
        }
        #expect(accepted * 32768 == VhostGuard.mostEntries)
    }
}

private func words(_ values: [UInt64]) -> [UInt8] {
    values.flatMap { value in (0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
}

private func words32(_ values: [UInt32]) -> [UInt8] {
    values.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
}
