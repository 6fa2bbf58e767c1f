import CDPDK
import Control
import Glibc
import Logging
import Machine

/// DPDK's environment abstraction layer in this process: the owner of `rte_eal_init`.
///
/// There is always one: without `dpdk-init` a private one (no hugepages, no PCI, little memory) whose buffers serve the
/// kernel ports. DPDK allows one start in a process's life, so that a private EAL cannot become a real one: then the
/// state says ``State/needsRestart``, and the daemon starts itself anew.
///
/// What blocks is done on the queue's thread, which DPDK thereby takes for its main lcore; the control thread only
/// waits
/// asynchronously.
@ControlActor
public final class EAL {
    public enum State: Sendable, Equatable {
        /// Nothing was started.
        case absent
        /// A start is under way.
        case starting
        /// Up for kernel ports only.
        case isPrivate
        /// Up as the operator asked.
        case ready
        /// The operator's settings do not work; nothing is up.
        case failed(DPDKError)
        /// A private EAL is up, and the operator's settings would work in a new process.
        case needsRestart
    }

    public private(set) var state = State.absent
    /// Why the operator's settings did not work when they were last tried; nil once they do, or nothing is asked for.
    public private(set) var refusal: DPDKError?
    /// Where everything in DPDK that may block has to run.
    public nonisolated let queue: DPDKQueue

    private let logger = Logger(label: "dpdk")
    private let runner: TrialRunner
    private let log = EALLog.shared
    private let record: TrialRecord?
    private var saidDisabled = false
    /// Arguments that a trial has found good: the process image before this one has tried them.
    public var triedArguments: [String] = []
    /// The arguments that DPDK came up with.
    private var argumentsInForce: [String] = []
    /// What there was when memory was last looked for in vain.
    private var lastSurroundings: EALSurroundings?
    /// `rte_eal_init` was called, whatever came of it.
    private var isConsumed = false
    /// It was this object's call that brought the EAL up.
    private var isOurs = false

    /// - Parameters:
    ///   - queue: DPDK's thread.
    ///   - executable: the program that answers to ``EALTrial/argument``: this one.
    ///   - recordFile: where to remember what came up, which then need not be tried at the next start; nil remembers
    ///     nothing.
    public init(queue: DPDKQueue, executable: String = "/proc/self/exe", recordFile: String? = nil) {
        self.queue = queue
        runner = TrialRunner(executable: executable)
        record = recordFile.map { TrialRecord(file: $0) }
    }

    /// Whether buffer pools can be made.
    public var isUp: Bool { state == .isPrivate || state == .ready || state == .needsRestart }

    /// Whether other processes may attach to this one's DPDK, as dpdk-proc-info does (`--proc-type=secondary`).
    public private(set) var admitsOthers = false

    /// DPDK's name and version, "DPDK 22.11.11"; also without an EAL.
    public nonisolated static var version: String { String(cString: cdpdk_version()) }

    /// Brings the private EAL up, for kernel ports; does nothing if one is up.
    ///
    /// One that another object of this type has brought up in this process is shared: two switches fit in one test.
    ///
    /// - Parameter megabytes: how much memory there is for buffers; it is taken as pools are made.
    /// - Throws: ``DPDKError/Code/initialization``; the process can then have no EAL any more.
    public func startPrivate(megabytes: Int = 96) async throws(DPDKError) {
        if isUp { return }
        let words = [
            "ovs-vswitchd", "--no-huge", "--no-pci", "--no-telemetry", "--no-shconf", "-m", String(megabytes),
            "-l", String(EALConfiguration.lowestAllowedCore()),
        ]
        state = .starting
        do {
            try await initialize(EALConfiguration(arguments: words), .quiet)
        } catch {
            state = .failed(error)
            throw error
        }
        state = .isPrivate
    }

    /// Brings DPDK up as the settings ask, after a trial in a child process.
    ///
    /// With `dpdk-init` false or missing it only says so, once. With a private EAL up it ends in
    /// ``State/needsRestart`` if the trial works; if not, the private one stays.
    ///
    /// - Throws: ``DPDKError/Code/initialization`` with DPDK's reason, figures and cure; another call, or
    ///   ``startPrivate(megabytes:)``, may follow.
    public func start(_ configuration: EALConfiguration) async throws(DPDKError) {
        if state == .ready {
            sayWhatWaits(configuration)
            return
        }
        refusal = nil
        guard configuration.wish != .off else {
            if !saidDisabled { logger.info("DPDK Disabled - Use other_config:dpdk-init to enable") }
            saidDisabled = true
            return
        }
        if state == .starting || state == .needsRestart { return }
        let before = state
        state = .starting
        do {
            try await tryThenStart(configuration, isReplacing: before == .isPrivate)
        } catch {
            logger.log(
                level: configuration.wish == .on ? .error : .warning,
                "Unable to initialize DPDK: \(error.description)")
            state = before == .isPrivate ? .isPrivate : .failed(error)
            refusal = error
            throw error
        }
        if state == .starting { state = before == .isPrivate ? .needsRestart : .ready }
        if state == .ready { logger.info("DPDK Enabled - initialized") }
    }

