import Control

/// One connection's bundles: changes that wait to be made together (OpenFlow 1.4.0 section 6.8; OVS: `bundles.c`).
@ControlActor
final class BundleStore {
    /// A bundle that was opened.
    struct Bundle {
        var flags: UInt16
        var isClosed = false
        /// When it was last spoken of.
        var used: ContinuousClock.Instant
        /// What opened it, which an error about its end quotes.
        let opening: OpenFlowMessage
        /// Changes as they came: they are decoded when they are made, since that form takes far less room.
        var messages: [OpenFlowMessage] = []
        var byteCount = 0
    }

    /// Called with the opening message of each bundle that nobody spoke of for too long.
    var timedOut: (@ControlActor (OpenFlowMessage) -> Void)?

    private var bundles: [UInt32: Bundle] = [:]
    /// Shared with the bridge's other connections.
    private let budget: ByteBudget
    private var timer: ControlTimer?

    /// `other_config:bundle-idle-timeout`.
    var patience = Duration.seconds(10)
    private static let mostBundles = 256
    /// What a message takes beside its bytes.
    private static let overhead = 64

    init(budget: ByteBudget) { self.budget = budget }

    var isEmpty: Bool { bundles.isEmpty }

    /// OFPBCT_OPEN_REQUEST.
    func open(_ control: BundleControl, _ message: OpenFlowMessage) throws(OpenFlowError) {
        if bundles[control.bundle] != nil {
            remove(control.bundle)
            throw OpenFlowError(.badBundle, "bundle \(control.bundle) exists already")
        }
        try make(control.bundle, control.flags, message)
    }

    /// OFPBCT_CLOSE_REQUEST.
    func close(_ control: BundleControl) throws(OpenFlowError) {
        guard let bundle = bundles[control.bundle] else { throw unknown(control.bundle) }
        if bundle.isClosed {
            remove(control.bundle)
            throw OpenFlowError(.bundleClosed, "bundle \(control.bundle) is closed")
        }
        try check(control.bundle, bundle, control.flags)
        bundles[control.bundle]?.isClosed = true
        bundles[control.bundle]?.used = ControlClock.shared.now
    }

    /// OFPBCT_DISCARD_REQUEST.
    func discard(_ id: UInt32) throws(OpenFlowError) {
        guard bundles[id] != nil else { throw unknown(id) }
        remove(id)
    }

    /// OFPBCT_COMMIT_REQUEST: the changes, which are forgotten here.
    func take(_ control: BundleControl) throws(OpenFlowError) -> [OpenFlowMessage] {
        guard let bundle = bundles[control.bundle] else { throw unknown(control.bundle) }
        defer { remove(control.bundle) }
        try check(control.bundle, bundle, control.flags)
        return bundle.messages
    }

    /// OFPT_BUNDLE_ADD_MESSAGE; `message` is the whole of it, which opens the bundle if it is not open.
    func add(_ addition: BundleAddition, _ message: OpenFlowMessage) throws(OpenFlowError) {
        let id = addition.bundle
        if let bundle = bundles[id] {
            if bundle.isClosed {
                remove(id)
                throw OpenFlowError(.bundleClosed, "bundle \(id) is closed")
            }
            try check(id, bundle, addition.flags)
        } else {
            try make(id, addition.flags, message)
        }
        let size = addition.message.bytes.count + Self.overhead
        guard budget.used + size <= budget.limit else {
            throw OpenFlowError(.bundleTooManyMessages, "\(budget.used) bytes wait already")
        }
        budget.take(size)
        bundles[id]?.byteCount += size
        bundles[id]?.messages.append(addition.message)
        bundles[id]?.used = ControlClock.shared.now
    }

    /// The connection has ended.
    func removeAll() {
        for id in Array(bundles.keys) { remove(id) }
    }

    private func make(_ id: UInt32, _ flags: UInt16, _ message: OpenFlowMessage) throws(OpenFlowError) {
        guard bundles.count < Self.mostBundles else { throw OpenFlowError(.outOfBundles, "\(bundles.count) bundles") }
        bundles[id] = Bundle(flags: flags, used: ControlClock.shared.now, opening: message)
        guard timer == nil else { return }
        timer = ControlTimer(every: .seconds(1)) { [weak self] in self?.expire() }
    }

    private func unknown(_ id: UInt32) -> OpenFlowError { OpenFlowError(.badBundle, "no bundle \(id)") }

    private func check(_ id: UInt32, _ bundle: Bundle, _ flags: UInt16) throws(OpenFlowError) {
        guard bundle.flags != flags else { return }
        remove(id)
        throw OpenFlowError(.badBundleFlags, "bundle \(id) has flags \(bundle.flags), not \(flags)")
    }

    private func remove(_ id: UInt32) {
        budget.take(-(bundles.removeValue(forKey: id)?.byteCount ?? 0))
        if bundles.isEmpty { timer = nil }
    }

    private func expire() {
        let now = ControlClock.shared.now
        for (id, bundle) in bundles.sorted(by: { $0.key < $1.key }) where now - bundle.used >= patience {
            remove(id)
            timedOut?(bundle.opening)
        }
    }
}
