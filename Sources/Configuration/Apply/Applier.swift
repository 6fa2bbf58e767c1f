import Control
import Datapath
import Glibc
import Logging
import OpenFlow
import Switch

/// Brings the running state to the desired one, one change at a time.
///
/// A newer desired state that arrives meanwhile is taken up afterwards. A change that fails ends in its row's `error`;
/// the others go on. It is tried again when its row changes, when something was released or brought up that it may have
/// waited for, and from time to time; a kernel device as soon as it is there.
@ControlActor
final class Applier {
    /// Called when everything that could be done for a desired state is in force.
    var onApplied: (@ControlActor (DesiredState) -> Void)?
    /// The state in force.
    private(set) var running = RunningState()
    private(set) var dpdk = DPDKState.disabled
    /// The `error` of each interface whose change failed, by name.
    var errors: [String: String] { failures.mapValues(\.text) }
    /// The interface that has each DPDK device, for the decoder.
    private(set) var devices: [String: String] = [:]

    /// Whether changes are under way: what rows say may then be about to change.
    private(set) var isApplying = false

    private let target: Switch
    private let host: any ConfigurationHost
    private let kernelIndex: @Sendable (String) -> UInt32
    private let dpdkPause: Duration
    private let log = Logger(label: "bridge")

    private var current: DesiredState?
    private var pending: DesiredState?
    private var dpdkSettings: [String: String]?
    /// When it was last looked whether there is more memory for DPDK.
    private var lastLook = ContinuousClock.now
    private var datapathSettings: DatapathSettings?
    private var failures: [String: Failure] = [:]
    private var epoch = 0
    /// Rises when what DPDK ports may wait for has changed: fewer tries for them, as DPDK logs each that fails.
    private var deviceEpoch = 0
    /// The kernel's index of each running port over a kernel device: when it changes, the device is another one.
    private var indices: [String: UInt32] = [:]

    /// - Parameters:
    ///   - dpdkPause: between two looks for more memory.
    ///   - kernelIndex: the kernel's index of the device of a name, 0 if there is none (if_nametoindex(3)).
    init(
        _ target: Switch, host: any ConfigurationHost, dpdkPause: Duration = .seconds(5),
        kernelIndex: @escaping @Sendable (String) -> UInt32 = { if_nametoindex($0) }
    ) {
        self.target = target
        self.host = host
        self.dpdkPause = dpdkPause
        self.kernelIndex = kernelIndex
    }

    /// Asks for a state; returns at once.
    func submit(_ desired: DesiredState) {
        pending = desired
        guard !isApplying else { return }
        isApplying = true
        Task { @ControlActor in
            while let next = self.pending {
                self.pending = nil
                self.current = next
                await self.apply(next)
                self.onApplied?(next)
            }
            self.isApplying = false
        }
    }

    /// Looks after devices that have come or gone; to be called every second. Costs one system call a kernel port.
    func tick() {
        guard !isApplying, let current else { return }
        let gone = indices.contains { kernelIndex($0.key) != $0.value }
        let due = failures.values.contains { isWorthTrying($0.change) }
        if gone || due { submit(current) }
        if isShortOfDPDK, lastLook.duration(to: .now) >= dpdkPause { lookForMemory() }
    }

    /// Whether DPDK, or a device of it, is wanted and not to be had.
    private var isShortOfDPDK: Bool {
        switch dpdk {
        case .failed: true
        case .ready: failures.values.contains { isDevice($0.change) }
        case .disabled, .needsRestart: false
        }
    }

    /// Tries again, the settings being the same, once what was missing may be there.
    private func lookForMemory() {
        lastLook = .now
        Task { @ControlActor in
            guard await self.host.hasMoreMemory(), !self.isApplying, let current = self.current else { return }
            if case .failed = self.dpdk { self.dpdkSettings = nil }
            self.rise(devices: true)
            self.submit(current)
        }
    }

    private func apply(_ desired: DesiredState) async {
        if dpdkSettings != desired.settings.dpdk {
            dpdkSettings = desired.settings.dpdk
            let state = await host.startDPDK(desired.settings.dpdk)
            lastLook = .now
            if state != dpdk { rise(devices: true) }
            dpdk = state
            if state == .needsRestart { await host.requestRestart() }
        }
        target.bundlePatience = .seconds(desired.settings.bundleIdleSeconds)
        if datapathSettings != desired.settings.datapath {
            datapathSettings = desired.settings.datapath
            target.maximumIdle = .milliseconds(desired.settings.datapath.maxIdleMilliseconds)
            target.tagLimit = desired.settings.datapath.tagLimit
            target.highestFlowLimit = desired.settings.datapath.flowLimit
            await host.apply(desired.settings.datapath)
        }
        target.tls.credentials = desired.credentials
        await removeVanished()
        var hasChanged = false
        for change in StateDiff.changes(from: running, to: desired) where isWorthTrying(change) {
            hasChanged = true
            do throws(SwitchError) {
                try await make(change, desired)
                failures[change.interface] = nil
            } catch {
                fail(change, error.description)
            }
        }
        // Packet threads are told of each change at once; here they have all heard of all of them.
        if hasChanged { await target.synchronize() }
        let wanted = Set(desired.ports.map(\.port.configuration.name))
        failures = failures.filter { wanted.contains($0.key) }
    }

    // MARK: One change

