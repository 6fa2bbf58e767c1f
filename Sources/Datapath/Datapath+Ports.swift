import CDPDK
import CLinux
import Control
import DPDK
import Packets

extension Datapath {
    public func addPort(_ configuration: PortConfiguration) async throws(DatapathError) -> PortID {
        guard !opening.contains(configuration.name), !names.contains(configuration.name) else {
            throw DatapathError(.inUse, "\(configuration.name): a port of this name exists already", errno: 17)
        }
        opening.insert(configuration.name)
        defer { opening.remove(configuration.name) }
        try await startKernelThread()
        let backend: DatapathPort.Backend
        switch configuration.kind {
        case .dpdk(let devargs): backend = .device(try await openDevice(configuration, devargs: devargs))
        case .vhost(let settings): backend = .vhost(try await openVhost(configuration, settings))
        case .dummy(let settings): backend = .dummy(try openDummy(configuration, settings))
        case .tap, .packetSocket:
            backend = .kernel(
                try KernelDevice(configuration, links, adopting: adoptable.removeValue(forKey: configuration.name)))
        }
        guard let id = freeNumber(for: configuration) else {
            await close(backend, destroy: true)
            throw DatapathError(
                .noSpace, "\(configuration.name): all \(PortID.limit) port numbers are taken", errno: 28)
        }
        let port = DatapathPort(id: id, configuration: configuration, backend: backend)
        ports[id] = port
        names.insert(configuration.name)
        if case .vhost(let vhost) = backend {
            vhost.onChange = { [weak self, weak port] in
                if let self, let port { await self.guestChanged(port, vhost) }
            }
        }
        if port.polled != nil { await updateThreads() }
        await attach(port)
        // A guest may have come as soon as the socket was there, before anybody listened.
        if case .vhost(let vhost) = backend, vhost.device != nil { await guestChanged(port, vhost) }
        return id
    }

    /// The lowest number that is free, counting on from the last one given so that numbers are not reused at once.
    private func freeNumber(for configuration: PortConfiguration) -> PortID? {
        if case .dummy = configuration.kind {
            return number(wishedBy: configuration.name)
                ?? (1..<UInt32(PortID.limit)).lazy.map { PortID(rawValue: $0) }.first { self.ports[$0] == nil }
        }
        for offset in 0..<UInt32(PortID.limit - 1) {
            let number = (nextPort - 1 + offset) % UInt32(PortID.limit - 1) + 1
            if ports[PortID(rawValue: number)] == nil {
                nextPort = number % UInt32(PortID.limit - 1) + 1
                return PortID(rawValue: number)
            }
        }
        return nil
    }

    private func openDevice(
        _ configuration: PortConfiguration, devargs: String
    ) async throws(DatapathError) -> EthernetDevice {
        guard case .ready = eal.state else {
            throw DatapathError(
                .dpdkUnavailable, "could not open network device \(configuration.name) (No such device): DPDK is not "
                    + "initialized; set other_config:dpdk-init=true in the Open_vSwitch table", errno: 19)
        }
        let wanted = deviceSetup(configuration)
        let devices = devices
        let name = configuration.name
        do {
            return try await deviceQueue.run { () throws(DPDKError) -> EthernetDevice in
                let device = try devices.open(devargs: devargs, owner: name)
                do throws(DPDKError) {
                    _ = try device.configure(wanted)
                } catch {
                    device.close()
                    throw error
                }
                return device
            }
        } catch {
            throw DatapathError(error)
        }
    }

    /// What a DPDK device is asked for: a transmit queue for each thread that may send to it.
    private func deviceSetup(_ configuration: PortConfiguration) -> EthernetDevice.Configuration {
        var setup = EthernetDevice.Configuration()
        setup.receiveQueues = configuration.receiveQueues
        setup.transmitQueues = max(pmdThreads.count, pmdConfiguration.cores?.count ?? topology.nodes.count) + 1
        setup.receiveDescriptors = configuration.receiveDescriptors
        setup.transmitDescriptors = configuration.transmitDescriptors
        setup.mtu = configuration.mtu ?? 1500
        if let address = configuration.macAddress { setup.macAddress = (0..<6).map { address[$0] } }
        setup.linkStateInterrupts = configuration.linkStateInterrupts
        return setup
    }

    public func reconfigurePort(_ id: PortID, _ configuration: PortConfiguration) async throws(DatapathError) {
        guard let port = ports[id], !port.isClosing else {
            throw DatapathError(.noDevice, "\(configuration.name): the port is gone", errno: 19)
        }
        let old = port.configuration
        guard old != configuration else { return }
        switch port.backend {
        case .kernel(let device):
            try device.apply(configuration)
            port.configuration = configuration
            // The greatest frame and the buffers per frame may have changed.
            if old.mtu != configuration.mtu { await refresh(port) }
        case .device(let device):
            try await reconfigure(port, device, configuration)
        case .vhost(let vhost):
            guard case .vhost(let settings) = configuration.kind else { return }
            try await reconfigure(port, vhost, configuration, settings)
        case .dummy(let device):
            guard case .dummy(let settings) = configuration.kind else { return }
            try device.apply(configuration, settings)
            port.configuration = configuration
        }
    }