    /// Whether the machine has more to give since the last start that failed, or since this was last asked: free pages,
    /// or a mount of them. True if neither was.
    public func hasMoreMemory() async -> Bool {
        guard let now = try? await queue.run({ () throws(DPDKError) in EALSurroundings.read() }) else { return false }
        defer { lastSurroundings = now }
        return lastSurroundings.map { now.isBetter(than: $0) } ?? true
    }

    /// DPDK is up, and the settings are others than those it came up with.
    private func sayWhatWaits(_ configuration: EALConfiguration) {
        if configuration.wish == .off {
            logger.warning("DPDK stays up until the daemon is restarted, now that other_config:dpdk-init is off")
        } else if configuration.arguments != argumentsInForce {
            logger.warning(
                """
                DPDK keeps the settings that it came up with until the daemon is restarted: \
                in force '\(argumentsInForce.dropFirst().joined(separator: " "))', \
                then '\(configuration.arguments.dropFirst().joined(separator: " "))'
                """)
        }
    }

    private func tryThenStart(_ configuration: EALConfiguration, isReplacing: Bool) async throws(DPDKError) {
        logger.info("Using \(Self.version)")
        logger.info("DPDK Enabled - initializing...")
        for notice in configuration.notices { logger.log(level: notice.level, "\(notice.text)") }
        logger.info("\(configuration.logLine)")
        let (runner, words, record) = (runner, configuration.arguments, record)
        let (surroundings, isRemembered) = try await queue.run { () throws(DPDKError) in
            let surroundings = EALSurroundings.read()
            return (surroundings, record?.vouches(for: words, in: surroundings) ?? false)
        }
        if !isRemembered, words != triedArguments || isReplacing {
            let outcome = try await queue.run { () throws(DPDKError) in try runner.run(words) }
            guard outcome.isSuccess else {
                for message in outcome.messages { logger.log(level: message.logLevel, "\(message.text)") }
                lastSurroundings = surroundings
                throw EALDiagnosis(configuration: configuration, outcome: outcome, hugepages: surroundings.hugepages)
                    .error
            }
        }
        lastSurroundings = nil
        triedArguments = words
        if isReplacing { return }
        record?.withdraw()
        do {
            try await initialize(configuration, .normal)
        } catch {
            guard isRemembered else { throw error }
            // This process can have no EAL any more, and what was remembered holds no longer: the next one tries first.
            triedArguments = []
            state = .needsRestart
            return
        }
        argumentsInForce = words
        record?.keep(words, surroundings)
    }

    /// `rte_eal_init`, for good.
    private func initialize(_ configuration: EALConfiguration, _ mode: EALLog.Mode) async throws(DPDKError) {
        guard !isConsumed else {
            throw DPDKError(
                .initialization, "DPDK can be started only once in a process: restart the daemon to try again")
        }
        isConsumed = true
        let (log, words) = (log, configuration.arguments)
        let outcome = try await queue.run { () throws(DPDKError) in
            var outcome = TrialOutcome()
            log.startRecording(mode)
            let result = EALTrial.withArgumentVector(words) { cdpdk_eal_init($0, $1) }
            if result >= 0, !configuration.admitsOthers, cdpdk_disable_multiprocess() != 0 {
                throw DPDKError(.initialization, "Could not disable multiprocess, DPDK won't be available.")
            }
            outcome.result = result
            outcome.messages = log.finishRecording()
            outcome.exitStatus = 0
            return outcome
        }
        if outcome.result == -EALREADY, mode == .quiet { return }
        guard outcome.isSuccess else {
            let hugepages = HugepageReport.read()
            throw EALDiagnosis(configuration: configuration, outcome: outcome, hugepages: hugepages).error
        }
        isOurs = true
        admitsOthers = configuration.admitsOthers
    }

    /// Gives DPDK's memory and files back (`rte_eal_cleanup`); every port and pool must be gone.
    public func stop() async {
        guard isUp else { return }
        state = .absent
        guard isOurs else { return }
        isOurs = false
        _ = try? await queue.run { () throws(DPDKError) in _ = cdpdk_eal_cleanup() }
    }
}
