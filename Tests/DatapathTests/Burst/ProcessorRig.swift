import CDPDK
import Packets

@testable import Datapath

/// A processor with its mirror, as a thread and control would have them.
final class ProcessorRig {
    let processor: UnsafeMutablePointer<BurstProcessor<RecordingSink>>
    let mirror = FlowTableMirror()
    let fakes = FakeMbufs()

    init() {
        processor = .allocate(capacity: 1)
        processor.initialize(to: BurstProcessor(sink: RecordingSink()))
    }

    deinit {
        processor.deinitialize(count: 1)
        processor.deallocate()
    }

    /// Installs a flow; nil if there is one already.
    @discardableResult
    func add(_ key: FlowKey, _ mask: FlowMask, _ actions: [DatapathAction]) -> FlowEntry.Reference? {
        let program = ActionProgram.make(actions)
        guard let command = mirror.makeInsert(key, mask, program: program, cookie: 0) else {
            ActionProgram.free(program)
            return nil
        }
        let entry = command.pointee.entry
        apply(command)
        return entry
    }

    /// Takes a flow out and returns its final packet count.
    @discardableResult
    func remove(_ entry: FlowEntry.Reference) -> UInt64 {
        var packets: UInt64 = 0
        let command = mirror.makeRemove(entry)
        processor.pointee.apply(command)
        mirror.retire(command) { packets = FlowEntry.statistics(of: $0).packets }
        return packets
    }

    func replace(_ entry: FlowEntry.Reference, _ actions: [DatapathAction]) {
        apply(mirror.makeReplace(entry, program: ActionProgram.make(actions)))
    }

    private func apply(_ command: TableCommand.Reference) {
        processor.pointee.apply(command)
        mirror.retire(command) { _ in }
    }

    /// Sends frames through, flushes, and returns the packets made.
    @discardableResult
    func process(_ frames: [[UInt8]], inPort: UInt32 = 1, now: UInt64 = 1) -> [Mbuf] {
        let mbufs = frames.map { fakes.make($0) }
        var vector = mbufs.map { Optional($0) }
        vector.withUnsafeMutableBufferPointer {
            guard let base = $0.baseAddress else { return }
            processor.pointee.process(base, mbufs.count, inPort: inPort, now: now)
        }
        processor.pointee.flush()
        return mbufs
    }

    /// Sends packets through a program of their own, and flushes.
    func execute(_ actions: [DatapathAction], _ mbufs: Mbuf..., inPort: UInt32 = 1, now: UInt64 = 1) {
        let program = ActionProgram.make(actions)
        var vector = mbufs.map { Optional($0) }
        vector.withUnsafeMutableBufferPointer {
            guard let base = $0.baseAddress else { return }
            processor.pointee.execute(program, base, mbufs.count, inPort: inPort, now: now)
        }
        processor.pointee.flush()
        ActionProgram.free(program)
    }

    func clear() {
        processor.pointee.sink.batches = []
        processor.pointee.sink.misses = []
        processor.pointee.sink.drops = []
        processor.pointee.sink.punts = []
    }

    static func key(_ frame: [UInt8], inPort: UInt32 = 1, tags: TagLimit = .two) -> FlowKey {
        var key = FlowKey()
        withUnsafeMutablePointer(to: &key) { pointer in
            pointer.withMemoryRebound(to: UInt64.self, capacity: FlowKey.wordCount) { words in
                frame.withUnsafeBytes { bytes in
                    guard let start = bytes.baseAddress else { return }
                    _ = FlowKeyExtractor.extract(
                        frame: start, length: bytes.count, inPort: inPort, into: words, depth: .full, tags: tags)
                }
            }
        }
        return key
    }

    /// Port, addresses, type and tags: what NORMAL looks at.
    static var layer2Mask: FlowMask {
        var mask = FlowMask()
        mask[0] = .max
        mask[1] = 0xffff_ffff_ffff
        mask[2] = .max
        mask[3] = .max
        return mask
    }
}

/// A datagram of flow number `flow`, which shows in the destination address, or only in the ports.
func datagram(_ flow: Int, byPort: Bool = false) -> [UInt8] {
    let address = byPort ? 0 : UInt64(flow)
    return PacketBuilder(
        source: MACAddress(number: 0x0200_0000_0001), destination: MACAddress(number: 0x0600_0000_0000 + address)
    )
    .ipv4(from: IPv4Address(10, 0, 0, 1), to: IPv4Address(10, 0, 0, 2))
    .udp(from: UInt16(truncatingIfNeeded: flow), to: 9).bytes(minimum: 60)
}
