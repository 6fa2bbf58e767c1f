import Control
import Packets

/// Requests that change the switch.
extension OpenFlowService {
    /// Carries out a request that changes tables or ports, or sends a packet.
    func change(
        _ request: Request, _ transaction: UInt32, on connection: OpenFlowConnection, _ bridge: any OpenFlowSwitch
    ) throws(OpenFlowError) {
        try refuseSecondary(connection)
        let origin = ChangeOrigin(requester: ObjectIdentifier(connection), transaction: transaction)
        switch request {
        case .flowMod(let change):
            try bridge.apply(change, origin: origin)
            connection.count(change.command)
        case .groupMod(let change):
            try bridge.apply(change, origin: origin)
            forward(request, transaction, from: connection)
        case .meterMod(let change):
            try bridge.apply(change, origin: origin)
            forward(request, transaction, from: connection)
        case .tableMod(let change):
            try bridge.flowTables.apply(change)
        case .portMod(let change):
            try apply(change, from: connection, bridge)
        case .packetOut(let packet):
            try send(packet, bridge)
        case .resume(let resume):
            try bridge.resume(resume)
        case .tlvTableMod(let change):
            try bridge.flowTables.apply(change)
        default:
            break
        }
    }

    func refuseSecondary(_ connection: OpenFlowConnection) throws(OpenFlowError) {
        guard connection.role != .secondary else {
            throw OpenFlowError(.isSecondary, "secondary controllers may only read")
        }
    }

    private func apply(
        _ change: PortMod, from connection: OpenFlowConnection, _ bridge: any OpenFlowSwitch
    ) throws(OpenFlowError) {
        portModSource = connection
        defer { portModSource = nil }
        try bridge.modifyPort(
            change.port, hardware: change.hardware, configuration: change.configuration, mask: change.mask)
    }

    private func send(_ packet: PacketOut, _ bridge: any OpenFlowSwitch) throws(OpenFlowError) {
        try bridge.flowTables.check(packet.actions)
        try bridge.packetOut(packet)
    }

    // MARK: Bundles

    /// OFPT_BUNDLE_CONTROL.
    func control(
        _ control: BundleControl, _ message: OpenFlowMessage, on connection: OpenFlowConnection,
        _ bridge: any OpenFlowSwitch, _ encoder: ReplyEncoder
    ) throws(OpenFlowError) {
        try refuseSecondary(connection)
        switch control.kind {
        case .open: try connection.bundles.open(control, message)
        case .close: try connection.bundles.close(control)
        case .discard: try connection.bundles.discard(control.bundle)
        case .commit: try commit(try connection.bundles.take(control), control, message, on: connection, bridge)
        }
        var reply = control
        reply.flags = 0
        connection.send([encoder.bundleReply(reply, message.transaction)])
    }

    /// Makes all changes of a bundle, or none of those of the tables; ports change one by one.
    private func commit(
        _ messages: [OpenFlowMessage], _ control: BundleControl, _ commit: OpenFlowMessage,
        on connection: OpenFlowConnection, _ bridge: any OpenFlowSwitch
    ) throws(OpenFlowError) {
        guard var decoder = connection.decoder else { return }
        decoder.tunnelOptions = bridge.flowTables.tunnelOptions
        var plan = BundlePlan()
        for (index, message) in messages.enumerated() {
            do throws(OpenFlowError) {
                try plan.add(try decoder.decode(message), index: index, flags: control.flags, bridge)
            } catch {
                throw fail(error, message, on: connection)
            }
        }
        plan.finish()
        do throws(PipelineFailure) {
            try plan.rehearse(bridge.flowTables)
        } catch {
            throw fail(error.error, messages[error.index], on: connection)
        }
        let origin = ChangeOrigin(requester: ObjectIdentifier(connection), transaction: commit.transaction)
        for step in plan.steps {
            do throws(OpenFlowError) {
                switch step {
                case .changes(let changes, let first):
                    do throws(PipelineFailure) {
                        try bridge.apply(changes.map(\.change), origin: origin)
                    } catch {
                        throw fail(error.error, messages[first + error.index], on: connection)
                    }
                    for change in changes {
                        if case .flow(let change) = change.change { connection.count(change.command) }
                        if case .group(let group) = change.change {
                            forward(.groupMod(group), messages[change.message].transaction, from: connection)
                        }
                    }
                case .port(let change, _): try apply(change, from: connection, bridge)
                case .packet(let packet, _): try bridge.packetOut(packet)
                }
            } catch {
                if error.code == .bundleMessageFailed { throw error }
                throw fail(error, messages[step.message], on: connection)
            }
        }
    }

    /// Tells which message of a bundle failed, and why; the commit then fails for that.
    private func fail(
        _ error: OpenFlowError, _ message: OpenFlowMessage, on connection: OpenFlowConnection
    ) -> OpenFlowError {
        connection.send(error: error, to: message)
        return OpenFlowError(.bundleMessageFailed, error.context)
    }
}
