import Control

/// Groups and meters in a hand-over; see ``FlowTables/handOver()``.
extension FlowTables {
    func takeOverMeter(_ body: inout ByteReader) throws(OpenFlowError) {
        let id = try body.u32()
        let age = try body.milliseconds()
        var contents = MeterContents(flags: try body.u16(), bands: [])
        while body.remaining > 0 {
            let levels = try body.u8()
            let kind: MeterContents.Band.Kind = levels == .max ? .drop : .dscpRemark(levels: levels)
            contents.bands.append(.init(kind: kind, rate: try body.u32(), burst: try body.u32()))
        }
        try apply(MeterMod(command: meters[id] == nil ? .add : .modify, id: id, meter: contents))
        meters[id]?.created = now - age
    }

    func takeOverGroup(_ body: inout ByteReader) throws(OpenFlowError) {
        let id = try body.u32()
        let age = try body.milliseconds()
        guard let kind = Group.Kind(rawValue: try body.u8()) else {
            throw OpenFlowError(.badGroupType, "group \(id) of a hand-over")
        }
        var contents = Group.Contents(kind: kind, buckets: [])
        contents.selection = try Group.Selection(handedOver: &body)
        let counters = (packets: try body.u64(), bytes: try body.u64())
        var bucketCounters: [(packets: UInt64, bytes: UInt64)] = []
        while body.remaining > 0 {
            bucketCounters.append((try body.u64(), try body.u64()))
            contents.buckets.append(try Group.Bucket(handedOver: &body))
        }
        try apply(GroupMod(command: .addOrModify, id: id, group: contents))
        guard let group = groups[id] else { return }
        group.created = now - age
        group.credit(packets: counters.packets, bytes: counters.bytes)
        for (bucket, counters) in zip(group.buckets, bucketCounters) {
            bucket.credit(packets: counters.packets, bytes: counters.bytes)
        }
    }
}

extension MeterEntry {
    func write(to writer: inout ByteWriter, now: ContinuousClock.Instant) {
        writer.u32(id)
        writer.milliseconds(now - created)
        writer.u16(contents.flags)
        for band in contents.bands {
            switch band.kind {
            case .drop: writer.u8(.max)
            case .dscpRemark(let levels): writer.u8(min(levels, .max - 1))
            }
            writer.u32(band.rate)
            writer.u32(band.burst)
        }
    }
}

extension GroupEntry {
    func write(to writer: inout ByteWriter, now: ContinuousClock.Instant) {
        writer.u32(id)
        writer.milliseconds(now - created)
        writer.u8(kind.rawValue)
        selection.write(to: &writer)
        writer.u64(packets)
        writer.u64(bytes)
        for bucket in buckets {
            writer.u64(bucket.packets)
            writer.u64(bucket.bytes)
            bucket.contents.write(to: &writer)
        }
    }
}

extension Group.Selection {
    fileprivate func write(to writer: inout ByteWriter) {
        writer.text(method)
        writer.u64(parameter)
        writer.u16(UInt16(clamping: fields.count))
        for field in fields.prefix(Int(UInt16.max)) {
            writer.text(field.field.name)
            writer.value(field.mask, max(16, field.field.size))
        }
    }

    fileprivate init(handedOver reader: inout ByteReader) throws(OpenFlowError) {
        self.init()
        method = try reader.text()
        parameter = try reader.u64()
        for _ in 0..<(try reader.u16()) {
            let name = try reader.text()
            guard let field = MatchField.named(name) ?? reader.tunnelOptions?.named(name) else {
                throw OpenFlowError(.badMatchField, "field \(name)")
            }
            fields.append(Group.FieldMask(field: field, mask: try reader.value(max(16, field.size))))
        }
    }
}

extension Group.Bucket {
    private static let noGroup: UInt32 = 0xffff_ffff

    fileprivate func write(to writer: inout ByteWriter) {
        writer.u32(id)
        writer.u16(weight)
        writer.u16((watchPort ?? .none).rawValue)
        writer.u32(watchGroup ?? Self.noGroup)
        var list = ByteWriter(tunnelOptions: writer.tunnelOptions)
        HandedOverActions.write(actions, context: .bucket, into: &list)
        writer.u32(UInt32(list.bytes.count))
        writer.append(list.bytes)
    }

    fileprivate init(handedOver reader: inout ByteReader) throws(OpenFlowError) {
        self.init(id: try reader.u32(), actions: [])
        weight = try reader.u16()
        let port = OpenFlowPort(rawValue: try reader.u16())
        watchPort = port == .none ? nil : port
        let group = try reader.u32()
        watchGroup = group == Self.noGroup ? nil : group
        var list = try reader.part(Int(try reader.u32()))
        actions = try HandedOverActions.read(&list, context: .bucket)
    }
}

extension ByteWriter {
    fileprivate mutating func milliseconds(_ duration: Duration) {
        u64(UInt64(max(0, duration / .milliseconds(1))))
    }

    fileprivate mutating func text(_ text: String) {
        let bytes = Array(text.utf8.prefix(Int(UInt8.max)))
        u8(UInt8(bytes.count))
        append(bytes)
    }
}

extension ByteReader {
    fileprivate mutating func text() throws(OpenFlowError) -> String {
        var part = try part(Int(try u8()))
        return String(decoding: part.rest(), as: UTF8.self)
    }
}
