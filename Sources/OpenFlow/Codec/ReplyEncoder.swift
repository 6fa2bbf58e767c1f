import Control
import Packets

/// Writes what the switch says, in a connection's version.
struct ReplyEncoder: Sendable {
    let version: OpenFlowVersion

    func message(
        _ type: MessageType, _ transaction: UInt32, _ body: (inout ByteWriter) -> Void = { _ in }
    ) -> OpenFlowMessage {
        var writer = ByteWriter()
        body(&writer)
        return OpenFlowMessage(
            version: version, type: type.number(version), transaction: transaction, body: writer.bytes)
    }

    /// OFPT_FEATURES_REPLY; version 1.0 lists the ports in it as long as they fit.
    func features(datapathID: UInt64, ports: [OpenFlowPortDescription], _ transaction: UInt32) -> OpenFlowMessage {
        message(.featuresReply, transaction) { writer in
            writer.u64(datapathID)
            writer.u32(0)
            writer.u8(ReplyEncoder.visibleTables)
            writer.zeros(3)
            // Flow, table, port and queue statistics; in 1.0 also matching on ARP's addresses.
            writer.u32(version == .v10 ? 0xc7 : 0x47)
            // Version 1.0: the actions that are supported, by their numbers: output.
            writer.u32(version == .v10 ? 1 : 0)
            guard version == .v10 else { return }
            for port in ports {
                guard writer.count + 48 + OpenFlowMessage.headerSize <= OpenFlowMessage.maximumSize else { break }
                self.port(port, into: &writer)
            }
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

    func role(_ request: RoleRequest, role: ControllerRole, generation: UInt64?, _ transaction: UInt32)
        -> OpenFlowMessage
    {
        if request.isNicira {
            return message(.experimenter, transaction) { writer in
                writer.u32(NiciraType.identifier)
                writer.u32(NiciraType.roleReply)
                writer.u32(role.rawValue &- 1)
            }
        }
        return message(.roleReply, transaction) { writer in
            writer.u32(role.rawValue)
            writer.zeros(4)
            writer.u64(generation ?? .max)
        }
    }

    func async(_ configuration: AsyncConfiguration, _ transaction: UInt32) -> OpenFlowMessage {
        message(.getAsyncReply, transaction) { writer in
            for masks in [configuration.packetIn, configuration.portStatus, configuration.flowRemoved] {
                writer.u32(masks.primary)
                writer.u32(masks.secondary)
            }
        }
    }

    /// OFPT_QUEUE_GET_CONFIG_REPLY for a port without queues.
    func queueConfiguration(port: OpenFlowPort, _ transaction: UInt32) -> OpenFlowMessage {
        message(.queueGetConfigReply, transaction) { writer in
            writer.port(port, version)
            writer.zeros(version == .v10 ? 6 : 4)
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
