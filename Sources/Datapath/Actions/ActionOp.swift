/// What one step of a program is.
enum ActionKind: UInt8 {
    /// To port `number`; a further step needs the packet too.
    case output
    /// To port `number`, and that was all.
    case lastOutput
    /// Insert a tag: TPID `short`, TCI `number`, both in network order.
    case pushVLAN
    /// Remove the outer tag.
    case popVLAN
    /// The packet ends, counted as `reason`.
    case drop
}

/// One step of an ``ActionProgram``: 16 bytes, whose meaning the kind gives. A new kind of action is a case above, its
/// coding in ``ActionProgram``, and a file with what it does to a packet.
struct ActionOp {
    var kind: ActionKind
    var reason = DropReason.flow
    var short: UInt16 = 0
    var number: UInt32 = 0
    var wide: UInt64 = 0
}

/// What a program begins with; its steps follow in the same block.
struct ActionProgramHeader {
    var count: UInt32
    /// The port, if the program is nothing but one output; else ``noPort``.
    var onlyOutput: UInt32
    private var unused: UInt64 = 0

    init(count: UInt32, onlyOutput: UInt32) {
        self.count = count
        self.onlyOutput = onlyOutput
    }

    static var noPort: UInt32 { .max }
}
