import Control

/// Numbers for states that packets refer to while they are under way in the datapath: equal states have one number.
///
/// A state lives as long as somebody holds its entry and for a while after, since packets that know its number may
/// still be in queues. Numbers come round again only after all others.
@ControlActor
final class NumberedStates<State: Hashable> {
    /// A state under its number.
    @ControlActor
    final class Entry {
        nonisolated let id: UInt32
        let state: State
        /// When it was last known to be in use.
        fileprivate var used: ContinuousClock.Instant

        fileprivate init(id: UInt32, state: State, used: ContinuousClock.Instant) {
            self.id = id
            self.state = state
            self.used = used
        }
    }

    /// How long a number outlives its last holder.
    private static var grace: Duration { .seconds(10) }

    private var entries: [UInt32: Entry] = [:]
    private var numbers: [State: UInt32] = [:]
    private let numbering: Numbering
    private let clock: @ControlActor () -> ContinuousClock.Instant

    /// - Parameter numbering: where numbers come from; states of several kinds may share it.
    init(numbering: Numbering, clock: @escaping @ControlActor () -> ContinuousClock.Instant) {
        self.numbering = numbering
        self.clock = clock
    }

    var count: Int { entries.count }

    /// The state of a number; nil if it has none, or no longer.
    subscript(_ id: UInt32) -> State? {
        guard let entry = entries[id] else { return nil }
        return entry.state
    }

    /// The entry of a state, made if there is none.
    func entry(for state: State) -> Entry {
        let now = clock()
        if let id = numbers[state], let known = entries[id] {
            known.used = now
            return known
        }
        var id = numbering.next()
        while entries[id] != nil { id = numbering.next() }
        let made = Entry(id: id, state: state, used: now)
        entries[id] = made
        numbers[state] = id
        return made
    }

    /// Forgets states that nobody has held for long enough.
    func purge() {
        let now = clock()
        for id in Array(entries.keys) {
            guard isHeld(id) == false else {
                entries[id]?.used = now
                continue
            }
            guard let entry = entries[id], entry.used.duration(to: now) >= Self.grace else { continue }
            numbers[entry.state] = nil
            entries[id] = nil
        }
    }

    /// Whether anybody but this table holds the entry.
    private func isHeld(_ id: UInt32) -> Bool {
        guard let index = entries.index(forKey: id) else { return false }
        return !isKnownUniquelyReferenced(&entries.values[index])
    }
}

/// Numbers from 1 on, round and round.
@ControlActor
final class Numbering {
    private var last: UInt32 = 0

    func next() -> UInt32 {
        last = last == .max ? 1 : last + 1
        return last
    }
}
