import OpenFlow

/// The slots behind a ``MACTable``: in and out of its index and lists.
extension MACTable {
    var learnedSlots: [Int32] { index.values.filter { !slots[Int($0)].isStatic } }

    @discardableResult
    func insert(
        _ address: LearnedAddress, on port: OpenFlowPort, at time: ContinuousClock.Instant, isStatic: Bool
    ) -> Int32 {
        let entry = Slot(
            address: address, port: port, isStatic: isStatic, lastUsed: time, lockedUntil: nil,
            links: InlineArray(repeating: MACTableList.Link()))
        let slot: Int32
        if let reused = free.popLast() {
            slot = reused
            slots[Int(slot)] = entry
        } else {
            slot = Int32(slots.count)
            slots.append(entry)
        }
        index[address] = slot
        link(slot)
        return slot
    }

    /// Puts a slot at the young end of its lists.
    func link(_ slot: Int32) {
        order.append(slot, in: &slots)
        let entry = slots[Int(slot)]
        guard !entry.isStatic else { return }
        orders[entry.port, default: MACTableList(.port)].append(slot, in: &slots)
        ranking.set(entry.port, orders[entry.port]?.count ?? 0)
    }

    /// Puts a learned slot at the young end of the lists that it is in.
    func refresh(_ slot: Int32) {
        let port = slots[Int(slot)].port
        order.remove(slot, in: &slots)
        order.append(slot, in: &slots)
        orders[port]?.remove(slot, in: &slots)
        orders[port]?.append(slot, in: &slots)
    }

    func unlink(_ slot: Int32) {
        order.remove(slot, in: &slots)
        let entry = slots[Int(slot)]
        guard !entry.isStatic else { return }
        orders[entry.port]?.remove(slot, in: &slots)
        ranking.set(entry.port, orders[entry.port]?.count ?? 0)
        if orders[entry.port]?.count == 0 { orders[entry.port] = nil }
    }

    /// Takes an entry out without telling.
    func drop(_ slot: Int32) {
        unlink(slot)
        let entry = slots[Int(slot)]
        if entry.isStatic { counters.currentStatic -= 1 }
        index[entry.address] = nil
        free.append(slot)
    }

    /// Takes an entry out and tells.
    func remove(_ slot: Int32) {
        let address = slots[Int(slot)].address
        drop(slot)
        changed?(.address(address))
    }

    /// Room for one more entry, if need be by eviction; false where only static entries are left.
    func makeRoom() -> Bool {
        guard index.count >= maximumCount else { return true }
        guard let port = ranking.first, let fullest = orders[port] else { return false }
        counters.evicted += 1
        remove(fullest.first)
        return true
    }

    /// After the limit has become smaller: drops the oldest beyond it (OVS counts them as expired).
    func shrink() {
        var slot = order.first
        while index.count > maximumCount, slot != MACTableList.none {
            let next = slots[Int(slot)].links[MACTableList.Membership.all.rawValue].next
            if !slots[Int(slot)].isStatic {
                counters.expired += 1
                remove(slot)
            }
            slot = next
        }
    }
}
