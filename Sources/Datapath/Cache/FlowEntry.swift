/// A flow in a thread's cache: one block of memory, made and freed by control, written by the thread alone.
///
/// ```
///  0 hash   8 program   16 packets   24 bytes   32 last used   40 subtable   48 TCP flags   52 only output   56 cookie
/// 64 the key's words under the subtable's mask, as many as the mask lists
/// ```
/// The block begins on a cache line, so that a hit touches the header's line and the words' line.
struct FlowEntry {
    /// The hash of the masked key.
    var hash: UInt64
    /// What to do; the entry's own, exchanged by the thread on command.
    private(set) var program: ActionProgram.Reference
    var packets: UInt64
    var bytes: UInt64
    /// The time stamp counter when the last burst with a packet of this flow came in; 0 if none has.
    var lastUsed: UInt64
    let subtable: UnsafeMutablePointer<Subtable>
    /// The union of the TCP flags seen, in network order; stays 0 while the table looks at layer 2 only.
    var tcpFlags: UInt16
    private var unused: UInt16 = 0
    /// The program's ``ActionProgramHeader/onlyOutput``: most flows need nothing else of it, and it lies elsewhere.
    private(set) var onlyOutput: UInt32
    /// Control's own: what the entry stands for there.
    let cookie: UInt

    typealias Reference = UnsafeMutablePointer<FlowEntry>

    init(hash: UInt64, program: ActionProgram.Reference, subtable: UnsafeMutablePointer<Subtable>, cookie: UInt) {
        self.hash = hash
        self.program = program
        onlyOutput = program.pointee.onlyOutput
        self.subtable = subtable
        self.cookie = cookie
        packets = 0
        bytes = 0
        lastUsed = 0
        tcpFlags = 0
    }

    static let headerByteCount = 64

    /// The masked words behind the header.
    @inline(__always)
    static func words(of entry: Reference) -> UnsafeMutablePointer<UInt64> {
        (UnsafeMutableRawPointer(entry) + headerByteCount).assumingMemoryBound(to: UInt64.self)
    }

    /// Exchanges the program.
    mutating func setProgram(_ new: ActionProgram.Reference) {
        program = new
        onlyOutput = new.pointee.onlyOutput
    }

    /// Allocates a block with room for `wordCount` words; the caller initialises both parts. Control only.
    static func allocate(wordCount: Int) -> Reference {
        UnsafeMutableRawPointer.allocate(byteCount: headerByteCount + wordCount * 8, alignment: 64)
            .bindMemory(to: FlowEntry.self, capacity: 1)
    }

    static func deallocate(_ entry: Reference) { UnsafeMutableRawPointer(entry).deallocate() }

    /// The counters as they are now, for control while the thread counts on: each is one aligned load, the four are not
    /// a snapshot. TCP flags come in host order.
    @inline(never)
    static func statistics(
        of entry: Reference
    ) -> (packets: UInt64, bytes: UInt64, lastUsed: UInt64, tcpFlags: UInt16) {
        (entry.pointee.packets, entry.pointee.bytes, entry.pointee.lastUsed, entry.pointee.tcpFlags.byteSwapped)
    }
}