    private func reconfigure(
        _ port: DatapathPort, _ device: EthernetDevice, _ configuration: PortConfiguration
    ) async throws(DatapathError) {
        let wanted = deviceSetup(configuration)
        guard wanted != deviceSetup(port.configuration) else {
            port.configuration = configuration
            await updateThreads()
            await assignQueues()
            return
        }
        try await setUp(port, device, wanted, configuration)
    }

    /// Gives devices that were set up for fewer threads than there are now a transmit queue for each, as far as they
    /// have them; otherwise a thread hands its packets to another.
    func widenDevices() async {
        for port in ports.values.sorted(by: { $0.id < $1.id }) {
            guard isOpen(port), case .device(let device) = port.backend, let asked = device.configuration,
                let setup = device.setup, setup.transmitQueues == asked.transmitQueues
            else { continue }
            let wanted = deviceSetup(port.configuration)
            guard wanted.transmitQueues > asked.transmitQueues else { continue }
            do throws(DatapathError) {
                try await setUp(port, device, wanted, port.configuration)
            } catch {
                deviceLog.warning("\(error.description)")
            }
        }
    }

    /// Sets a device up anew. Only this port rests meanwhile.
    private func setUp(
        _ port: DatapathPort, _ device: EthernetDevice, _ wanted: EthernetDevice.Configuration,
        _ configuration: PortConfiguration
    ) async throws(DatapathError) {
        // While memory is looked for, and if there is none, the port goes on as it is.
        let pool: Mempool
        do throws(DPDKError) {
            pool = try await deviceQueue.run { () throws(DPDKError) -> Mempool in try device.reserve(wanted) }
        } catch {
            throw DatapathError(error)
        }
        guard isOpen(port) else { return device.abandon(pool) }
        rest(port)
        await detach(port)
        let before = try? device.statistics()
        var failure: DPDKError?
        do {
            _ = try await deviceQueue.run { () throws(DPDKError) -> EthernetDevice.Setup in
                try device.configure(wanted, pool)
            }
            port.configuration = configuration
        } catch {
            failure = error
        }
        if let before, let after = try? device.statistics() {
            port.forgotten = port.forgotten.adding(before.lost(in: after))
        }
        port.isResting = false
        await attach(port)
        sweepPools()
        if let failure { throw DatapathError(failure) }
    }

    /// From here on nobody asks the port's device anything, until `isResting` is false again.
    private func rest(_ port: DatapathPort) {
        port.lastStatus = status(of: port.id)
        port.lastStatistics = statistics(of: port.id)
        port.isResting = true
    }

    /// Makes a TAP anew that somebody else has deleted; the port keeps its number and all that was known of it.
    func revive(_ port: DatapathPort) async {
        guard isOpen(port), case .kernel(let old) = port.backend else { return }
        rest(port)
        await detach(port)
        guard !port.isClosing else { return }
        do throws(DatapathError) {
            port.backend = .kernel(try KernelDevice(port.configuration, links))
            port.isLost = false
            log.info("network device \(old.name) was deleted by somebody else: made anew")
            await old.releaseElsewhere(destroy: false)
        } catch {
            if !port.isLost { log.warning("network device \(old.name) was deleted: \(error.description)") }
            port.isLost = true
        }
        port.isResting = false
        await attach(port)
    }

    public func removePort(_ id: PortID, destroy: Bool) async {
        guard let port = ports[id], !port.isClosing else { return }
        port.isClosing = true
        await detach(port)
        ports[id] = nil
        names.remove(port.configuration.name)
        port.free()
        withUnsafePointer(to: port.past) { departed.add($0) }
        await close(port.backend, destroy: destroy)
        if port.polled != nil { await updateThreads() }
    }

    private func close(_ backend: DatapathPort.Backend, destroy: Bool) async {
        switch backend {
        case .kernel(let device): await device.releaseElsewhere(destroy: destroy)
        case .device(let device):
            _ = try? await deviceQueue.run { () throws(DPDKError) -> Void in device.close() }
        case .vhost(let vhost): await close(vhost)
        case .dummy(let device): device.close()
        }
    }

    public func setPortUp(_ id: PortID, _ isUp: Bool) {
        guard let port = ports[id] else { return }
        switch port.backend {
        case .kernel(let device): device.setUp(isUp)
        case .device(let device):
            let queue = deviceQueue
            Task { _ = try? await queue.run { () throws(DPDKError) -> Void in try device.setLinkUp(isUp) } }
        case .vhost: break
        case .dummy(let device): device.setUp(isUp)
        }
    }

    /// Removes every port and ends every thread.
    public func shutdown(destroy: Bool) async {
        for id in ports.keys.sorted() { await removePort(id, destroy: destroy) }
        await threadChanges.withLock {
            for (core, thread) in pmdThreads {
                pmdThreads[core] = nil
                endingThreads.append(thread)
                await thread.end()
                await retire(thread)
            }
            if let thread = kernelThread {
                await thread.end()
                kernelThread = nil
                thread.release()
            }
            if let pool = kernelPool { mempools.releaseForKernelPorts(pool) }
            kernelPool = nil
            poolTimer = nil
        }
    }
}

extension DatapathError {
    /// A failure of DPDK's, as the row shows it.
    init(_ error: DPDKError) {
        let code: Code =
            switch error.code {
            case .notInitialized, .initialization: .dpdkUnavailable
            case .noDevice: .noDevice
            case .inUse: .inUse
            case .invalid: .invalid
            case .outOfMemory: .outOfMemory
            default: .system
            }
        self.init(code, error.description, errno: error.errno)
    }
}
