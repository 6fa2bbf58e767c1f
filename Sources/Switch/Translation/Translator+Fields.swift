import Datapath
import OpenFlow
import Packets

/// Fields that actions write.
extension Translator {
    // MARK: Any field

    /// `set_field`, `load`.
    func set(_ rewrite: FieldRewrite) {
        guard hasField(rewrite.field) else {
            trace?.warning("unmet prerequisites for \(rewrite.field.name), set_field ignored")
            return
        }
        write(rewrite.field, rewrite.value, mask: rewrite.mask, isCopy: false)
        for (index, part) in rewrite.upper.enumerated() {
            write(rewrite.field, part.value, mask: part.mask, part: index + 1, isCopy: false)
        }
    }

    /// `move`: nothing happens unless the packet has both fields.
    func move(_ source: FieldRange, to destination: FieldRange) {
        guard hasField(source.field), hasField(destination.field) else { return }
        let value = readAll(source)
        store(value, in: destination)
        trace?.stored(destination, in: self)
    }

    func push(_ range: FieldRange) { stack.append(readAll(range)) }

    func pop(_ range: FieldRange) {
        guard let value = stack.popLast() else { return report(error: "stack underflow") }
        guard hasField(range.field) else { return }
        store(value, in: range)
        trace?.stored(range, in: self)
    }

    /// The bits of a range, the lower 128 of them, which are looked at.
    func read(_ range: FieldRange) -> UInt128 { readAll(range).low }

    /// All bits of a range.
    func readAll(_ range: FieldRange) -> FieldValue {
        lookAt { range.mergeMask(into: &$0) }
        return withUnsafePointer(to: &packet.key) { range.value(in: $0.pointee) }
    }

    /// Writes a number into a range; what does not fit is cut off.
    func store(_ value: FieldValue, in range: FieldRange) {
        range.forEachPart(value) { part, value, mask in
            write(range.field, value, mask: mask, part: part, isCopy: true)
        }
    }

    /// `delete_field`: the packet has the option of a tunnel no longer.
    func delete(_ field: MatchField) {
        field.delete(in: &packet.key)
        field.mergeExactMask(into: &packet.written)
        trace?.detail("delete \(field.name)")
    }

    /// Whether the packet has a field; what tells is looked at.
    func hasField(_ field: MatchField) -> Bool {
        if field.prerequisite == .none { return true }
        look(at: field.prerequisiteMask)
        return field.isPrerequisiteMet(by: packet.key)
    }

    private func write(
        _ field: MatchField, _ value: UInt128, mask bits: UInt128, part: Int = 0, isCopy: Bool
    ) {
        if field.decidesLayout { return writeLayout(field, value, mask: bits) }
        // Keys are long to copy: what can be written in its place is.
        if field.writing != .stack, !looksAsOVS {
            if field.writing == .network, !isCopy { noteNetworkWrite() }
            field.set(value, mask: bits, part: part, in: &packet.key)
            field.mergeMask(bits, part: part, into: &packet.written)
            return
        }
        var places = FlowMask()
        field.mergeMask(bits, part: part, into: &places)
        noteWrite(places, isCopy: isCopy)
        var changed = packet.key
        field.set(value, mask: bits, part: part, in: &changed)
        for index in 0..<places.extent where places[index] != 0 {
            let word = changed[index]
            switch index {
            case VLANStack.wordIndex: writeTags(word)
            case FlowField.mplsEntry0 >> 3: setTopLabel(changed.u32(FlowField.mplsEntry0))
            default:
                packet.key[index] = word
                packet.written[index] |= places[index]
            }
        }
    }

    /// A tag changes, comes or goes as a whole.
    private func writeTags(_ word: UInt64) {
        let new = VLANStack(word: word)
        setTag(new.outerTCI)
    }

    // MARK: Header fields with actions of their own

