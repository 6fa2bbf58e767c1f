import CDPDK

/// Judges what a frontend asks before the vhost library carries it out.
///
/// Debian's library (22.11) takes much on trust that a frontend can get wrong, or abuse: it runs rings whose size it
/// was never told, keeps addresses of memory that it could not map anew, maps more than a file has, writes to any kind
/// of descriptor from packet threads. A frontend that asks for such a thing is cut off; those that exist never do.
struct VhostGuard: Sendable {
    enum Verdict: Sendable, Equatable {
        /// The library carries it out.
        case pass
        /// It counts as carried out, and nothing is done.
        case ignore
        /// The connection ends; the reason, for people.
        case refuse(String)
    }

    /// What the operator has allowed.
    struct Policy: Sendable {
        var allowsIOMMU = false
        var allowsPostcopy = false
    }

    /// Ring entries that a frontend may have in all: each takes the library some 40 bytes of buffers' memory.
    static let mostEntries = 1 << 19

    private let policy: Policy
    private(set) var features: UInt64 = 0
    private(set) var memory: [VhostMemoryRegion] = []
    private var rings: [Int: VhostRing] = [:]
    /// What was passed on and is not known to be done.
    private var pending: VhostRequest?
    private var memoryToBe: [VhostMemoryRegion] = []
    private var isPostcopyAdvised = false

    init(_ policy: Policy) { self.policy = policy }

    /// What is to be done with a message.
    mutating func judge(_ message: VhostMessage) -> Verdict {
        if let pending, pending.leavesRuins { return .refuse("it goes on after \(pending) has failed") }
        guard let descriptors = message.descriptors else {
            return .refuse("the library's messages have another layout")
        }
        guard message.version == 1 else { return .refuse("version \(message.version) of vhost-user is none") }
        guard let request = VhostRequest(rawValue: message.number) else {
            return .refuse("request \(message.number) is none of a network device's")
        }
        guard message.size >= request.leastPayload else {
            return .refuse("\(request) has \(message.size) bytes, not \(request.leastPayload)")
        }
        let verdict = judge(request, message, descriptors)
        pending = verdict == .pass ? request : nil
        return verdict
    }

    /// The library has carried out what was passed on last.
    mutating func confirm(_ message: VhostMessage) {
        if pending == .setMemoryTable { memory = memoryToBe }
        pending = nil
    }

    private mutating func judge(_ request: VhostRequest, _ message: VhostMessage, _ descriptors: [Int32]) -> Verdict {
        switch request {
        case .setFeatures: return judgeFeatures(message.read(at: 0))
        case .setMemoryTable: return judgeMemory(message, descriptors)
        case .setRingSize: return judgeSize(message)
        case .setRingAddresses: return judgeAddresses(message)
        case .getRingBase:
            rings[Int(message.read(UInt32.self, at: 0))] = nil
            return .pass
        case .setRingKick:
            let ring = Int(message.read(UInt64.self, at: 0) & 0xff)
            guard rings[ring]?.addresses != nil else {
                return .refuse("ring \(ring) is started before it is described")
            }
            return judgeEvent(message, descriptors)
        case .setRingCall: return judgeEvent(message, descriptors)
        case .setLogBase: return judgeLog(message, descriptors)
        case .setBackChannel:
            return descriptors.allSatisfy(VhostFile.isSocket) ? .pass : .refuse("its channel for answers is no socket")
        case .iotlb:
            return isTranslated ? .pass : .refuse("it translates addresses without an IOMMU")
        case .postcopyAdvise, .postcopyListen, .postcopyEnd: return judgePostcopy(request)
        // Offered to nobody; the library would map what it gets without a look, and reserve any amount of memory.
        case .getInFlight, .setInFlight: return .refuse("\(request) was not offered")
        // "No longer used" (vhost-user's specification); what the library does leaves rings without their locks.
        case .resetOwner: return .ignore
        default: return .pass
        }
    }

    /// Whether the library is carrying out a message, or has failed to.
    var isBusy: Bool { pending != nil }

    /// Whether the guest's addresses are those of an IOMMU.
    var isTranslated: Bool { policy.allowsIOMMU && features & Self.iommu != 0 }
    private var isPacked: Bool { features & Self.packed != 0 }

    private mutating func judgeFeatures(_ wanted: UInt64) -> Verdict {
        if (wanted ^ features) & Self.packed != 0 {
            // The library keeps what it made for the other kind of ring.
            guard rings.values.allSatisfy({ $0.addresses == nil }) else {
                return .refuse("it changes the kind of rings that are in use")
            }
            rings = [:]
        }
        if wanted & Self.multiqueue == 0 { rings = rings.filter { $0.key < 2 } }
        features = wanted
        return .pass
    }

