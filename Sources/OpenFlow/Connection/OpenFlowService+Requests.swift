import Control
import Packets

extension OpenFlowService {
    /// Carries out a request and sends its reply.
    ///
    /// - Throws: what is to be sent as an error message instead.
    func serve(
        _ request: Request, _ message: OpenFlowMessage, on connection: OpenFlowConnection, encoder: ReplyEncoder
    ) throws(OpenFlowError) {
        let transaction = message.transaction
        guard let bridge else { return connection.close() }
        switch request {
        case .hello, .error, .echoReply, .flowAge:
            break
        case .echoRequest(let payload):
            connection.send([encoder.message(.echoReply, transaction) { $0.append(payload) }])
        case .features:
            connection.send([
                encoder.features(datapathID: bridge.datapathID, ports: bridge.openFlowPorts, transaction)
            ])
        case .barrier:
            let reply = encoder.message(.barrierReply, transaction)
            if bridge.isSettled {
                connection.send([reply])
            } else {
                connection.wait(for: { await bridge.barrier() }, then: reply)
            }
        case .flowMod, .groupMod, .meterMod, .tableMod, .portMod, .packetOut, .resume, .tlvTableMod:
            try change(request, transaction, on: connection, bridge)
        case .bundleControl(let control):
            try self.control(control, message, on: connection, bridge, encoder)
        case .bundleAdd(let addition):
            try refuseSecondary(connection)
            // Told at once, as in OVS: `ovs-ofctl` then commits nothing.
            if case .flowMod(let change) = addition.request { try FlowTables.checkTable(of: change) }
            try connection.bundles.add(addition, message)
        case .getConfiguration, .setConfiguration, .role, .getAsync, .setAsync, .setFlowFormat, .flowModTableID,
            .setPacketInFormat, .setControllerID:
            try configure(request, transaction, on: connection, encoder)
        case .flowMonitor(let monitors):
            let initial = try connection.monitors.apply(monitors, to: bridge.flowTables)
            followRules()
            connection.send(encoder.flowMonitor(initial, transaction))
        case .flowMonitorCancel(let id):
            try connection.monitors.remove(id)
            followRules()
        case .flowStatistics(let selection, let isNicira):
            try stream(selection, isNicira: isNicira, transaction, on: connection, encoder, bridge)
        default:
            connection.send(try statistics(request, transaction, encoder, bridge))
        }
    }

    private func configure(
        _ request: Request, _ transaction: UInt32, on connection: OpenFlowConnection, _ encoder: ReplyEncoder
    ) throws(OpenFlowError) {
        switch request {
        case .getConfiguration:
            var flags = bridge?.fragmentFlags ?? 0
            if Self.hasTTLFlag(encoder.version), connection.async.packetIn.primary & Self.invalidTTL != 0 {
                flags |= Self.invalidTTLFlag
            }
            connection.send([
                encoder.configuration(flags: flags, missSendLength: connection.missSendLength, transaction)
            ])
        case .setConfiguration(let flags, let missSendLength):
            if connection.kind != .primary || connection.role != .secondary { setFragmentFlags(flags & 3) }
            if Self.hasTTLFlag(encoder.version) {
                if flags & Self.invalidTTLFlag != 0 {
                    connection.async.packetIn.primary |= Self.invalidTTL
                } else {
                    connection.async.packetIn.primary &= ~Self.invalidTTL
                }
            }
            connection.missSendLength = missSendLength
        case .role(let role):
            try setRole(role, of: connection)
            connection.send([
                encoder.role(role, role: connection.role, generation: election, transaction)
            ])
        case .getAsync:
            connection.send([encoder.async(connection.async, transaction)])
        case .setAsync(let change):
            var wanted = change.applied(to: connection.async)
            if encoder.version < .v14 {
                // These versions know one reason for what later ones tell apart.
                if wanted.packetIn.primary & Self.action != 0 { wanted.packetIn.primary |= Self.laterActions }
                if wanted.packetIn.secondary & Self.action != 0 { wanted.packetIn.secondary |= Self.laterActions }
            }
            connection.async = wanted
            // Who says what it wants wants to be told.
            if connection.kind == .service, connection.missSendLength == 0 { connection.missSendLength = 128 }
        case .setFlowFormat(let isNicira):
            connection.prefersNicira = isNicira
        case .flowModTableID(let isOn):
            connection.decoder?.flowModTableID = isOn
        case .setPacketInFormat(let format):
            connection.packetInFormat = format
        case .setControllerID(let id):
            connection.controllerID = id
        default:
            break
        }
    }

    /// OFPC_INVALID_TTL_TO_CONTROLLER, which OVS takes in every version before 1.3; and the reason it stands for.
    private static let invalidTTLFlag: UInt16 = 4
    private static let invalidTTL: UInt32 = 1 << PacketInReason.invalidTTL.rawValue
    private static func hasTTLFlag(_ version: OpenFlowVersion) -> Bool { version < .v13 }

    private static let action: UInt32 = 1 << PacketInReason.action.rawValue
    /// Action set, group, packet-out.
    private static let laterActions: UInt32 = 0b11_1000

    private func setFragmentFlags(_ flags: UInt16) {
        guard let bridge, flags != bridge.fragmentFlags, !bridge.setFragmentFlags(flags) else { return }
        let names = ["normal", "drop", "reassemble", "nx-match"]
        loggers.ofproto.warning("\(bridgeName): unsupported fragment handling mode \(names[Int(flags & 3)])")
    }

    /// At most one connection is primary: making one so makes the one before secondary (OpenFlow 1.3.5, 6.3.6).
    private func setRole(_ request: RoleRequest, of connection: OpenFlowConnection) throws(OpenFlowError) {
        guard request.role != .noChange else { return }
        if request.role != .equal, let generation = request.generation {
            // A signed distance, so that the counter may wrap.
            if let election, Int64(bitPattern: generation &- election) < 0 {
                throw OpenFlowError(.staleRole, "generation \(generation) is older than \(election)")
            }
            election = generation
        }
        if request.role == .primary {
            for other in connections.values where other !== connection && other.role == .primary {
                other.role = .secondary
                let status = RoleStatus(role: .secondary, reason: .primaryRequest, generation: election)
                if let version = other.version,
                    let message = ReplyEncoder(version: version).roleStatus(status)
                {
                    other.send([message])
                }
            }
        }
        connection.role = request.role
    }
}
