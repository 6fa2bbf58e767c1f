/// A flow's actions in the form that a packet thread executes: an immutable block, made and freed by control.
enum ActionProgram {
    typealias Reference = UnsafeMutablePointer<ActionProgramHeader>

    /// Translates actions, as ``ActionAssembler`` says.
    static func make(_ actions: [DatapathAction]) -> Reference {
        let assembler = ActionAssembler(actions)
        let ops = assembler.ops
        let header = ActionProgramHeader(
            count: UInt32(ops.count), onlyOutput: onlyOutput(ops), usesMetadata: assembler.usesMetadata)
        let opsOffset = MemoryLayout<ActionProgramHeader>.stride
        let piecesOffset = opsOffset + ops.count * MemoryLayout<ActionOp>.stride
        let block = UnsafeMutableRawPointer.allocate(
            byteCount: piecesOffset + assembler.pieces.count * MemoryLayout<HeaderPiece>.stride, alignment: 16)
        let program = block.bindMemory(to: ActionProgramHeader.self, capacity: 1)
        program.initialize(to: header)
        let pieces = (block + piecesOffset).bindMemory(to: HeaderPiece.self, capacity: max(assembler.pieces.count, 1))
        for (index, piece) in assembler.pieces.enumerated() { (pieces + index).initialize(to: piece) }
        let steps = (block + opsOffset).bindMemory(to: ActionOp.self, capacity: ops.count)
        for (index, op) in ops.enumerated() {
            var op = op
            if op.kind == .set { op.wide = UInt64(UInt(bitPattern: pieces + Int(op.wide))) }
            (steps + index).initialize(to: op)
        }
        return program
    }

    private static func onlyOutput(_ ops: [ActionOp]) -> UInt32 {
        guard ops.count == 1 else { return ActionProgramHeader.noPort }
        switch ops[0].kind {
        case .lastOutput: return ops[0].number
        case .drop: return ActionProgramHeader.dropBase | UInt32(ops[0].reason.rawValue)
        default: return ActionProgramHeader.noPort
        }
    }

    /// Frees a program that no entry has, or had last.
    static func free(_ program: Reference) { UnsafeMutableRawPointer(program).deallocate() }

    /// The steps, ``ActionProgramHeader/count`` of them.
    @inline(__always)
    static func ops(of program: Reference) -> UnsafePointer<ActionOp> {
        UnsafePointer(
            (UnsafeMutableRawPointer(program) + MemoryLayout<ActionProgramHeader>.stride)
                .assumingMemoryBound(to: ActionOp.self))
    }

    /// What a `set` step points to.
    @inline(__always)
    static func pieces(of op: ActionOp) -> HeaderPiece.List {
        HeaderPiece.List(bitPattern: UInt(op.wide)).unsafelyUnwrapped
    }
}
