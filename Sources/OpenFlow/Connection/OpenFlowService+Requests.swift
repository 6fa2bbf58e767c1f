import Control
import Packets

extension OpenFlowService {
    /// Carries out a request and sends its reply.
    ///
    /// - Throws: what is to be sent as an error message instead.
    func serve(
        _ request: Request, _ transaction: UInt32, on connection: OpenFlowConnection, encoder: ReplyEncoder
    ) throws(OpenFlowError) {
        guard let bridge else { return connection.close() }
        switch request {
        case .hello, .error, .echoReply, .flowAge, .setControllerID:
            break
        case .echoRequest(let payload):
            connection.send([encoder.message(.echoReply, transaction) { $0.append(payload) }])
        case .features:
            connection.send([
                encoder.features(datapathID: bridge.datapathID, ports: bridge.openFlowPorts, transaction)
            ])
        case .barrier:
            connection.wait(for: { await bridge.barrier() }, then: encoder.message(.barrierReply, transaction))
        case .flowMod, .portMod, .packetOut:
            try change(request, on: connection, bridge)
        case .getConfiguration, .setConfiguration, .role, .getAsync, .setAsync, .setFlowFormat, .flowModTableID,
            .setPacketInFormat:
            try configure(request, transaction, on: connection, encoder)
        default:
            connection.send(try statistics(request, transaction, encoder, bridge))
        }
    }

    private func change(
        _ request: Request, on connection: OpenFlowConnection, _ bridge: any OpenFlowSwitch
    ) throws(OpenFlowError) {
        guard connection.role != .secondary else {
            throw OpenFlowError(.isSecondary, "secondary controllers may only read")
        }
        switch request {
        case .flowMod(let change):
            try bridge.apply(change)
            connection.count(change.command)
        case .portMod(let change):
            try bridge.modifyPort(
                change.port, hardware: change.hardware, configuration: change.configuration, mask: change.mask)
        case .packetOut(let packet):
            try bridge.packetOut(packet.frame, inPort: packet.inPort, actions: packet.actions)
        default:
            break
        }
    }

    private func configure(
        _ request: Request, _ transaction: UInt32, on connection: OpenFlowConnection, _ encoder: ReplyEncoder
    ) throws(OpenFlowError) {
        switch request {
        case .getConfiguration:
            connection.send([
                encoder.configuration(
                    flags: fragmentFlags, missSendLength: connection.missSendLength, transaction)
            ])
        case .setConfiguration(let flags, let missSendLength):
            if flags & 3 != fragmentFlags {
                loggers.ofproto.warning("\(bridgeName): unsupported fragment handling mode \(flags & 3)")
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
            connection.async = change.applied(to: connection.async)
        case .setFlowFormat(let isNicira):
            connection.prefersNicira = isNicira
        case .flowModTableID(let isOn):
            connection.decoder?.flowModTableID = isOn
        case .setPacketInFormat(let format):
            connection.packetInFormat = format
        default:
            break
        }
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
            }
        }
        connection.role = request.role
    }
}
