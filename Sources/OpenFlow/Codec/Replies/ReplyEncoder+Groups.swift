extension ReplyEncoder {
    /// OFPMP_GROUP.
    func groupStatistics(_ groups: [GroupStatistics], _ transaction: UInt32) -> [OpenFlowMessage] {
        var reply = MultipartWriter(
            version: version, type: MultipartType.group, transaction: transaction,
            niciraSubtype: version == .v10 ? NiciraType.Multipart.group : nil)
        for group in groups {
            reply.add { writer in
                writer.u16(0)
                writer.zeros(2)
                writer.u32(group.group)
                writer.u32(group.referenceCount)
                writer.zeros(4)
                writer.u64(group.counters.packets)
                writer.u64(group.counters.bytes)
                if version == .v10 || version >= .v13 { writer.duration(group.duration) }
                for bucket in group.buckets {
                    writer.u64(bucket.packets)
                    writer.u64(bucket.bytes)
                }
                writer.patch(writer.count, at: 0)
            }
        }
        return reply.messages()
    }

    /// OFPMP_GROUP_DESC.
    func groupDescriptions(_ groups: [GroupDescription], _ transaction: UInt32) -> [OpenFlowMessage] {
        var reply = MultipartWriter(
            version: version, type: MultipartType.groupDescription, transaction: transaction,
            niciraSubtype: version == .v10 ? NiciraType.Multipart.groupDescription : nil)
        for group in groups {
            reply.add { writer in
                writer.u16(0)
                writer.u8(group.contents.kind.rawValue)
                writer.zeros(1)
                writer.u32(group.group)
                if version == .v10 || version >= .v15 {
                    writer.u16(0)
                    writer.zeros(6)
                    buckets15(group.contents, into: &writer, lengthAt: 8)
                } else {
                    buckets11(group.contents.buckets, into: &writer)
                }
                writer.patch(writer.count, at: 0)
            }
        }
        return reply.messages()
    }

    /// OFPMP_GROUP_FEATURES.
    func groupFeatures(_ features: GroupFeatures, _ transaction: UInt32) -> [OpenFlowMessage] {
        var reply = MultipartWriter(
            version: version, type: MultipartType.groupFeatures, transaction: transaction,
            niciraSubtype: version < .v12 ? NiciraType.Multipart.groupFeatures : nil)
        reply.add { writer in
            writer.u32(0b1111)
            writer.u32(features.capabilities)
            for _ in 0..<4 { writer.u32(features.maximumGroups) }
            for _ in 0..<4 { writer.u32(SupportedFeatures.actions(version)) }
        }
        return reply.messages()
    }

    /// A group-mod as others are told of it; buckets' changes are told as `modify` where the version has no words.
    func groupMod(_ change: GroupMod, group: Group.Contents?, _ transaction: UInt32) -> OpenFlowMessage {
        let is15 = version == .v10 || version >= .v15
        var change = change
        if !is15, change.command == .insertBucket || change.command == .removeBucket {
            change.command = .modify
            if let group { change.group = group }
        }
        let body = { (writer: inout ByteWriter) in
            let start = writer.count
            writer.u16(change.command.rawValue)
            writer.u8(change.group.kind.rawValue)
            writer.zeros(1)
            writer.u32(change.id)
            guard is15 else { return buckets11(change.group.buckets, into: &writer) }
            writer.u16(0)
            writer.zeros(2)
            writer.u32(change.commandBucket)
            buckets15(change.group, into: &writer, lengthAt: start + 8)
        }
        return version == .v10
            ? experimenter(NiciraType.identifier, NiciraType.groupMod, transaction, body)
            : message(.groupMod, transaction, body)
    }

    // MARK: Buckets

    private func buckets11(_ buckets: [Group.Bucket], into writer: inout ByteWriter) {
        for bucket in buckets {
            let start = writer.count
            writer.u16(0)
            writer.u16(bucket.weight)
            writer.u32((bucket.watchPort ?? .none).wide)
            writer.u32(bucket.watchGroup ?? .max)
            writer.zeros(4)
            ActionCodec.encode(bucket.actions, version: version, into: &writer)
            writer.patch(writer.count - start, at: start)
        }
    }

    /// Buckets, their length at `lengthAt`, and the group's properties.
    private func buckets15(_ group: Group.Contents, into writer: inout ByteWriter, lengthAt: Int) {
        let start = writer.count
        for bucket in group.buckets { bucket15(bucket, group.kind, into: &writer) }
        writer.patch(writer.count - start, at: lengthAt)
        let selection = group.selection
        guard !selection.method.isEmpty else { return }
        writer.property(0xffff) { writer in
            writer.u32(NetronomeType.identifier)
            writer.u32(NetronomeType.selectionMethod)
            writer.zeros(4)
            writer.text(selection.method, size: NetronomeType.methodSize)
            writer.u64(selection.parameter)
            ExtensibleMatch.encode(selection.fields, version: version, into: &writer)
        }
    }

    private func bucket15(_ bucket: Group.Bucket, _ kind: Group.Kind, into writer: inout ByteWriter) {
        let start = writer.count
        writer.u16(0)
        writer.u16(0)
        writer.u32(bucket.id)
        let actionsStart = writer.count
        ActionCodec.encode(bucket.actions, version: version, into: &writer)
        writer.patch(writer.count - actionsStart, at: start + 2)
        if kind == .select || bucket.weight != 0 { writer.property(0, bucket.weight) }
        if let port = bucket.watchPort { writer.property(1, port.wide) }
        if let group = bucket.watchGroup { writer.property(2, group) }
        writer.patch(writer.count - start, at: start)
    }
}
