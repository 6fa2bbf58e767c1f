import CDPDK
import Control
import Packets

/// Ports without a kernel: what tests do to them, and what makes a test's step complete.
extension Datapath {
    /// Gives packets to a dummy port as if they had come in, and returns when they, and all that they caused, have gone
    /// their way.
    public func receive(_ frames: [[UInt8]], on name: String, queue: Int = 0) async throws(DatapathError) {
        guard let port = dummyPort(name), case .dummy(let device) = port.backend else {
            throw DatapathError(.noDevice, "no such dummy netdev", errno: 19)
        }
        guard device.received.indices.contains(queue) else {
            throw DatapathError(.invalid, "bad rx queue id.", errno: 22)
        }
        for frame in frames { takeIn(frame, by: port, device, queue: queue) }
        await settle()
    }

    /// Returns when nothing is under way any more: packets in threads, misses, packets that dummy ports have sent.
    public func settle() async {
        // Two ports whose peers answer each other may never come to rest.
        for _ in 0..<Self.mostRounds {
            await synchronize()
            let isBusy = threads.contains(where: \.hasUpcalls) || drainDummies()
            answer()
            guard isBusy || threads.contains(where: \.isAtWork) else { return }
        }
    }

    private static let mostRounds = 1000

    /// Sets dummy ports, or the one of a name, administratively up or down; false: there is none of the name.
    public func setDummyPorts(up isUp: Bool, named name: String? = nil) -> Bool {
        if let name {
            guard let port = dummyPort(name), case .dummy(let device) = port.backend else { return false }
            device.setUp(isUp)
            return true
        }
        for device in dummies { device.setUp(isUp) }
        return true
    }

    /// Gives a dummy port an address for which it answers ARP requests; false: there is no such port.
    public func setAddress(_ address: IPv4Address, ofDummyPort name: String) -> Bool {
        guard let port = dummyPort(name), case .dummy(let device) = port.backend else { return false }
        device.address = address
        return true
    }

    /// Whether there is a dummy port of a name.
    public func hasDummyPort(_ name: String) -> Bool { dummyPort(name) != nil }

    /// The dummy ports that connect to a peer by themselves, with whether they have it.
    public var dummyConnections: [(name: String, isConnected: Bool)] {
        dummies.compactMap { device in device.isConnected.map { (device.name, $0) } }
    }

    private func dummyPort(_ name: String) -> DatapathPort? {
        ports.values.first { port in
            if case .dummy = port.backend { port.configuration.name == name && !port.isClosing } else { false }
        }
    }

    var dummies: [DummyDevice] {
        ports.values.sorted { $0.id < $1.id }.compactMap { port in
            if case .dummy(let device) = port.backend { device } else { nil }
        }
    }

    /// Takes what threads have sent out of dummy ports; whether there was anything.
    @discardableResult
    func drainDummies() -> Bool {
        guard hasDummies else { return false }
        return dummies.reduce(false) { $1.drain() || $0 }
    }

    // MARK: Making ports

    func openDummy(_ configuration: PortConfiguration, _ settings: DummySettings) throws(DatapathError) -> DummyDevice {
        threadSerial += 1
        let hardware = MACAddress(number: 0xaa55_aa55_0000 | UInt64(madeDummies & 0xffff))
        let device = try DummyDevice(configuration, settings, hardware: hardware, serial: threadSerial)
        madeDummies += 1
        hasDummies = true
        return device
    }

    /// What comes in over its stream, or as its own answer, is received by the port; its ring is looked at.
    func startReceiving(_ port: DatapathPort, _ device: DummyDevice) {
        device.deliver = { [weak self, weak port, weak device] frame in
            guard let self, let port, let device else { return }
            takeIn(frame, by: port, device, queue: 0)
        }
    }

    /// The thread that may send to a dummy port tells control when it has.
    func watch(_ device: DummyDevice, isOn: Bool) {
        var command = ThreadCommand(isOn ? .watch : .unwatch)
        command.block = device.ring
        kernelThread?.send(command)
    }

    private func takeIn(_ frame: [UInt8], by port: DatapathPort, _ device: DummyDevice, queue: Int) {
        guard port.isReceiving, !port.isClosing, let thread = kernelThread, let pool = kernelPool,
            let mbuf = copy(frame, pool)
        else { return }
        device.count(received: frame, queue: queue)
        var command = ThreadCommand(.receive)
        command.port = port.id.rawValue
        command.block = UnsafeMutableRawPointer(mbuf)
        command.stamp = StampClock.stamp()
        thread.send(command)
    }

    /// The number that a port's name asks for, so that tests can tell it: p3 gets 3, br0 gets 100 (as OVS's dummy
    /// datapaths).
    func number(wishedBy name: String) -> PortID? {
        let digits = name.drop { !$0.isASCII || !$0.isNumber }.prefix { $0.isASCII && $0.isNumber }
        guard let value = UInt32(digits) else { return nil }
        let number = PortID(rawValue: value &+ (name.hasPrefix("br") ? 100 : 0))
        guard number.rawValue > 0, number.rawValue < UInt32(PortID.limit), ports[number] == nil else { return nil }
        return number
    }
}
