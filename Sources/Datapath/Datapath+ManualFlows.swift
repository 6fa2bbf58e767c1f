import Packets

/// Flows that an operator puts into the datapath by hand (`dpctl/add-flow` and its like). They have no translation
/// behind them, so nothing but a command takes them out.
extension Datapath {
    /// Adds a flow to every thread, or changes the actions of the one that is there. False: it is there and was only to
    /// be added, or it is not and was only to be changed, or a table has no room for its mask.
    public func put(
        _ key: FlowKey, mask: FlowMask, actions: [DatapathAction], adds: Bool, changes: Bool
    ) -> Bool {
        var isDone = !threads.isEmpty
        for thread in threads {
            if let flow = flow(of: key, mask: mask, in: thread) {
                guard changes else { return false }
                thread.replace(flow, actions: actions)
            } else {
                guard adds else { return false }
                isDone =
                    thread.install(key, Translation(mask: mask, actions: actions), mayNarrow: false) != nil && isDone
            }
        }
        return isDone
    }

    /// Takes a flow out of every thread; what it was, or nil where there is none.
    public func delete(_ key: FlowKey) -> DatapathFlow? {
        var found: DatapathFlow?
        for thread in threads {
            guard let flow = thread.flows.values.first(where: { !$0.isRemoved && $0.key.matches(key, under: $0.mask) })
            else { continue }
            found = flow
            thread.remove(flow)
        }
        return found
    }

    private func flow(of key: FlowKey, mask: FlowMask, in thread: PacketThread) -> DatapathFlow? {
        thread.flows.values.first { !$0.isRemoved && $0.mask == mask && $0.key.matches(key, under: mask) }
    }
}
