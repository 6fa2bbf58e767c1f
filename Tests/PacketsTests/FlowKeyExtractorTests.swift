import Glibc
import Packets
import TestSupport
import Testing

@Suite struct FlowKeyExtractorTests {
    /// Extracts a frame whose last byte lies just before a page that cannot be read, so that reading on is fatal.
    private final class GuardedMemory {
        private let base: UnsafeMutableRawPointer
        private let size = 8192

        init() throws {
            let page = 4096
            base = try #require(
                mmap(nil, size + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))
            try #require(mprotect(base + size, page, PROT_NONE) == 0)
        }

        deinit { munmap(base, size + 4096) }

        func extract(
            _ frame: [UInt8], whole: Int? = nil, inPort: UInt32, depth: ExtractDepth, tags: TagLimit = .two
        ) -> FlowKey? {
            let start = base + size - frame.count
            frame.withUnsafeBytes {
                start.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(start), byteCount: $0.count)
            }
            // What is not filled must have been zeroed, so begin with something else.
            let words = UnsafeMutablePointer<UInt64>.allocate(capacity: FlowKey.wordCount)
            defer { words.deallocate() }
            words.initialize(repeating: 0, count: FlowKey.wordCount)
            let filled = depth == .full ? FlowKeyExtractor.wordCount : FlowKeyExtractor.ethernetWordCount
            for index in 0..<filled { words[index] = .max }
            guard
                FlowKeyExtractor.extract(
                    frame: start, length: frame.count, whole: whole ?? frame.count, inPort: inPort, into: words,
                    depth: depth, tags: tags)
            else { return nil }
            return FlowKey(words: words)
        }
    }

    @Test func everyKindAtEveryLengthAgreesWithTheReference() throws {
        let memory = try GuardedMemory()
        for (name, frame) in SampleFrames.all {
            for length in 0...frame.count {
                let part = Array(frame.prefix(length))
                let expected = ReferenceExtractor.extract(part, inPort: 7)
                let actual = memory.extract(part, inPort: 7, depth: .full)
                #expect(actual == expected, "\(name), \(length) bytes")
                var layer2: FlowKey?
                if let expected {
                    layer2 = FlowKey()
                    for index in 0..<4 { layer2?[index] = expected[index] }
                }
                #expect(
                    memory.extract(part, inPort: 7, depth: .ethernet) == layer2, "\(name), \(length) bytes, layer 2")
            }
        }
    }

    @Test func whatIsBelowOneTagIsPayloadWhereOneIsTheLimit() throws {
        let memory = try GuardedMemory()
        var cut = 0
        for (name, frame) in SampleFrames.all {
            for depth in [ExtractDepth.full, .ethernet] {
                guard let all = memory.extract(frame, inPort: 7, depth: depth) else { continue }
                let one = memory.extract(frame, inPort: 7, depth: depth, tags: .one)
                #expect(one == all.limited(to: .one), "\(name)")
                #expect(all.limited(to: .two) == all, "\(name)")
                guard all.u16(FlowField.innerTCI) != 0 else {
                    #expect(one == all, "\(name)")
                    continue
                }
                cut += 1
                #expect(one?.u16(FlowField.ethernetType) == all.u16(FlowField.innerTPID), "\(name)")
                #expect(one?.u16(FlowField.innerTCI) == 0, "\(name)")
                #expect(one?.u8(FlowField.networkProtocol) == 0, "\(name)")
            }
        }
        #expect(cut > 0)
    }

    @Test(arguments: [34, 36, 42, 74, 1000])
    func aDatagramMayGoOnInFurtherBuffers(first length: Int) throws {
        let memory = try GuardedMemory()
        var frame = [UInt8](repeating: 0, count: 1514)
        frame.replaceSubrange(12..<24, with: [0x08, 0, 0x45, 0, 0x05, 0xdc, 0, 1, 0, 0, 64, 17])
        frame.replaceSubrange(34..<42, with: [0x12, 0x34, 0x56, 0x78, 0x05, 0xc8, 0, 0])
        let head = Array(frame.prefix(length))
        let key = try #require(memory.extract(head, whole: frame.count, inPort: 1, depth: .full))
        #expect(key.u8(FlowField.networkProtocol) == 17)
        #expect(key.u16(FlowField.transportSource) == (length >= 42 ? 0x1234 : 0))
        // Cut off, it is no datagram.
        let cut = try #require(memory.extract(head, inPort: 1, depth: .full))
        #expect(cut.u8(FlowField.networkProtocol) == 0)
    }

    @Test func damagedFramesAgreeWithTheReference() throws {
        let memory = try GuardedMemory()
        var random = SeededGenerator(seed: 42)
        let samples = SampleFrames.all.map(\.frame)
        var differences = 0
        for _ in 0..<60_000 {
            var frame = samples.randomElement(using: &random) ?? []
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                frame[Int.random(in: 0..<frame.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            // Often where it hurts: the bytes with lengths and types.
            if Bool.random(using: &random), frame.count > 20 {
                frame[Int.random(in: 12...20, using: &random)] = UInt8.random(in: 0...15, using: &random)
            }
            frame = Array(frame.prefix(Int.random(in: 0...frame.count, using: &random) + frame.count / 2))
            if memory.extract(frame, inPort: 1, depth: .full) != ReferenceExtractor.extract(frame, inPort: 1) {
                differences += 1
            }
        }
        #expect(differences == 0)
    }

    @Test func noiseAgreesWithTheReference() throws {
        let memory = try GuardedMemory()
        var random = SeededGenerator(seed: 43)
        for _ in 0..<20_000 {
            let frame = (0..<Int.random(in: 0...90, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            #expect(
                memory.extract(frame, inPort: 1, depth: .full) == ReferenceExtractor.extract(frame, inPort: 1))
        }
    }

    @Test func fieldsOfATaggedTCPSegment() throws {
        let frame = SampleFrames.base.vlan(100, priority: 5).ipv4(
            from: SampleFrames.a, to: SampleFrames.b, ttl: 3, tos: 8
        )
        .tcp(from: 1234, to: 80, flags: 0x12).bytes()
        let key = try #require(try GuardedMemory().extract(frame, inPort: 9, depth: .full))
        #expect(key.host32(FlowField.inPort) == 9)
        #expect(key.mac(FlowField.ethernetSource) == SampleFrames.source)
        #expect(key.mac(FlowField.ethernetDestination) == SampleFrames.destination)
        #expect(key.u16(FlowField.outerTPID) == 0x8100)
        #expect(key.u16(FlowField.outerTCI) == 5 << 13 | 0x1000 | 100)
        #expect(key.u16(FlowField.ethernetType) == 0x0800)
        #expect(key.u8(FlowField.networkProtocol) == 6)
        #expect(key.u8(FlowField.networkTTL) == 3)
        #expect(key.u8(FlowField.networkTOS) == 8)
        #expect(key.u32(FlowField.ipv4Source) == 0x0a00_0001)
        #expect(key.u32(FlowField.ipv4Destination) == 0x0a00_0002)
        #expect(key.u16(FlowField.transportSource) == 1234)
        #expect(key.u16(FlowField.transportDestination) == 80)
        #expect(key.u16(FlowField.tcpFlags) == 0x12)
    }

    @Test func extensionHeadersAreToldAsOpenFlowNumbersThem() throws {
        let memory = try GuardedMemory()
        func bits(_ build: (PacketBuilder) -> PacketBuilder) throws -> UInt16 {
            let frame = build(SampleFrames.base.ipv6(from: SampleFrames.a6, to: SampleFrames.b6))
                .tcp(from: 1, to: 2).bytes()
            let key = try #require(memory.extract(frame, inPort: 1, depth: .full))
            #expect(key.u16(FlowField.transportDestination) == 2)
            return key.u16(FlowField.ipv6ExtensionHeaders)
        }
        let plain = [UInt8](repeating: 0, count: 8)
        #expect(try bits { $0 } == 0)
        #expect(try bits { $0.extensionHeader(0, plain).extensionHeader(51, plain) } == 0x44)
        #expect(try bits { $0.extensionHeader(51, plain).extensionHeader(0, plain) } == 0x144)
        #expect(try bits { $0.extensionHeader(43, plain).extensionHeader(43, plain) } == 0xa0)
        #expect(
            try bits { $0.extensionHeader(60, plain).extensionHeader(43, plain).extensionHeader(60, plain) } == 0x28)
    }
}