    private func make(_ change: ConfigurationChange, _ desired: DesiredState) async throws(SwitchError) {
        switch change {
        case .removePort(let name, let bridge, let destroy):
            await target.removePort(name, from: bridge, destroy: destroy)
            running.bridges[bridge]?.ports[name] = nil
            forget(name)
        case .removeBridge(let name, let destroy):
            await target.removeBridge(name, destroy: destroy)
            for port in (running.bridges[name]?.ports ?? [:]).keys { forget(port) }
            running.bridges[name] = nil
        case .addBridge(let configuration):
            let bridge = try await target.addBridge(configuration)
            let local = RunningPort(configuration: .local(of: configuration), number: .local)
            running.bridges[bridge.name] = RunningBridge(configuration: configuration, ports: [bridge.name: local])
            rise(devices: true)
        case .addPort(let configuration, let bridge):
            try await add(configuration, to: bridge, desired.bridges[bridge]?.ports[configuration.name]?.earlierNumber)
        case .updateBridge(let configuration):
            target.updateBridge(configuration)
            running.bridges[configuration.name]?.configuration = configuration
        case .updatePort(let configuration, let bridge):
            guard running.bridges[bridge] != nil else { return }
            try await target.updatePort(configuration, of: bridge)
            running.bridges[bridge]?.ports[configuration.name]?.configuration = configuration
        }
    }

    private func add(
        _ configuration: BridgePortConfiguration, to bridge: String, _ earlier: OpenFlowPort?
    ) async throws(SwitchError) {
        let name = configuration.name
        guard running.bridges[bridge] != nil else {
            // The log has the bridge's own failure.
            throw SwitchError(.notFound, "interface \(name): its bridge \(bridge) could not be made")
        }
        let index = configuration.isKernelDevice ? kernelIndex(name) : 0
        if configuration.isKernelDevice && index == 0 {
            throw SwitchError(.device, "could not open network device \(name) (No such device)")
        }
        if configuration.isDPDK, let reason = missingDPDK {
            // OVS does not even know the type then, which is what its words say.
            throw SwitchError(
                .device, "could not open network device \(name) (Address family not supported by protocol): \(reason)")
        }
        var request = configuration
        request.previousNumber = earlier
        let port = try await target.addPort(request, to: bridge)
        running.bridges[bridge]?.ports[name] = RunningPort(configuration: configuration, number: port.number)
        if index != 0 { indices[name] = index }
        if case .datapath(let device) = configuration.kind, case .dpdk(let devargs) = device.kind {
            devices[DesiredStateDecoder.device(of: devargs)] = name
        }
    }

    /// Why there are no DPDK ports, with the cure; nil if there are.
    private var missingDPDK: String? {
        switch dpdk {
        case .ready: nil
        case .disabled: "DPDK is not enabled, set Open_vSwitch other_config:dpdk-init=true"
        case .failed(let reason): "DPDK did not start: \(reason)"
        case .needsRestart: "DPDK comes up when the daemon has been restarted"
        }
    }

    /// A port is gone: whatever waited for its device, name or number may now be had.
    private func forget(_ name: String) {
        indices[name] = nil
        let others = devices.filter { $0.value != name }
        rise(devices: others.count < devices.count)
        devices = others
        failures[name] = nil
    }

    /// Takes out ports whose kernel device is gone or has become another; they come back with it.
    private func removeVanished() async {
        for (name, index) in indices where kernelIndex(name) != index {
            guard let (bridge, entry) = running.bridges.first(where: { $0.value.ports[name] != nil }),
                let port = entry.ports[name]
            else { continue }
            log.info("bridge \(bridge): network device \(name) has gone")
            await target.removePort(name, from: bridge, destroy: false)
            running.bridges[bridge]?.ports[name] = nil
            forget(name)
            if kernelIndex(name) == 0 {
                fail(
                    .addPort(port.configuration, bridge: bridge),
                    "could not open network device \(name) (No such device)")
            }
        }
    }

    // MARK: Failures

    private func fail(_ change: ConfigurationChange, _ text: String) {
        let name = change.interface
        if failures[name]?.text != text, isMade(change) { log.warning("\(text)") }
        failures[name] = Failure(
            change: change, text: text, epoch: epoch(for: change), when: .now, kernelIndex: kernelIndex(name))
    }

    /// Whether the bridge of the change is there; if not, its own failure has been said.
    private func isMade(_ change: ConfigurationChange) -> Bool {
        switch change {
        case .addPort(_, let bridge), .updatePort(_, let bridge), .removePort(_, let bridge, _):
            running.bridges[bridge] != nil
        case .addBridge, .updateBridge, .removeBridge: true
        }
    }

    private func isWorthTrying(_ change: ConfigurationChange) -> Bool {
        guard let failure = failures[change.interface], failure.change == change, failure.epoch == epoch(for: change)
        else { return true }
        let age = failure.when.duration(to: .now)
        if case .addPort(let configuration, _) = change, configuration.isKernelDevice {
            // Pointless while the device is not there; worth it when it has come, and cheap enough each second.
            let index = kernelIndex(configuration.name)
            return index != 0 && (index != failure.kernelIndex || age >= .milliseconds(900))
        }
        return age >= .seconds(10) && !isDevice(change)
    }

    /// Something was released or brought up that failed changes may have waited for.
    private func rise(devices hasDevices: Bool) {
        epoch += 1
        if hasDevices { deviceEpoch += 1 }
    }

    private func epoch(for change: ConfigurationChange) -> Int { isDevice(change) ? deviceEpoch : epoch }

    private func isDevice(_ change: ConfigurationChange) -> Bool {
        switch change {
        case .addPort(let configuration, _), .updatePort(let configuration, _): configuration.isDPDKDevice
        case .removePort, .removeBridge, .addBridge, .updateBridge: false
        }
    }
}
