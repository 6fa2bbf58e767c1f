import Control
import Datapath
import Glibc
import Logging
import OVSDB
import Switch

/// Follows the database: rows to desired state, to changes of the Switch, and status back into rows.
///
/// The database going away changes nothing in forwarding; when it is back, its content is followed again.
@ControlActor
public final class ConfigurationManager {
    /// Called once, when the first configuration is in force and the database knows it. Without a database it is never
    /// called, as OVS's `--detach` waits for one too.
    public var onReady: (@ControlActor () -> Void)?
    /// What the database asks for, as last read.
    public private(set) var desired = DesiredState()
    /// How DPDK stands.
    public var dpdk: DPDKState { applier.dpdk }
    /// Whether the database's content is at hand and followed.
    public var isConnected: Bool { client?.isConnected ?? false }

    private let target: Switch
    private let host: any ConfigurationHost
    private let identity: SystemIdentity
    private let runDirectory: String
    private let isConfined: Bool
    private let applier: Applier
    private let dummies: DummyMode
    private let log = Logger(label: "bridge")
    private let loggers = Dictionary(
        uniqueKeysWithValues: Remark.Module.allCases.map { ($0, Logger(label: $0.rawValue)) })

    private var client: OVSDBClient?
    private var writer: StatusWriter?
    private var said: Set<Remark> = []
    private var generation: Int64?
    private var isReady = false
    /// The state last brought in force, and whether there has been one.
    private var inForce = DesiredState()
    private var hasBeenApplied = false
    private var systemStatistics: [String: String] = [:]
    private var secondTimer: ControlTimer?
    private var statisticsTimer: ControlTimer?
    private var statisticsInterval = 0

    /// - Parameters:
    ///   - target: what is configured; the manager is the only one to add and remove its bridges and ports.
    ///   - runDirectory: where daemons leave their `.pid` files, for `statistics`.
    ///   - dummies: which types are replaced by ones without a kernel.
    ///   - isConfined: rows may name Unix sockets in the run directory only (`--no-self-confinement` unsets it).
    public init(
        _ target: Switch, host: any ConfigurationHost, identity: SystemIdentity = SystemIdentity(),
        runDirectory: String,
        dummies: DummyMode = .off, isConfined: Bool = true
    ) {
        self.dummies = dummies
        self.target = target
        self.host = host
        self.identity = identity
        self.runDirectory = runDirectory
        self.isConfined = isConfined
        applier = Applier(target, host: host)
    }

    /// Connects to the database (`unix:PATH`, `tcp:HOST:PORT`, `ssl:HOST:PORT`) and follows it from
    /// then on, reconnecting as needed.
    public func start(remote: String) throws(ConfigurationError) {
        let address: Remote
        do {
            address = try Remote(remote)
        } catch {
            throw ConfigurationError(.address, "database \(remote): \(error)")
        }
        var settings = OVSDBClient.Settings(remote: address, tables: DatabaseTables.monitored)
        // OVS's own name for it: one of two daemons on a database stands back.
        settings.lock = "ovs_vswitchd"
        settings.tls = target.tls
        let client = OVSDBClient(settings)
        let writer = StatusWriter(client)
        self.client = client
        self.writer = writer
        client.onConnected = { [weak self] in self?.follow() }
        client.onUpdate = { [weak self] _ in self?.follow() }
        client.onLockChanged = { [weak self] in self?.lockChanged($0) }
        applier.onApplied = { [weak self] in self?.applied($0) }
        writer.report = { [unowned self] in report() }
        writer.onWritten = { [weak self] in self?.written($0) }
        secondTimer = ControlTimer(every: .seconds(1), pace: .both) { [weak self] in self?.everySecond() }
        client.start()
    }

    /// Drops the connection and makes it anew (`bridge/reconnect` of the database side).
    public func reconnect() { client?.reconnect() }

    /// Stops following; what is in force stays.
    public func stop() {
        secondTimer = nil
        statisticsTimer = nil
        client?.stop()
    }

    // MARK: Rows to changes

    private func follow() {
        guard let client, client.isConnected, client.lockState == .held else { return }
        desired = DesiredStateDecoder.decode(
            client.tables, incumbents: applier.devices, dummies: dummies, runDirectory: isConfined ? runDirectory : nil,
            guestDirectory: runDirectory)
        say(desired)
        setStatisticsInterval(desired.settings)
        applier.submit(desired)
    }

    private func applied(_ state: DesiredState) {
        inForce = state
        generation = state.root == nil ? nil : state.generation
        hasBeenApplied = true
        writer?.request(.status)
    }

    private func lockChanged(_ state: OVSDBClient.LockState) {
        switch state {
        case .held:
            follow()
        case .contended:
            log.error(
                """
                another ovs-vswitchd process is running, disabling this process (pid \(getpid())) until it goes \
                away
                """)
            if hasBeenApplied {
                desired = DesiredState()
                applier.submit(desired)
            }
        case .none, .requested:
            break
        }
    }

    /// Says what is new to be said; what has ceased to hold is said again should it come back.
    private func say(_ state: DesiredState) {
        var standing = Set(state.remarks)
        let texts = Set(state.remarks.map(\.text))
        for text in Set(state.faults.values) where !texts.contains(text) { standing.insert(Remark(.warning, text)) }
        for text in state.warnings.values { standing.insert(Remark(.warning, text)) }
        for remark in standing.subtracting(said).sorted(by: { $0.text < $1.text }) {
            loggers[remark.module]?.log(level: remark.level, "\(remark.text)")
        }
        said = standing
    }

    // MARK: Status to rows

    private func report() -> StatusReport {
        StatusReport(
            desired: inForce, target: target, errors: applier.errors, identity: identity, dpdk: applier.dpdk,
            dpdkVersion: host.dpdkVersion, systemStatistics: systemStatistics, generation: generation)
    }

    private func written(_ isWritten: Bool) {
        guard isWritten, hasBeenApplied, !isReady else { return }
        isReady = true
        log.info("\(identity.programName) (Open vSwitch) \(identity.version)")
        onReady?()
    }

    private func everySecond() {
        applier.tick()
        if hasBeenApplied, !applier.isApplying { writer?.request(.status) }
    }

    private func setStatisticsInterval(_ settings: GlobalSettings) {
        guard settings.statisticsIntervalMilliseconds != statisticsInterval else { return }
        statisticsInterval = settings.statisticsIntervalMilliseconds
        statisticsTimer = ControlTimer(every: .milliseconds(statisticsInterval), pace: .both) { [weak self] in
            self?.writeStatistics()
        }
    }

    private func writeStatistics() {
        guard hasBeenApplied else { return }
        writer?.request(.statistics)
        guard desired.settings.reportsSystemStatistics else { return }
        let directory = runDirectory
        Task { @ControlActor in
            // statvfs(3) may wait for a disk.
            self.systemStatistics = await Task.detached { SystemStatistics.collect(runDirectory: directory) }.value
        }
    }
}
