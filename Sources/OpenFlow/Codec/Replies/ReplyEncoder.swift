import Control
import Packets

/// Writes what the switch says, in a connection's version.
struct ReplyEncoder: Sendable {
    let version: OpenFlowVersion
    /// The fields for options of tunnels that the bridge has.
    var tunnelOptions: TunnelOptions?

    func message(
        _ type: MessageType, _ transaction: UInt32, _ body: (inout ByteWriter) -> Void = { _ in }
    ) -> OpenFlowMessage {
        var writer = ByteWriter(tunnelOptions: tunnelOptions)
        body(&writer)
        return OpenFlowMessage(
            version: version, type: type.number(version), transaction: transaction, body: writer.bytes)
    }

    /// OFPT_FEATURES_REPLY; versions before 1.3 list the ports in it as long as they fit.
    func features(datapathID: UInt64, ports: [OpenFlowPortDescription], _ transaction: UInt32) -> OpenFlowMessage {
        message(.featuresReply, transaction) { writer in
            writer.u64(datapathID)
            writer.u32(0)
            writer.u8(ReplyEncoder.visibleTables)
            writer.zeros(3)
            writer.u32(capabilities)
            // Version 1.0: the actions that are supported.
            writer.u32(version == .v10 ? SupportedFeatures.actions(version) : 0)
            guard version < .v13 else { return }
            for port in ports {
                guard writer.count + 64 + OpenFlowMessage.headerSize <= OpenFlowMessage.maximumSize else { break }
                self.port(port, into: &writer)
            }
        }
    }

    /// OFPC_*: statistics of flows, tables, ports and queues; of groups where there are any; matching on ARP's
    /// addresses where that is told; bundles.
    private var capabilities: UInt32 {
        switch version {
        case .v10: 0xc7
        case .v11: 0xcf
        case .v12, .v13: 0x4f
        case .v14, .v15: 0x4f | 1 << 9
        }
    }

    /// The tables that controllers see; OVS keeps number 254 for itself.
    static let visibleTables: UInt8 = 254

    func configuration(flags: UInt16, missSendLength: UInt16, _ transaction: UInt32) -> OpenFlowMessage {
        message(.getConfigReply, transaction) { writer in
            writer.u16(flags)
            writer.u16(missSendLength)
        }
    }

    func description(_ description: SwitchDescription, _ transaction: UInt32) -> [OpenFlowMessage] {
        var reply = MultipartWriter(version: version, type: MultipartType.description, transaction: transaction)
        reply.add { writer in
            writer.text(description.manufacturer, size: 256)
            writer.text(description.hardware, size: 256)
            writer.text(description.software, size: 256)
            writer.text(description.serialNumber, size: 32)
            writer.text(description.datapath, size: 256)
        }
        return reply.messages()
    }

    /// A multipart reply whose body is `size` zero bytes: nothing there, or no such feature.
    func nothing(_ type: UInt16, size: Int = 0, _ transaction: UInt32) -> [OpenFlowMessage] {
        var reply = MultipartWriter(version: version, type: type, transaction: transaction)
        reply.add { $0.zeros(size) }
        return reply.messages()
    }
}
