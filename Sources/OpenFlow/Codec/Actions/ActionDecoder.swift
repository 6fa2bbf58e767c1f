/// Reads actions one by one; what may stand beside what is for ``ActionOrder``.
struct ActionDecoder: Sendable {
    let version: OpenFlowVersion
    /// How many lists this one stands in.
    let depth: Int
    /// Whether actions are known that are for tests alone.
    var takesDebugActions = false

    private static let experimenter: UInt16 = 0xffff
    static let onf: UInt32 = 0x4f4e_4600

    /// Reads actions until `reader` is empty.
    func list(_ reader: ByteReader) throws(OpenFlowError) -> [Action] {
        guard depth < ActionCodec.depthLimit else { throw OpenFlowError(.tooManyActions, "actions nested too deep") }
        var reader = reader
        var actions: [Action] = []
        do throws(OpenFlowError) {
            while reader.remaining > 0 { actions.append(try next(&reader)) }
        } catch {
            throw error.lengthAs(.badActionLength)
        }
        return actions
    }

    private func next(_ reader: inout ByteReader) throws(OpenFlowError) -> Action {
        let available = reader.remaining
        guard available >= 8 else { throw OpenFlowError(.badActionLength, "\(available) bytes where an action begins") }
        let type = try reader.u16()
        let length = Int(try reader.u16())
        let form = type == Self.experimenter ? try vendorForm(&reader, available) : try standardForm(type)
        guard length <= available, length % 8 == 0, length >= form.length, form.isExtensible || length == form.length
        else { throw OpenFlowError(.badActionLength, "action \(form.kind) of \(length) bytes") }
        var body = try reader.part(length - (available - reader.remaining))
        return try action(form.kind, &body)
    }

    private func standardForm(_ type: UInt16) throws(OpenFlowError) -> ActionForm {
        guard let form = ActionForm(standard: type, version: version) else {
            throw OpenFlowError(.badActionType, "action type \(type)")
        }
        return form
    }

    /// Reads the vendor and the subtype.
    private func vendorForm(_ reader: inout ByteReader, _ available: Int) throws(OpenFlowError) -> ActionForm {
        let vendor = try reader.u32()
        guard vendor == NiciraType.identifier || vendor == Self.onf else {
            throw OpenFlowError(.badActionExperimenter, "vendor \(vendor)")
        }
        guard available >= 16 else { throw OpenFlowError(.badActionLength, "vendor's action of \(available) bytes") }
        let subtype = try reader.u16()
        let form = vendor == Self.onf
            ? ActionForm(onf: subtype, version: version) : ActionForm(nicira: subtype, version: version)
        guard let form, takesDebugActions || !form.isForTests else {
            throw OpenFlowError(.badActionExperimenterType, "vendor \(vendor) action \(subtype)")
        }
        return form
    }

    /// Reads what follows the header; numbers stand aligned to their size, counted from the action's start.
    private func action(_ kind: ActionForm.Kind, _ body: inout ByteReader) throws(OpenFlowError) -> Action {
        switch kind {
        case .output10, .output11, .enqueue, .outputReg, .outputReg2, .outputTrunc, .controller, .controller2:
            try output(kind, &body)
        case .group: .group(try body.aligned32())
        case .setVLANID10, .setVLANID11, .setVLANPriority10, .setVLANPriority11, .pushVLAN, .popVLAN, .pushPBB,
            .popPBB, .setEthernetSource, .setEthernetDestination:
            try ethernet(kind, &body)
        case .setIPv4Source, .setIPv4Destination, .setTOS, .setECN, .setTTL, .decrementTTL, .decrementTTLFor,
            .copyTTLOut, .copyTTLIn, .setTransportSource, .setTransportDestination:
            try network(kind, &body)
        case .setMPLSLabel, .setMPLSTrafficClass, .setMPLSTTL, .decrementMPLSTTL, .pushMPLS, .popMPLS:
            try mpls(kind, &body)
        case .setField12, .setField15, .regLoad, .regLoad2: try rewrite(kind, &body)
        case .copyField15, .copyField13, .regMove, .stackPush, .stackPop, .checkPacketLarger, .deleteField:
            try fieldCopy(kind, &body)
        case .setTunnel, .setTunnel64, .setQueue, .popQueue, .meter, .writeMetadata: try metadata(kind, &body)
        case .learn, .learn2: .learn(try learn(&body, isSecond: kind == .learn2))
        case .multipath: .multipath(try multipath(&body))
        case .bundle, .bundleLoad: .bundle(try bundle(&body, loads: kind == .bundleLoad))
        case .sample, .sample2, .sample3: .sample(try sample(kind, &body))
        case .resubmit, .resubmitTable, .resubmitTableCT, .note, .exit, .finTimeout, .conjunction, .clone,
            .debugRecirculate, .debugSlowPath:
            try pipeline(kind, &body)
        case .connectionTracking: try connectionTracking(&body)
        }
    }
}

extension ByteReader {
    /// A 32-bit argument of a standard action (offset 4), or of a vendor's (offset 12, after two bytes of padding).
    mutating func aligned32() throws(OpenFlowError) -> UInt32 {
        if remaining == 6 { try skip(2) }
        return try u32()
    }

    /// Whether everything that is left is zero; reads it.
    mutating func isZeroToEnd() -> Bool { rest().allSatisfy { $0 == 0 } }

    /// Reads `count` bytes that must be zero, or throws `code`.
    mutating func zeros(_ count: Int, else code: OpenFlowError.Code) throws(OpenFlowError) {
        var part = try part(count)
        guard part.isZeroToEnd() else { throw OpenFlowError(code, "bytes that must be zero are not") }
    }
}