    private mutating func judgeMemory(_ message: VhostMessage, _ descriptors: [Int32]) -> Verdict {
        let count = Int(message.read(UInt32.self, at: 0))
        guard count <= CDPDK_VHOST_DESCRIPTORS, message.size >= 8 + 32 * count else {
            return .refuse("\(count) regions of memory do not fit a message of \(message.size) bytes")
        }
        guard descriptors.count == count else {
            return .refuse(
                descriptors.isEmpty ? Self.unshared : "\(count) regions of memory, \(descriptors.count) files")
        }
        let table = (0..<count).map { index in
            VhostMemoryRegion(
                guest: message.read(at: 8 + 32 * index), size: message.read(at: 16 + 32 * index),
                user: message.read(at: 24 + 32 * index), offset: message.read(at: 32 + 32 * index))
        }
        // The library keeps what it has, and so do those who watch the files.
        if !memory.isEmpty, memory.map(\.placed) == table.map(\.placed) { return .ignore }
        for (index, region) in table.enumerated() {
            guard let size = region.fileSize else { return .refuse("region \(index) of its memory is of no size") }
            if table[..<index].contains(where: region.overlaps) { return .refuse("regions of its memory overlap") }
            if let fault = VhostFile.fault(ofMemory: descriptors[index], size: size) {
                return .refuse("region \(index) of its memory: \(fault); \(Self.unshared)")
            }
        }
        if !isTranslated {
            for (number, ring) in rings where !lies(ring, within: table) {
                return .refuse("ring \(number) is outside its new memory")
            }
        }
        memoryToBe = table
        return .pass
    }

    private func lies(_ ring: VhostRing, within table: [VhostMemoryRegion]) -> Bool {
        guard let addresses = ring.addresses, let size = ring.size else { return true }
        return VhostRing.parts(addresses, size: size, isPacked: isPacked).allSatisfy { part in
            // With VIRTIO_RING_F_EVENT_IDX two more bytes follow.
            let count = part.count + (isPacked || features & Self.eventIndex == 0 ? 0 : 2)
            return table.contains { $0.holds(part.address, count) }
        }
    }

    private mutating func judgeSize(_ message: VhostMessage) -> Verdict {
        let (ring, size) = (Int(message.read(UInt32.self, at: 0)), Int(message.read(UInt32.self, at: 4)))
        guard VhostRing.sizes.contains(size), isPacked || size & (size - 1) == 0 else {
            return .refuse("ring \(ring) cannot have \(size) entries")
        }
        if rings[ring]?.addresses != nil {
            return rings[ring]?.size == size ? .ignore : .refuse("ring \(ring) changes its size while it is in use")
        }
        rings[ring, default: VhostRing()].size = size
        guard rings.values.reduce(0, { $0 + ($1.size ?? 0) }) <= Self.mostEntries else {
            return .refuse("its rings have more than \(Self.mostEntries) entries")
        }
        return .pass
    }

    private mutating func judgeAddresses(_ message: VhostMessage) -> Verdict {
        let number = Int(message.read(UInt32.self, at: 0))
        guard var ring = rings[number], ring.size != nil else { return .refuse("ring \(number) has no size") }
        ring.addresses = VhostRing.Addresses(
            descriptors: message.read(at: 8), available: message.read(at: 24), used: message.read(at: 16))
        guard isTranslated || lies(ring, within: memory) else { return .refuse("ring \(number) is outside its memory") }
        guard ring.isAligned(isPacked: isPacked) else { return .refuse("ring \(number) is not aligned") }
        rings[number] = ring
        return .pass
    }

    /// Packet threads write to a call descriptor: only to one that never keeps them.
    private func judgeEvent(_ message: VhostMessage, _ descriptors: [Int32]) -> Verdict {
        let isExpected = message.read(UInt64.self, at: 0) & Self.noDescriptor == 0
        guard descriptors.count == (isExpected ? 1 : 0) else { return .refuse("an event's descriptor is missing") }
        return descriptors.allSatisfy(VhostFile.isEvent) ? .pass : .refuse("an event's descriptor is no eventfd")
    }

    private func judgeLog(_ message: VhostMessage, _ descriptors: [Int32]) -> Verdict {
        let (size, offset) = (message.read(UInt64.self, at: 0), message.read(UInt64.self, at: 8))
        // With an offset the library would give back less than it has mapped.
        guard descriptors.count == 1, message.size == 16, offset == 0, size > 0, size <= UInt64(Int64.max) else {
            return .refuse("its log of written pages is described wrongly")
        }
        return VhostFile.fault(ofMemory: descriptors[0], size: size).map { .refuse("its log of written pages: \($0)") }
            ?? .pass
    }

    private mutating func judgePostcopy(_ request: VhostRequest) -> Verdict {
        guard policy.allowsPostcopy else { return .refuse("\(request) was not offered") }
        if request == .postcopyAdvise {
            // The library forgets the descriptor that it had before.
            guard !isPostcopyAdvised else { return .refuse("\(request) comes twice") }
            isPostcopyAdvised = true
        }
        if request == .postcopyEnd { isPostcopyAdvised = false }
        return .pass
    }

    /// What a guest that keeps its memory to itself has to change.
    private static let unshared =
        "the guest's memory is not shared with the switch: its definition must say so, in QEMU's words "
        + "-object memory-backend-file,share=on (or memory-backend-memfd,share=on), in libvirt's "
        + "<memoryBacking><access mode='shared'/></memoryBacking>"

    private static let multiqueue: UInt64 = 1 << 22
    private static let eventIndex: UInt64 = 1 << 29
    private static let iommu: UInt64 = 1 << 33
    private static let packed: UInt64 = 1 << 34
    private static let noDescriptor: UInt64 = 1 << 8
}
