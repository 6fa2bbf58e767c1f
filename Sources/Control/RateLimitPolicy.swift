import Synchronization

/// Whether rate limits on log lines are in force, for all modules or some (OVS: `vlog/enable-rate-limit`).
///
/// One for the process, as the log is. Any thread may ask.
public final class RateLimitPolicy: Sendable {
    public static let shared = RateLimitPolicy()

    private struct State {
        var isEnforcedElsewhere = true
        /// Modules for which the opposite holds.
        var exceptions: Set<String> = []
    }

    /// Spares the lock in the usual case: every limit is in force.
    private let isEnforcedEverywhere = Atomic<Bool>(true)
    private let state = Mutex(State())

    private init() {}

    /// Puts limits in force, or out of it, for some modules or (nil) for all.
    public func enforce(_ isEnforced: Bool, _ modules: [String]?) {
        state.withLock { state in
            if let modules {
                if isEnforced == state.isEnforcedElsewhere {
                    state.exceptions.subtract(modules)
                } else {
                    state.exceptions.formUnion(modules)
                }
            } else {
                state = State(isEnforcedElsewhere: isEnforced)
            }
            isEnforcedEverywhere.store(state.isEnforcedElsewhere && state.exceptions.isEmpty, ordering: .relaxed)
        }
    }

    /// Whether the limits of `module` are in force; nil asks for those that name no module.
    public func isEnforced(_ module: String?) -> Bool {
        if isEnforcedEverywhere.load(ordering: .relaxed) { return true }
        return state.withLock { state in
            guard let module, state.exceptions.contains(module) else { return state.isEnforcedElsewhere }
            return !state.isEnforcedElsewhere
        }
    }
}
