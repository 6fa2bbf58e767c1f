extension ReplyEncoder {
    /// OFPMP_QUEUE.
    func queueStatistics(_ queues: [QueueStatistics], _ transaction: UInt32) -> [OpenFlowMessage] {
        var reply = MultipartWriter(version: version, type: MultipartType.queue, transaction: transaction)
        for queue in queues {
            reply.add { writer in
                if version >= .v14 {
                    writer.u16(48)
                    writer.zeros(6)
                }
                writer.port(queue.port, version)
                if version == .v10 { writer.zeros(2) }
                writer.u32(queue.queue)
                writer.u64(queue.bytes ?? .max)
                writer.u64(queue.packets ?? .max)
                writer.u64(queue.errors ?? .max)
                guard version >= .v13 else { return }
                if let duration = queue.duration {
                    writer.duration(duration)
                } else {
                    writer.u64(.max)
                }
            }
        }
        return reply.messages()
    }

    /// OFPT_QUEUE_GET_CONFIG_REPLY, of one port's queues as far as they fit; OFPMP_QUEUE_DESC.
    func queueDescriptions(
        _ queues: [QueueDescription], port: OpenFlowPort, _ transaction: UInt32
    ) -> [OpenFlowMessage] {
        if version >= .v14 {
            var reply = MultipartWriter(
                version: version, type: MultipartType.queueDescription, transaction: transaction)
            for queue in queues { reply.add { description14(queue, into: &$0) } }
            return reply.messages()
        }
        let reply = message(.queueGetConfigReply, transaction) { writer in
            writer.port(port, version)
            writer.zeros(version == .v10 ? 6 : 4)
            for queue in queues {
                guard writer.count + 48 + OpenFlowMessage.headerSize <= OpenFlowMessage.maximumSize else { break }
                packetQueue(queue, into: &writer)
            }
        }
        return [reply]
    }

    private func rates(_ queue: QueueDescription) -> [(type: UInt16, rate: UInt16)] {
        [(1, queue.minimumRate), (2, queue.maximumRate)].compactMap { type, rate in rate.map { (type, $0) } }
    }

    /// `struct ofp_packet_queue`.
    private func packetQueue(_ queue: QueueDescription, into writer: inout ByteWriter) {
        let start = writer.count
        writer.u32(queue.queue)
        if version >= .v12 { writer.port(queue.port, version) }
        let lengthOffset = writer.count
        writer.u16(0)
        writer.zeros(version >= .v12 ? 6 : 2)
        for (type, rate) in rates(queue) {
            writer.u16(type)
            writer.u16(16)
            writer.zeros(4)
            writer.u16(rate)
            writer.zeros(6)
        }
        writer.patch(writer.count - start, at: lengthOffset)
    }

    private func description14(_ queue: QueueDescription, into writer: inout ByteWriter) {
        writer.port(queue.port, version)
        writer.u32(queue.queue)
        writer.u16(0)
        writer.zeros(6)
        for (type, rate) in rates(queue) { writer.property(type, rate) }
        writer.patch(writer.count, at: 8)
    }
}