    /// The older actions for one field; those that the packet does not have stay away.
    func setHeader(_ action: Action) {
        switch action {
        case .setEthernetSource(let address): writeMAC(FlowField.ethernetSource, address)
        case .setEthernetDestination(let address): writeMAC(FlowField.ethernetDestination, address)
        case .setIPv4Source(let address): if isIPv4 { write32(FlowField.ipv4Source, address.number) }
        case .setIPv4Destination(let address): if isIPv4 { write32(FlowField.ipv4Destination, address.number) }
        case .setDSCP(let value): if isIP { write8(FlowField.networkTOS, value, 0xfc) }
        case .setECN(let value): if isIP { write8(FlowField.networkTOS, value, 0x03) }
        case .setTTL(let value): if isIP { write8(FlowField.networkTTL, value, 0xff) }
        case .setTransportSource(let port): writePort(FlowField.transportSource, port)
        case .setTransportDestination(let port): writePort(FlowField.transportDestination, port)
        default: break
        }
    }

    func performMetadataAction(_ action: Action) {
        let word = FlowField.skbPriority >> 3
        let bits: UInt64 = 0xffff_ffff << UInt64((FlowField.skbPriority & 7) * 8)
        switch action {
        case .setTunnelID(let id, _): packet.key[FlowField.tunnelID >> 3] = tunnelID(id)
        case .setQueue(let queue):
            if looksAsOVS { mask.setHost32(FlowField.skbPriority, .max) }
            packet.key.setHost32(FlowField.skbPriority, queue)
            packet.written[word] |= bits
        case .popQueue:
            packet.key[word] = packet.key[word] & ~bits | original[word] & bits
            packet.written[word] &= ~bits
        default: break
        }
    }

    /// A tunnel ID as the key holds it.
    private func tunnelID(_ id: UInt64) -> UInt64 {
        var key = FlowKey()
        MatchField.named("tun_id")?.set(UInt128(id), in: &key)
        return key[FlowField.tunnelID >> 3]
    }

    var isIPv4: Bool {
        lookAtType()
        return packet.ethernetType == EtherType.ipv4
    }

    var isIP: Bool {
        lookAtType()
        return packet.isIP
    }

    var isMPLS: Bool {
        lookAtType()
        return packet.isMPLS
    }

    func lookAtType() {
        let word = FlowField.ethernetType >> 3
        let bits: UInt64 = 0xffff << UInt64((FlowField.ethernetType & 7) * 8)
        mask[word] |= bits & ~packet.written[word]
    }

    /// Writes the bits that `fill` counts, as `change` does to the key.
    private func overwrite(_ fill: (inout FlowMask) -> Void, with change: (inout FlowKey) -> Void) {
        var places = FlowMask()
        fill(&places)
        noteWrite(places)
        change(&packet.key)
        packet.written.formUnion(places)
    }

    private func writeMAC(_ offset: Int, _ address: MACAddress) {
        overwrite { $0.setMAC(offset, .broadcast) } with: { $0.setMAC(offset, address) }
    }

    private func write32(_ offset: Int, _ value: UInt32) {
        overwrite { $0.setU32(offset, .max) } with: { $0.setU32(offset, value) }
    }

    func write8(_ offset: Int, _ value: UInt8, _ bits: UInt8) {
        overwrite { $0.setU8(offset, bits) } with: { $0.setU8(offset, $0.u8(offset) & ~bits | value & bits) }
    }

    private func writePort(_ offset: Int, _ port: UInt16) {
        guard isIP else { return }
        lookAtProtocol()
        lookAt { $0.setU8(FlowField.networkFragment, FlowField.fragmentAny | FlowField.fragmentLater) }
        guard packet.key.u8(FlowField.networkFragment) & FlowField.fragmentLater == 0,
            [IPProtocol.tcp, IPProtocol.udp, IPProtocol.sctp].contains(packet.key.u8(FlowField.networkProtocol))
        else { return }
        overwrite { $0.setU16(offset, .max) } with: { $0.setU16(offset, port) }
    }
}
