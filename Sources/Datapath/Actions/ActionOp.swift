/// What a step does.
enum ActionKind: UInt8 {
    /// To port `number`.
    case output
    /// To port `number`, and that was all.
    case lastOutput
    /// Insert a tag: TPID `short`, TCI `number`, both in network order.
    case pushVLAN
    /// Remove the outer tag.
    case popVLAN
    /// Change the header whose ``HeaderRewrite/Header`` is `short`, by the `number` pieces that `wide` points to.
    case set
    /// Insert a label stack entry: type `short`, entry `number`, both in network order.
    case pushMPLS
    /// Remove one; the type becomes `short`, in network order.
    case popMPLS
    /// Give the outer label stack entry the time to live of what is behind it, or the other way round.
    case copyTTLOut, copyTTLIn
    /// Put a backbone header in front; `number`: what follows its type, in network order.
    case pushPBB
    /// Remove it.
    case popPBB
    /// What the next output sends is cut to `number` bytes.
    case truncate
    /// Apply meter `number`.
    case meter
    /// Compute the hash: `short` the algorithm, `number` the basis.
    case hash
    /// Look up again, with number `number`; that was all.
    case recirculate
    /// A copy to control, with number `number`.
    case punt
    /// The packet itself to control, and that was all.
    case lastPunt

    /// A branch begins: the packets are put aside, to be taken from and at last taken back.
    case putAside
    /// A branch is done with a share of those put aside: all, or those that `short` (an ``ActionSelection``) and
    /// `number` choose. With `wide` 1 they are taken away from there, as nobody needs them afterwards.
    case select
    /// The branch ends: what is left of its packets is freed.
    case discard
    /// What was put aside is taken back.
    case takeBack

    /// The packet ends, counted as `reason`.
    case drop
    /// The packet ends, having been dealt with.
    case finish
}

/// Which packets a branch is for.
enum ActionSelection: UInt16 {
    case all
    /// With a chance of `number` in 2^32 - 1.
    case sampled
    /// Longer than `number` bytes.
    case longer
    /// At most `number` bytes long.
    case notLonger
}

/// One step of an ``ActionProgram``: 16 bytes, whose meaning the kind gives. A new kind of action is a case above, its
/// coding in ``ActionAssembler``, and a file with what it does to a packet.
struct ActionOp {
    var kind: ActionKind
    var reason = DropReason.flow
    var short: UInt16 = 0
    var number: UInt32 = 0
    var wide: UInt64 = 0
}

/// What a program begins with; its steps follow in the same block, and the pieces of headers to set follow them.
struct ActionProgramHeader {
    var count: UInt32
    /// The port, if the program is nothing but one output; ``dropBase`` and the reason, if it is nothing but a drop;
    /// else ``noPort``.
    var onlyOutput: UInt32
    /// Whether a step reads or writes ``PacketMetadata``.
    var usesMetadata: Bool
    private var unused: UInt32 = 0

    init(count: UInt32, onlyOutput: UInt32, usesMetadata: Bool) {
        self.count = count
        self.onlyOutput = onlyOutput
        self.usesMetadata = usesMetadata
    }

    static var noPort: UInt32 { .max }
    /// Above every port number; reasons have 8 bits.
    static var dropBase: UInt32 { 0xffff_fe00 }
    /// Whether a value of ``onlyOutput`` is a drop; its reason is in the low 8 bits.
    @inline(__always)
    static func isDrop(_ only: UInt32) -> Bool { only & ~0xff == dropBase }
    @inline(__always)
    static func dropReason(_ only: UInt32) -> DropReason {
        // Only what had a reason was made into such a value.
        DropReason(rawValue: UInt8(truncatingIfNeeded: only)).unsafelyUnwrapped
    }
}
