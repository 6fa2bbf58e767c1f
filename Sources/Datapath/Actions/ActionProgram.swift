/// A flow's actions in the form that a packet thread executes: an immutable block, made and freed by control.
enum ActionProgram {
    typealias Reference = UnsafeMutablePointer<ActionProgramHeader>

    /// Translates actions. The last output becomes the one that takes the packet itself; changes behind it, which
    /// nobody would see, are left out. No output at all is a drop, as `flow` if the actions give no reason.
    static func make(_ actions: [DatapathAction]) -> Reference {
        var ops: [ActionOp] = []
        var end = 0  // steps up to here have an effect
        loop: for action in actions {
            switch action {
            case .output(let port):
                precondition(port.rawValue < UInt32(PortID.limit), "port \(port) is no port number of a datapath")
                ops.append(ActionOp(kind: .output, number: port.rawValue))
                end = ops.count
            case .pushVLAN(let tpid, let tci):
                // The bit that says "present" in a key is not sent (OVS: VLAN_CFI).
                let sent = tci & ~0x1000
                ops.append(ActionOp(kind: .pushVLAN, short: tpid.bigEndian, number: UInt32(sent.bigEndian)))
            case .popVLAN:
                ops.append(ActionOp(kind: .popVLAN))
            case .set, .pushMPLS, .popMPLS, .pushPBB, .popPBB, .truncate, .meter, .hash, .recirculate, .sample, .clone,
                .checkLength, .punt:
                preconditionFailure("no translation makes \(action) yet")
            case .drop(let reason):
                ops.removeSubrange(end...)
                ops.append(ActionOp(kind: .drop, reason: reason))
                end = ops.count
                break loop
            }
        }
        ops.removeSubrange(end...)
        if ops.isEmpty { ops.append(ActionOp(kind: .drop)) }
        if ops[ops.count - 1].kind == .output { ops[ops.count - 1].kind = .lastOutput }

        let isOnlyOutput = ops.count == 1 && ops[0].kind == .lastOutput
        let header = ActionProgramHeader(
            count: UInt32(ops.count), onlyOutput: isOnlyOutput ? ops[0].number : ActionProgramHeader.noPort)
        let stride = MemoryLayout<ActionOp>.stride
        let block = UnsafeMutableRawPointer.allocate(
            byteCount: MemoryLayout<ActionProgramHeader>.stride + ops.count * stride, alignment: 16)
        let program = block.bindMemory(to: ActionProgramHeader.self, capacity: 1)
        program.initialize(to: header)
        _ = UnsafeMutableBufferPointer(
            start: (block + MemoryLayout<ActionProgramHeader>.stride).bindMemory(
                to: ActionOp.self, capacity: ops.count),
            count: ops.count
        ).initialize(from: ops)
        return program
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
}
