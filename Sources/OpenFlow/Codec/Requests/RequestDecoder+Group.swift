extension RequestDecoder {
    /// OFPT_GROUP_MOD; NXT_GROUP_MOD has version 1.5's form.
    func groupMod(_ body: inout ByteReader) throws(OpenFlowError) -> GroupMod {
        let number = try body.u16()
        let type = try body.u8()
        try body.skip(1)
        let id = try body.u32()
        let contents: GroupMod
        if version == .v10 || version >= .v15 {
            contents = try groupMod15(number, type, id, &body)
        } else {
            let command = try command(number)
            let buckets = try buckets11(body)
            contents = GroupMod(command: command, id: id, group: Group.Contents(kind: try kind(type), buckets: buckets))
            if version >= .v13, command == .delete, !buckets.isEmpty {
                throw OpenFlowError(.invalidGroup, "buckets of a deleted group")
            }
        }
        try check(contents)
        return contents
    }

    private func command(_ number: UInt16) throws(OpenFlowError) -> GroupMod.Command {
        guard let command = GroupMod.Command(rawValue: number) else {
            throw OpenFlowError(.badGroupCommand, "command \(number)")
        }
        if version != .v10, version < .v15, command == .insertBucket || command == .removeBucket {
            throw OpenFlowError(.badGroupCommand, "command \(number)")
        }
        return command
    }

    private func kind(_ type: UInt8) throws(OpenFlowError) -> Group.Kind {
        guard let kind = Group.Kind(rawValue: type) else { throw OpenFlowError(.badGroupType, "group type \(type)") }
        return kind
    }

    private func groupMod15(
        _ number: UInt16, _ type: UInt8, _ id: UInt32, _ body: inout ByteReader
    ) throws(OpenFlowError) -> GroupMod {
        let bucketsLength = Int(try body.u16())
        try body.skip(2)
        let commandBucket = try body.u32()
        let command = try command(number)
        guard mayName(commandBucket, command) else {
            throw OpenFlowError(.badBucket, "command bucket \(commandBucket)")
        }
        let kind = try kind(type)
        let buckets = try buckets15(try body.part(bucketsLength), kind)
        var contents = Group.Contents(kind: kind, buckets: buckets)
        var properties = PropertyReader(body)
        while let (property, reader) = try properties.next() {
            guard case .experimenter(let vendor, NetronomeType.selectionMethod) = property,
                NetronomeType.identifiers.contains(vendor)
            else { throw PropertyReader.unknown(property) }
            guard kind == .select, [.add, .modify, .addOrModify].contains(command) else {
                throw OpenFlowError(.badPropertyValue, "a selection method for what does not select")
            }
            contents.selection = try selection(reader)
        }
        return GroupMod(command: command, id: id, group: contents, commandBucket: commandBucket)
    }

    private func mayName(_ bucket: UInt32, _ command: GroupMod.Command) -> Bool {
        let isOne = bucket <= Self.lastBucketID || [GroupMod.firstBucket, GroupMod.lastBucket].contains(bucket)
        switch command {
        case .insertBucket: return isOne
        case .removeBucket: return isOne || bucket == GroupMod.allBuckets
        default: return bucket == GroupMod.allBuckets
        }
    }

    /// OFPG_BUCKET_MAX.
    private static let lastBucketID: UInt32 = 0xffff_ff00

    // MARK: Buckets

    private func buckets11(_ reader: ByteReader) throws(OpenFlowError) -> [Group.Bucket] {
        var reader = reader
        var buckets: [Group.Bucket] = []
        while reader.remaining > 0 {
            var body: ByteReader
            do throws(OpenFlowError) {
                let length = Int(try reader.u16())
                guard length >= 16 else { throw OpenFlowError(.badBucket, "bucket of \(length) bytes") }
                body = try reader.part(length - 2)
            } catch {
                throw error.lengthAs(.badBucket)
            }
            var bucket = Group.Bucket(id: UInt32(buckets.count), actions: [])
            bucket.weight = try body.u16()
            bucket.watchPort = try watchPort(try body.u32())
            let watchGroup = try body.u32()
            bucket.watchGroup = watchGroup == .max ? nil : watchGroup
            try body.skip(4)
            bucket.actions = try self.actions(body, context: .bucket)
            buckets.append(bucket)
        }
        return buckets
    }

    private func buckets15(_ reader: ByteReader, _ kind: Group.Kind) throws(OpenFlowError) -> [Group.Bucket] {
        var reader = reader
        var buckets: [Group.Bucket] = []
        var used: Set<UInt32> = []
        while reader.remaining > 0 {
            var body: ByteReader
            let id: UInt32
            let actions: ByteReader
            do throws(OpenFlowError) {
                let length = Int(try reader.u16())
                guard length >= 8 else { throw OpenFlowError(.badBucket, "bucket of \(length) bytes") }
                body = try reader.part(length - 2)
                let actionsLength = Int(try body.u16())
                id = try body.u32()
                actions = try body.part(actionsLength)
            } catch {
                throw error.lengthAs(.badBucket)
            }
            var bucket = Group.Bucket(
                id: id, actions: try self.actions(actions, context: .bucket))
            bucket.weight = kind == .select ? 1 : 0
            try bucketProperties(body, &bucket)
            guard id <= Self.lastBucketID, used.insert(id).inserted else {
                throw OpenFlowError(.badBucket, "bucket \(id)")
            }
            buckets.append(bucket)
        }
        return buckets
    }

    private func bucketProperties(_ body: ByteReader, _ bucket: inout Group.Bucket) throws(OpenFlowError) {
        var properties = PropertyReader(body)
        while let (kind, contents) = try properties.next() {
            var contents = contents
            switch kind {
            case .standard(0):
                // Two bytes of padding may follow or not.
                do throws(OpenFlowError) { bucket.weight = try contents.u16() } catch {
                    throw error.lengthAs(.badPropertyLength)
                }
            case .standard(1): bucket.watchPort = try watchPort(try contents.property32())
            case .standard(2):
                let group = try contents.property32()
                bucket.watchGroup = group == .max ? nil : group
            default: throw PropertyReader.unknown(kind)
            }
        }
    }

    private func watchPort(_ number: UInt32) throws(OpenFlowError) -> OpenFlowPort? {
        guard let port = try? OpenFlowPort(wide: number) else { throw OpenFlowError(.badWatch, "port \(number)") }
        return port == .none ? nil : port
    }

    // MARK: Selection

    private func selection(_ reader: ByteReader) throws(OpenFlowError) -> Group.Selection {
        var reader = reader
        var selection = Group.Selection()
        let name: [UInt8]
        do throws(OpenFlowError) {
            try reader.skip(4)
            var text = try reader.part(NetronomeType.methodSize)
            name = text.rest()
            selection.parameter = try reader.u64()
        } catch {
            throw error.lengthAs(.badPropertyLength)
        }
        guard let end = name.firstIndex(of: 0) else { throw OpenFlowError(.badPropertyValue, "method without end") }
        selection.method = String(decoding: name[..<end], as: UTF8.self)
        guard ["hash", "dp_hash"].contains(selection.method) else {
            throw OpenFlowError(.badPropertyValue, "selection method \(selection.method)")
        }
        guard selection.method == "hash" || reader.remaining == 0 else {
            throw OpenFlowError(.badPropertyValue, "fields for \(selection.method)")
        }
        selection.fields = try ExtensibleMatch.decodeFieldMasks(reader)
        return selection
    }

    // MARK: Checks

    private func check(_ change: GroupMod) throws(OpenFlowError) {
        let group = change.group
        if group.kind == .indirect, change.command != .delete, group.buckets.count != 1 {
            throw OpenFlowError(.invalidGroup, "an indirect group has one bucket")
        }
        if change.command == .removeBucket, !group.buckets.isEmpty {
            throw OpenFlowError(.badBucket, "buckets in the removal of one")
        }
        for bucket in group.buckets {
            if bucket.weight != 0, group.kind != .select, change.command != .insertBucket {
                throw OpenFlowError(.invalidGroup, "weight in a group that does not select")
            }
            let watches = bucket.watchPort != nil || bucket.watchGroup != nil
            if watches, group.kind == .all || group.kind == .indirect {
                throw OpenFlowError(.watchUnsupported, "watching in such a group")
            }
            if !watches, group.kind == .fastFailover {
                throw OpenFlowError(.invalidGroup, "a bucket watches nothing")
            }
        }
    }
}
