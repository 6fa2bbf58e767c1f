import Packets

/// `learn(…)`.
extension ActionParser {
    func learn(_ argument: ActionArgument) throws(TextError) -> Action {
        var action = LearnAction()
        for part in argument.pairs {
            if try !setting(part, of: argument.text, &action) {
                action.steps.append(try step(part, of: argument.text))
            }
        }
        guard action.steps.count <= 1024 else { throw TextError("input too big") }
        return .learn(action)
    }

    /// Takes what is no step; false for anything else.
    private func setting(
        _ part: ActionArgument, of whole: String, _ action: inout LearnAction
    ) throws(TextError) -> Bool {
        switch part.name {
        case "table":
            action.table = try table(part.text, "unknown table \"\(part.text)\"")
            guard action.table != .max else { throw TextError("\(whole): table id 255 not valid for `learn' action") }
        case "priority": action.priority = try part.number(part.name)
        case "idle_timeout": action.idleTimeoutSeconds = try part.number(part.name)
        case "hard_timeout": action.hardTimeoutSeconds = try part.number(part.name)
        case "fin_idle_timeout": action.finIdleTimeoutSeconds = try part.number(part.name)
        case "fin_hard_timeout": action.finHardTimeoutSeconds = try part.number(part.name)
        case "cookie": action.cookie = try part.wide()
        case "send_flow_rem": action.sendsFlowRemoved = true
        case "delete_learned": action.deletesLearned = true
        case "limit": action.limit = try part.wide()
        case "result_dst":
            let target = try writable(part.text)
            guard target.bits == 1 else { throw TextError("result_dst in 'learn' action must be a single bit") }
            action.result = target
        default: return false
        }
        return true
    }

    private func step(_ part: ActionArgument, of whole: String) throws(TextError) -> LearnAction.Step {
        if let target = try? range(part.name) { return try match(target, part, of: whole) }
        switch part.name {
        case "load": return try load(part, of: whole)
        case "output":
            let source = try range(part.text)
            return LearnAction.Step(.field(source), .output, bits: source.bits)
        default: throw TextError("\(whole): unknown keyword \(part.name)")
        }
    }

    private func match(
        _ target: FieldRange, _ part: ActionArgument, of whole: String
    ) throws(TextError) -> LearnAction.Step {
        if part.text.isEmpty { return LearnAction.Step(.field(target), .match(target), bits: target.bits) }
        let complaint: String
        do throws(TextError) {
            let source = try range(part.text)
            guard source.bits == target.bits else {
                throw TextError(
                    "\(whole): bit widths of \(part.name) (\(source.bits)) and \(part.text) (\(target.bits)) differ")
            }
            return LearnAction.Step(.field(source), .match(target), bits: target.bits)
        } catch {
            if error.message.hasSuffix(" differ") { throw error }
            complaint = error.message
        }
        do throws(TextError) {
            let value = try immediate(part.text, for: target, of: whole)
            return LearnAction.Step(.immediate(FieldValue(value)), .match(target), bits: target.bits)
        } catch {
            throw TextError(
                "\(whole): \(part.name) value \(part.text) cannot be parsed as a subfield (\(complaint)) or an "
                    + "immediate value (\(error.message))")
        }
    }

    private func immediate(
        _ text: String, for target: FieldRange, of whole: String
    ) throws(TextError) -> UInt128 {
        if target.isWhole { return try FieldText.parseValue(target.field, text, portNumber: portNumber) }
        guard let value = TextNumber.parse(text) else { throw TextError("\(whole): cannot parse integer value") }
        guard value & ~MatchField.ones(target.bits) == 0 else {
            throw TextError(
                "\(whole): value \(ActionFormat().fieldValue(target.field, value)) does not fit into "
                    + "\(target.bits) bits")
        }
        return value
    }

    /// `load:NUMBER->TARGET` or `load:SOURCE->TARGET`.
    private func load(_ part: ActionArgument, of whole: String) throws(TextError) -> LearnAction.Step {
        guard let arrow = part.text.firstRange(of: "->") else {
            throw TextError("\(part.name): missing `->' in `\(part.text)'")
        }
        let source = part.text[..<arrow.lowerBound]
        guard !source.isEmpty else { throw TextError("\(part.name): missing source before `->' in `\(part.text)'") }
        guard let value = TextNumber.parse(source) else {
            let (source, target) = try moved(part.text)
            return LearnAction.Step(.field(source), .load(target), bits: target.bits)
        }
        let target = try writable(String(part.text[arrow.upperBound...]))
        guard value & ~MatchField.ones(target.bits) == 0 else {
            throw TextError("\(part.text): value does not fit into \(target.bits) bits")
        }
        return LearnAction.Step(.immediate(FieldValue(value)), .load(target), bits: target.bits)
    }
}
