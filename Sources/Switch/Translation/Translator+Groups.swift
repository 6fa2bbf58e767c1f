import Datapath
import OpenFlow
import Packets

extension Translator {
    /// `group`: ends the list if there is none of that number.
    func perform(group id: UInt32) -> Verdict {
        guard mayGoDeeper() else { return .goOn }
        guard let group = bridge.flowTables.groups[id] else {
            trace?.warning("output to nonexistent group \(id)")
            return .endsList
        }
        switch group.kind {
        case .all, .indirect:
            for bucket in group.buckets where failure == nil { perform(bucket) }
            context.note(group, nil)
        case .select:
            if packet.hidden != .nothing {
                freeze()
            } else if let bucket = choose(from: group) {
                use(bucket, of: group)
            }
        case .fastFailover:
            if let bucket = firstLive(of: group) {
                use(bucket, of: group)
            } else {
                trace?.detail("no live bucket")
            }
        }
        return .goOn
    }

    private func use(_ bucket: GroupBucket, of group: GroupEntry) {
        trace?.detail("using bucket \(bucket.contents.id)")
        perform(bucket)
        context.note(group, bucket)
    }

    /// Carries out a bucket on a copy of the packet.
    private func perform(_ bucket: GroupBucket) {
        let outer = trace?.current
        trace?.enter(bucket)
        let before = packet
        let datapathPacket = committed
        let start = actions.count
        let wasInBucket = isInBucket
        isInBucket = true
        depth += 1
        perform(ActionSet.list(of: bucket.contents.actions))
        depth -= 1
        isInBucket = wasInBucket
        if isFreezing, failure == nil { freezeBucket() }
        packet = before
        exits = false
        if let failure, !failure.isLimit { self.failure = nil }
        enclose(from: start, datapathPacket)
        trace?.leave(to: outer)
    }

    /// The action set is not the bucket's to end: it is kept with what the bucket leaves, and stays.
    private func freezeBucket() {
        let set = actionSet
        freezeNow()
        actionSet = set
    }

    // MARK: Choice

    private func firstLive(of group: GroupEntry) -> GroupBucket? {
        for bucket in group.buckets {
            if isLive(bucket) { return bucket }
            trace?.notLive(bucket)
        }
        return nil
    }

    private func isLive(_ bucket: GroupBucket) -> Bool {
        bridge.flowTables.groups.isLive(bucket) { isUp($0) }
    }

    private func choose(from group: GroupEntry) -> GroupBucket? {
        let selection = group.selection
        if selection.method == "hash", !selection.fields.isEmpty {
            return choose(from: group, basis: hash(selection))
        }
        if selection.method != "hash", let slots = bridge.slots.slots(of: group) {
            return chooseByDatapathHash(from: group, slots)
        }
        return choose(from: group, basis: hash(.symmetricL4, basis: 0))
    }

    /// A hash of the fields that the group names, as far as the packet has them.
    private func hash(_ selection: Group.Selection) -> UInt32 {
        var part = FlowKey()
        for field in selection.fields where hasField(field.field) {
            var bits = FlowMask()
            for part in 0..<field.mask.partCount {
                field.field.mergeMask(field.mask.part(part), part: part, into: &bits)
            }
            look(at: bits)
            part.formUnion(packet.key.masked(by: bits))
        }
        let basis = UInt32(truncatingIfNeeded: selection.parameter ^ selection.parameter >> 32)
        return FlowHash.hash(part, basis: basis)
    }

    /// The live bucket with the highest random weight: a bucket that comes or goes moves its own share of packets only.
    private func choose(from group: GroupEntry, basis: UInt32) -> GroupBucket? {
        var best: (score: UInt64, bucket: GroupBucket)?
        for bucket in group.buckets {
            guard bucket.contents.weight > 0, isLive(bucket) else {
                trace?.notLive(bucket)
                continue
            }
            let score = UInt64(FlowHash.mix(basis, bucket.contents.id) & 0xffff) * UInt64(bucket.contents.weight)
            trace?.detail("bucket \(bucket.contents.id): score \(score)")
            if score >= best?.score ?? 0 { best = (score, bucket) }
        }
        return best?.bucket
    }

    /// The datapath hashes, and the packet comes again: so one flow serves all packets of a bucket.
    private func chooseByDatapathHash(from group: GroupEntry, _ slots: BucketSlots) -> GroupBucket? {
        let hash = packet.key.host32(FlowField.datapathHash)
        guard hash != 0 else {
            pendingHash = DatapathHash(group.selection)
            trace?.detail("selection method in use: dp_hash, recirculating")
            freeze()
            return nil
        }
        mask.setHost32(FlowField.datapathHash, mask.host32(FlowField.datapathHash) | slots.hashMask)
        for offset in 0..<slots.count {
            let index = slots[(Int(hash & slots.hashMask) + offset) % slots.count]
            if group.buckets[index].contents.weight > 0, isLive(group.buckets[index]) { return group.buckets[index] }
        }
        trace?.detail("no live bucket")
        return nil
    }
}

extension DatapathHash {
    /// What a group asks for that names the method: the algorithm in the upper half of its parameter, the basis in the
    /// lower.
    init(_ selection: Group.Selection) {
        let isAsked = !selection.method.isEmpty
        self.init(
            algorithm: !isAsked || selection.parameter >> 32 == 1 ? .symmetricL4 : .l4,
            basis: isAsked ? UInt32(truncatingIfNeeded: selection.parameter) : 0)
    }
}
