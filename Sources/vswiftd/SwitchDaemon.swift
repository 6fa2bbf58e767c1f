import Configuration
import Control
import DPDK
import DatabaseService
import Datapath
import Glibc
import Machine
import Management
import OpenFlow
import Program
import Service
import Switch
import TLS

/// Everything behind the shell, wired together: EAL, datapath, bridges, configuration, commands.
@ControlActor
final class SwitchDaemon: ConfigurationHost {
    private let queue = DPDKQueue()
    private let eal: EAL
    let datapath: Datapath
    let target: Switch
    private let starter: DPDKStart
    private lazy var manager = ConfigurationManager(
        target, host: self, runDirectory: runDirectory, dummies: options.dummies, isConfined: options.service.isConfined)
    private let options: DaemonOptions
    private let log: VLog
    /// What the image before this one has left.
    private var before: HandOver?
    private var database: DatabaseServerOperation?
    private var runDirectory: String { options.service.directories.run }
    private let restart: @ControlActor (_ keeping: [Int32]) -> Void

    /// - Parameters:
    ///   - options: the command line; where the bridges' sockets go, and what tests replace.
    ///   - log: the daemon's, whose levels a new image is to have.
    ///   - restart: ends this process image and starts a new one, in which the given descriptors are open, and which
    ///     takes the bridges up again.
    init(_ options: DaemonOptions, _ log: VLog, restart: @escaping @ControlActor (_ keeping: [Int32]) -> Void) {
        self.options = options
        self.log = log
        self.restart = restart
        ControlClock.shared.isTurnable = options.dummies != .off
        let topology = options.dummyNodes.map { NUMATopology(nodesOfCores: $0) } ?? NUMATopology.discover()
        topology.log()
        eal = EAL(queue: queue, recordFile: "\(options.service.directories.run)/\(DaemonOptions.program).eal")
        datapath = Datapath(eal: eal, queue: queue, mempools: MempoolRegistry(), topology: topology)
        target = Switch(datapath: datapath, runDirectory: options.service.directories.run)
        target.countsCustomaryFields = options.dummies != .off
        if !options.credentials.isEmpty { target.tls.defaults = options.credentials }
        starter = DPDKStart(eal, datapath.mempools)
        if let before = HandOver.take() {
            datapath.adopt(before.taps)
            target.expect(before.bridges)
            eal.triedArguments = before.triedArguments
            self.before = before
            do throws(ManagementError) {
                try log.adopt(before.log)
            } catch {
                log.write(.error, "vlog", "settings of the process before are lost: \(error)")
            }
        }
    }

    /// The database is served in this process: what operators have added to that stays when the image is replaced.
    func serve(_ database: DatabaseServerOperation) async {
        self.database = database
        guard let before, !before.remotes.isEmpty else { return }
        for fault in await database.resume(files: before.databases, remotes: before.remotes) {
            log.write(.error, "ovsdb_server", "the process before served what this one cannot: \(fault)")
        }
    }

    /// Follows the database at `remote`; `ready` is called when the first configuration is in force.
    func start(remote: String, ready: @escaping @ControlActor () -> Void) throws(ConfigurationError) {
        manager.onReady = ready
        try manager.start(remote: remote)
    }

    /// Adds the commands over bridges and packets, and what `memory/show` counts.
    func register(in registry: CommandRegistry, _ memory: MemoryReport) {
        registry.registerFDBCommands(over: target)
        registry.registerControllerCommands(over: target)
        registry.registerDatapathCommands(over: target, datapath)
        if options.dummies != .off { registry.registerDummyCommands(over: target, datapath) }
        memory.add { [target, datapath] in
            let bridges = target.bridges.values
            return [
                ("ports", bridges.reduce(0) { $0 + $1.ports.count }),
                ("rules", bridges.reduce(0) { $0 + $1.flowTables.ruleCount }),
                ("flows", datapath.flowCount),
            ]
        }
    }

    /// Stops following the database, closes every port and ends the server. `cleanup`: kernel devices of ports go too.
    func shutdown(cleanup: Bool) async {
        manager.stop()
        await target.shutdown(destroy: cleanup)
        await datapath.shutdown(destroy: cleanup)
        await database?.stop()
    }

    // MARK: ConfigurationHost

    var dpdkVersion: String { EAL.version }

    func startDPDK(_ settings: [String: String]) async -> DPDKState { await starter.start(settings) }

    func hasMoreMemory() async -> Bool { await starter.hasMoreMemory() }

    func apply(_ settings: DatapathSettings) async {
        target.maximumIdle = .milliseconds(settings.maxIdleMilliseconds)
        target.flowLimit = settings.flowLimit
        await datapath.configure(settings.pmd)
    }

    func requestRestart() async {
        manager.stop()
        let served = await database?.served
        // The database's thread must not be in the middle of its file when it ends with the image. From here to the
        // end nothing is awaited: what is handed over is what there is.
        await database?.stop()
        let leaving = HandOver(
            taps: datapath.taps, bridges: target.handOver(), triedArguments: eal.triedArguments,
            log: log.specifications, databases: served?.files ?? [], remotes: served?.remotes ?? [])
        log.write(
            .info, "dpdk",
            "the daemon replaces its own image to turn DPDK on, as process \(getpid()) still; "
                + "controllers and clients of the database connect again")
        let file = leaving.store(in: runDirectory)
        restart(file.map { [$0] + leaving.taps.values } ?? [])
    }
}
