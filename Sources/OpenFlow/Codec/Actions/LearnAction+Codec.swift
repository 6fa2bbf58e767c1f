/// NXAST_LEARN and NXAST_LEARN2: a fixed part and steps, each a 16-bit header, a source and a target.
///
/// ```
/// bit 13     the source is an immediate value (0: a field)
/// bits 11-12 target: 0 a match, 1 a load, 2 an output
/// bits 0-9   the number of bits
/// ```
enum LearnStepHeader {
    static let immediate: UInt16 = 1 << 13
    static let targets: UInt16 = 3 << 11
    static let load: UInt16 = 1 << 11
    static let output: UInt16 = 2 << 11
    static let bits: UInt16 = 0x3ff
}

extension ActionDecoder {
    func learn(_ body: inout ByteReader, isSecond: Bool) throws(OpenFlowError) -> LearnAction {
        var action = LearnAction()
        action.idleTimeoutSeconds = try body.u16()
        action.hardTimeoutSeconds = try body.u16()
        action.priority = try body.u16()
        action.cookie = try body.u64()
        let flags = try body.u16()
        action.table = try body.u8()
        let padding = try body.u8()
        action.finIdleTimeoutSeconds = try body.u16()
        action.finHardTimeoutSeconds = try body.u16()
        guard padding == 0, action.table != 0xff, flags & ~(isSecond ? 7 : 3) == 0 else {
            throw OpenFlowError(.badActionArgument, "learn into table \(action.table) with flags \(flags)")
        }
        action.sendsFlowRemoved = flags & 1 != 0
        action.deletesLearned = flags & 2 != 0
        if isSecond { try learn2(&action, &body, writesResult: flags & 4 != 0) }
        while body.remaining >= 2 {
            let header = try body.u16()
            guard header != 0 else { break }
            action.steps.append(try step(header, &body))
        }
        try body.zeros(body.remaining, else: .badActionArgument)
        return action
    }

    private func learn2(
        _ action: inout LearnAction, _ body: inout ByteReader, writesResult: Bool
    ) throws(OpenFlowError) {
        action.limit = try body.u32()
        let offset = Int(try body.u16())
        try body.zeros(2, else: .mustBeZeroAction)
        if writesResult {
            let field = try body.fieldHeader()
            action.result = try .checked(field, offset: offset, bits: 1, isWritten: true)
        } else if offset != 0 {
            throw OpenFlowError(.badActionArgument, "a bit for a result that is not asked for")
        }
    }

    private func step(_ header: UInt16, _ body: inout ByteReader) throws(OpenFlowError) -> LearnAction.Step {
        let bits = Int(header & LearnStepHeader.bits)
        let target = header & LearnStepHeader.targets
        let isImmediate = header & LearnStepHeader.immediate != 0
        guard target <= LearnStepHeader.load || target == LearnStepHeader.output && !isImmediate else {
            throw OpenFlowError(.badActionArgument, "learn step \(header)")
        }
        let source: LearnAction.Step.Source = isImmediate
            ? .immediate(try immediate(bits, &body)) : .field(try stepRange(bits, &body, isWritten: false))
        switch target {
        case LearnStepHeader.output: return LearnAction.Step(source, .output, bits: bits)
        case LearnStepHeader.load:
            return LearnAction.Step(source, .load(try stepRange(bits, &body, isWritten: true)), bits: bits)
        default: return LearnAction.Step(source, .match(try stepRange(bits, &body, isWritten: false)), bits: bits)
        }
    }

    private func stepRange(_ bits: Int, _ body: inout ByteReader, isWritten: Bool) throws(OpenFlowError) -> FieldRange {
        let field = try body.shortFieldHeader()
        return try .checked(field, offset: Int(try body.u16()), bits: bits, isWritten: isWritten)
    }

    /// As many 16-bit words as the bits need; of the last the lower bits count.
    private func immediate(_ bits: Int, _ body: inout ByteReader) throws(OpenFlowError) -> FieldValue {
        let size = (bits + 15) / 16 * 2
        return try body.value(size).truncated(to: bits)
    }
}

extension ActionEncoder {
    mutating func learn(_ action: LearnAction) {
        let isSecond = action.limit != 0 || action.result != nil
        nicira(isSecond ? 45 : 16) {
            $0.u16(action.idleTimeoutSeconds)
            $0.u16(action.hardTimeoutSeconds)
            $0.u16(action.priority)
            $0.u64(action.cookie)
            $0.u16((action.sendsFlowRemoved ? 1 : 0) | (action.deletesLearned ? 2 : 0) | (action.result != nil ? 4 : 0))
            $0.u8(action.table)
            $0.u8(0)
            $0.u16(action.finIdleTimeoutSeconds)
            $0.u16(action.finHardTimeoutSeconds)
            if isSecond {
                $0.u32(action.limit)
                $0.u16(UInt16(truncatingIfNeeded: action.result?.offset ?? 0))
                $0.zeros(2)
                if let result = action.result { $0.niciraHeader(result.field) }
            }
            for step in action.steps { $0.learnStep(step) }
        }
    }
}

extension ByteWriter {
    fileprivate mutating func learnStep(_ step: LearnAction.Step) {
        var header = UInt16(truncatingIfNeeded: step.bits) & LearnStepHeader.bits
        if case .immediate = step.source { header |= LearnStepHeader.immediate }
        switch step.target {
        case .match: break
        case .load: header |= LearnStepHeader.load
        case .output: header |= LearnStepHeader.output
        }
        u16(header)
        switch step.source {
        case .immediate(let value): self.value(value, (step.bits + 15) / 16 * 2)
        case .field(let range): learnRange(range)
        }
        switch step.target {
        case .match(let range), .load(let range): learnRange(range)
        case .output: break
        }
    }

    private mutating func learnRange(_ range: FieldRange) {
        shortFieldHeader(range.field)
        u16(UInt16(truncatingIfNeeded: range.offset))
    }
}
