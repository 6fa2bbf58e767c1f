import Control
import Datapath
import Glibc
import Logging
import OpenFlow
import Packets

/// Keeps a bridge's controllers and managers within reach through the bridge itself, whatever its tables say: rules
/// that no controller sees come before those of table 0 (ovs-vswitchd.conf.db(5), `connection_mode`; OVS: `struct
/// in_band`).
@ControlActor
final class InBandControl {
    /// Rules are told with this added to their priority: above all that controllers can give.
    static let firstPriority = 180_000

    /// A peer, and the way to it as the kernel has it.
    private struct Peer {
        var nextHop: NextHop?
        var isDue = ContinuousClock.Instant.now
    }

    private let bridge: String
    private let clock: @ControlActor () -> ContinuousClock.Instant
    /// Holds the rules, all in table 0.
    let tables: FlowTables
    private var peers: [InBandRemote: Peer] = [:]
    private var local: MACAddress?
    private var queue: UInt32?
    private let log = Logger(label: "in_band")

    init(bridge: String, clock: @escaping @ControlActor () -> ContinuousClock.Instant) {
        self.bridge = bridge
        self.clock = clock
        tables = FlowTables(clock: clock)
    }

    /// Whether there is anybody to keep within reach.
    var isActive: Bool { !peers.isEmpty }
    var hasRules: Bool { tables.ruleCount > 0 }

    /// The priority of a rule as dumps and traces tell it.
    static func priority(of rule: Rule) -> Int { firstPriority + Int(rule.priority) }

    /// Every rule, by priority.
    func forEach(_ body: (Rule, Int) -> Void) {
        var rules: [Rule] = []
        tables.forEach { rules.append($0) }
        rules.sort { $0.priority < $1.priority }
        for rule in rules { body(rule, Self.priority(of: rule)) }
    }

    /// Has the rules follow the peers, the bridge's own address and the ways that the kernel would take now; true if
    /// any rule has changed.
    ///
    /// - Parameter nextHop: asked once a second for peers whose way is not known, else every 10 seconds.
    func follow(
        _ remotes: Set<InBandRemote>, local: MACAddress?, queue: UInt32?, nextHop: (IPv4Address) -> NextHop
    ) -> Bool {
        guard !remotes.isEmpty || hasRules else { return false }
        let isOtherQueue = queue != self.queue
        self.queue = queue
        self.local = local.flatMap { $0.isZero ? nil : $0 }
        let now = clock()
        var followed: [InBandRemote: Peer] = [:]
        for remote in remotes {
            var peer = peers[remote] ?? Peer(isDue: now)
            if peer.isDue <= now {
                let found = nextHop(remote.address)
                if found != peer.nextHop { report(found, to: remote) }
                peer.nextHop = found
                if case .address = found { peer.isDue = now + .seconds(10) } else { peer.isDue = now + .seconds(1) }
            }
            followed[remote] = peer
        }
        peers = followed
        return update(all: isOtherQueue)
    }

    private func report(_ hop: NextHop, to remote: InBandRemote) {
        switch hop {
        case .address(let mac): log.debug("\(bridge): remote MAC address of \(remote.address) is \(mac)")
        case .unresolved: log.debug("\(bridge): cannot look up remote MAC address (\(remote.address))")
        // Dummies have no kernel to ask, which is nothing to worry about.
        case .unreachable(EOPNOTSUPP): log.debug("\(bridge): no route is looked up for controller (\(remote.address))")
        case .unreachable(let errno):
            log.warning(
                "\(bridge): cannot find route for controller (\(remote.address)): \(String(cString: strerror(errno)))")
        }
    }

    /// Brings the rules to what they should be.
    private func update(all: Bool) -> Bool {
        var wanted: [Match: InBandRule] = [:]
        for (remote, peer) in peers {
            for (rule, match) in InBandRule.matches(remote: remote) { wanted[match] = rule }
            guard case .address(let hop) = peer.nextHop else { continue }
            for (rule, match) in InBandRule.matches(nextHop: hop) { wanted[match] = rule }
        }
        if let local, !peers.isEmpty {
            for (rule, match) in InBandRule.matches(local: local) { wanted[match] = rule }
        }
        var hasChanged = false
        for rule in tables.select(RuleSelection()) {
            let match = rule.match
            if wanted[match]?.rawValue == rule.priority, !all {
                wanted[match] = nil
            } else {
                apply(.deleteStrict, match, rule.priority)
                hasChanged = true
            }
        }
        for (match, rule) in wanted {
            apply(.add, match, rule.rawValue)
            hasChanged = true
        }
        return hasChanged
    }

    private func apply(_ command: FlowMod.Command, _ match: Match, _ priority: UInt16) {
        let actions = (queue.map { [.setQueue($0)] } ?? []) + [Action.output(.normal, maxLength: 0)]
        let change = FlowMod(
            command: command, table: 0, match: match, priority: priority, actions: command == .add ? actions : [])
        do {
            try tables.apply(change)
        } catch {
            log.error("\(bridge): could not change a rule of in-band control: \(error)")
        }
    }
}
