/// Actions on what travels with a packet, and instructions.
extension ActionDecoder {
    func metadata(_ kind: ActionForm.Kind, _ body: inout ByteReader) throws(OpenFlowError) -> Action {
        switch kind {
        case .setTunnel: return .setTunnelID(UInt64(try body.aligned32()), isWide: false)
        case .setTunnel64:
            try body.skip(6)
            return .setTunnelID(try body.u64(), isWide: true)
        case .setQueue: return .setQueue(try body.aligned32())
        case .meter: return .meter(try body.u32())
        case .writeMetadata:
            try body.zeros(6, else: .mustBeZeroRequest)
            let value = try body.u64()
            return .writeMetadata(value, mask: try body.u64())
        default: return .popQueue
        }
    }
}

extension ActionEncoder {
    mutating func metadata(_ action: Action) {
        switch action {
        case .setTunnelID(let identifier, _) where version >= .v12: setField(.tunnelID, UInt128(identifier))
        case .setTunnelID(let identifier, let isWide):
            if !isWide, let short = UInt32(exactly: identifier) {
                nicira(2) {
                    $0.zeros(2)
                    $0.u32(short)
                }
            } else {
                nicira(9) {
                    $0.zeros(6)
                    $0.u64(identifier)
                }
            }
        case .setQueue(let queue): argument32(queue, standard: 21, nicira: 4)
        case .popQueue: nicira(5)
        default: break
        }
    }

    /// Version 1.0 has no instructions; of those here it can only say two, as OVS does.
    mutating func instruction(_ action: Action) {
        guard version > .v10 else { return instruction10(action) }
        switch action {
        case .meter(let meter):
            // 1.1 and 1.2 have no meters.
            if version >= .v13 { standard(version >= .v15 ? 29 : InstructionCodec.meter) { $0.u32(meter) } }
        case .clearActions: standard(InstructionCodec.clearActions)
        case .writeActions(let actions):
            var inner = ActionEncoder(version: version, match: headers.match)
            inner.list(actions)
            guard inner.writer.count > 0 else { return }
            standard(InstructionCodec.writeActions) {
                $0.zeros(4)
                $0.append(inner.writer.bytes)
            }
        case .writeMetadata(let value, let mask):
            standard(InstructionCodec.writeMetadata) {
                $0.zeros(4)
                $0.u64(value)
                $0.u64(mask)
            }
        case .gotoTable(let table): standard(InstructionCodec.goto) { $0.u8(table) }
        default: break
        }
    }

    private mutating func instruction10(_ action: Action) {
        switch action {
        case .writeMetadata(let value, let mask):
            nicira(22) {
                $0.zeros(6)
                $0.u64(value)
                $0.u64(mask)
            }
        case .gotoTable(let table):
            nicira(14) {
                $0.u16(OpenFlowPort.inPort.rawValue)
                $0.u8(table)
                $0.zeros(3)
            }
        default: break
        }
    }
}
