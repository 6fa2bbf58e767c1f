import Datapath
import OVSDB
import OpenFlow
import Switch
import TLS

/// Turns the database's rows into the state that they ask for. Pure. Never fails: what cannot be served
/// is in the result.
public struct DesiredStateDecoder {
    private let tables: [String: [UUIDValue: Row]]
    private let incumbents: [String: String]
    private let dummies: DummyMode
    private let runDirectory: String?
    private var vhost: VhostDecoder.Defaults
    private var state = DesiredState()
    private var inBandManagers: [InBandRemote] = []
    /// Names taken by an interface or a bridge, and devices taken, with who has them.
    private var owners: [String: String] = [:]
    private var devices: [String: String] = [:]

    /// Decodes the tables of a replica.
    ///
    /// - Parameter incumbents: the interface that has a DPDK device now, by device string; it keeps the device when two
    ///   rows name it.
    /// - Parameter runDirectory: outside of which controllers may not be Unix sockets; nil: anywhere.
    /// - Parameter guestDirectory: below which sockets for guests are made.
    public static func decode(
        _ tables: [String: [UUIDValue: Row]], incumbents: [String: String] = [:], dummies: DummyMode = .off,
        runDirectory: String? = nil, guestDirectory: String = "/var/run/openvswitch"
    ) -> DesiredState {
        var decoder = DesiredStateDecoder(
            tables: tables, incumbents: incumbents, dummies: dummies, runDirectory: runDirectory,
            vhost: VhostDecoder.Defaults(directory: guestDirectory))
        decoder.run()
        return decoder.state
    }

    private init(
        tables: [String: [UUIDValue: Row]], incumbents: [String: String], dummies: DummyMode, runDirectory: String?,
        vhost: VhostDecoder.Defaults
    ) {
        self.vhost = vhost
        self.tables = tables
        self.dummies = dummies
        self.runDirectory = runDirectory
        self.incumbents = incumbents
    }

    private mutating func run() {
        guard let (uuid, root) = tables.rows(OpenVSwitchSchema.Root.self).min(by: { $0.key < $1.key }) else { return }
        state.root = uuid
        state.generation = root.nextCfg
        (state.settings, state.remarks) = GlobalSettingsDecoder.decode(root.otherConfig)
        let (directory, complaint) = VhostDecoder.directory(state.settings.dpdk["vhost-sock-dir"], run: vhost.directory)
        vhost = VhostDecoder.Defaults(
            directory: directory, supportsIOMMU: state.settings.dpdk["vhost-iommu-support"] == "true",
            supportsPostcopy: state.settings.dpdk["vhost-postcopy-support"] == "true")
        if let complaint { state.remarks.append(Remark(.error, complaint, module: .dpdk)) }

        state.credentials = root.ssl.flatMap { tables.row(OpenVSwitchSchema.SSL.self, $0) }.map { row in
            TLSCredentials(
                privateKey: row.privateKey, certificate: row.certificate,
                authorities: row.caCert, bootstraps: row.bootstrapCACert)
        }
        let rows = root.bridges.compactMap { uuid in
            tables.row(OpenVSwitchSchema.Bridge.self, uuid).map { (uuid, $0) }
        }
        let bridges = rows.sorted { $0.1.name < $1.1.name }
        // A bridge's own name is its LOCAL port's; no other interface gets it, wherever it stands.
        for (_, row) in bridges { owners[row.name] = "bridge \(row.name)" }
        inBandManagers = Self.inBandManagers(
            root.managerOptions.compactMap { tables.row(OpenVSwitchSchema.Manager.self, $0) })
        for (uuid, row) in bridges { decodeBridge(uuid, row) }
    }

    /// The managers that bridges are not to be cut off from, by address.
    private static func inBandManagers(_ rows: [ManagerRow]) -> [InBandRemote] {
        let targets = Set(
            rows.filter { $0.connectionMode != "out-of-band" }.map(\.target))
        // The database's own port at IANA.
        return targets.sorted().compactMap { ControllerTarget($0, defaultPort: 6640) }.compactMap { InBandRemote($0) }
    }

    private mutating func decodeBridge(_ uuid: UUIDValue, _ row: BridgeRow) {
        var (configuration, remarks) = BridgeDecoder.decode(row, uuid, dummies: dummies)
        let flowTables = FlowTableDecoder.decode(row.flowTables, bridge: configuration.name) {
            tables.row(OpenVSwitchSchema.FlowTable.self, $0)
        }
        configuration.flowTables = flowTables.0
        remarks += flowTables.1
        if row.otherConfig["disable-in-band"] != "true" { configuration.inBandManagers = inBandManagers }
        let controllers = controllers(of: row, &configuration, &remarks)
        let name = configuration.name
        let ports = row.ports
            .compactMap { uuid in tables.row(OpenVSwitchSchema.Port.self, uuid).map { (uuid, $0) } }
            .sorted { $0.1.name < $1.1.name }
        guard state.bridges[name] == nil else {
            return refuse(ports, "bridge \(name): another Bridge row has this name already")
        }
        if let fault = BridgeDecoder.fault(configuration) {
            state.remarks.append(Remark(.error, fault))
            return refuse(ports, fault)
        }
        state.remarks += remarks
        var bridge = DesiredBridge(row: uuid, configuration: configuration)
        bridge.controllerRows = controllers
        bridge.ports[name] = DesiredPort(
            portRow: nil, interfaceRow: nil, configuration: .local(of: configuration), earlierNumber: nil)
        for (uuid, row) in ports { decodePort(uuid, row, into: &bridge) }
        state.bridges[name] = bridge
    }

    /// Gives the configuration its controllers and returns their rows' targets.
    private func controllers(
        of row: BridgeRow, _ configuration: inout BridgeConfiguration, _ remarks: inout [Remark]
    ) -> [UUIDValue: String] {
        let rows = row.controller.compactMap { uuid in
            tables.row(OpenVSwitchSchema.Controller.self, uuid).map { (uuid, $0) }
        }
        let targets = Dictionary(
            rows.map { ($0.0, $0.1.target) }, uniquingKeysWith: { first, _ in first })
        // An old way to say that there is none.
        if targets.count == 1, targets.values.first == "none" { return targets }
        var decoder = ControllerDecoder(bridge: configuration.name, runDirectory: runDirectory)
        let mayBeInBand = row.otherConfig["disable-in-band"] != "true"
        for (_, row) in rows.sorted(by: { $0.1.target < $1.1.target }) {
            let controller = decoder.decode(
                row, queueSize: configuration.controllerQueueSize, mayBeInBand: mayBeInBand)
            guard let controller, !configuration.controllers.contains(where: { $0.target == controller.target }) else {
                continue
            }
            configuration.controllers.append(controller)
        }
        remarks += decoder.remarks
        return targets
    }

    private mutating func refuse(_ ports: [(UUIDValue, PortRow)], _ fault: String) {
        for (_, port) in ports { refuse(port, fault) }
    }

    private mutating func refuse(_ port: PortRow, _ fault: String) {
        for interface in port.interfaces where state.faults[interface] == nil {
            state.faults[interface] = fault
        }
    }

    private mutating func decodePort(_ uuid: UUIDValue, _ row: PortRow, into bridge: inout DesiredBridge) {
        let portName = row.name
        if let fault = PortDecoder.fault(row, name: portName) { return refuse(row, fault) }
        guard let interfaceRow = row.interfaces.first, 
            let interface = tables.row(OpenVSwitchSchema.Interface.self, interfaceRow)
        else {
            return
        }
        let name = interface.name
        let isLocal = name == bridge.configuration.name
        if let owner = owners[name], !(isLocal && bridge.ports[name]?.interfaceRow == nil) {
            let fault = "interface \(name): the name is already used by \(owner)"
            // The same Interface row in a second Port row: the first stays served, so the row's error stays empty.
            if bridge.ports[name]?.interfaceRow == interfaceRow || isServed(interfaceRow) {
                state.remarks.append(Remark(.warning, "port \(portName): \(fault)"))
            } else {
                state.faults[interfaceRow] = fault
            }
            return
        }

        var warnings: [String] = []
        var remarks: [Remark] = []
        let outcome = InterfaceDecoder.decode(
            interface, name: name, isLocal: isLocal, dummies: dummies, onDummyBridge: bridge.configuration.isDummy,
            vhost: vhost,
            warnings: &warnings, remarks: &remarks)
        guard case .kind(let kind) = outcome else {
            if case .fault(let fault) = outcome { state.faults[interfaceRow] = fault }
            return
        }
        if let fault = claimDevice(kind, for: name) {
            state.faults[interfaceRow] = fault
            return
        }
        owners[name] = "port \(portName) of bridge \(bridge.configuration.name)"
        var configuration = BridgePortConfiguration(name: name, kind: kind)
        configuration.portName = portName
        configuration.requestedNumber = isLocal ? nil : InterfaceDecoder.number(interface.ofportRequest)
        let (vlan, vlanRemarks) = PortDecoder.vlan(row, name: portName, isDummy: kind.isDummy)
        configuration.vlan = vlan
        configuration.queueDSCP = PortDecoder.queueDSCP(row, in: tables)
        state.remarks += remarks + vlanRemarks
        if !warnings.isEmpty { state.warnings[interfaceRow] = warnings.joined(separator: "; ") }
        bridge.ports[name] = DesiredPort(
            portRow: uuid, interfaceRow: interfaceRow, configuration: configuration,
            earlierNumber: isLocal ? nil : InterfaceDecoder.number(interface.ofport))
    }

    private func isServed(_ interface: UUIDValue) -> Bool {
        state.bridges.values.contains { $0.ports.values.contains { $0.interfaceRow == interface } }
    }

    /// Takes the DPDK device for the interface, or says who has it, in OVS's words.
    private mutating func claimDevice(_ kind: BridgePortConfiguration.Kind, for name: String) -> String? {
        guard case .datapath(let port) = kind, case .dpdk(let devargs) = port.kind else { return nil }
        let device = Self.device(of: devargs)
        if let owner = devices[device] ?? incumbent(of: device, other: name) {
            return "'\(name)' is trying to use device '\(device)' which is already in use by '\(owner)'"
        }
        devices[device] = name
        return nil
    }

    /// An interface that has the device now and still asks for it.
    private func incumbent(of device: String, other name: String) -> String? {
        guard let owner = incumbents[device], owner != name else { return nil }
        let stillAsks = tables.rows(OpenVSwitchSchema.Interface.self).values.contains {
            $0.name == owner && $0.options["dpdk-devargs"].map(Self.device(of:)) == device
                && $0.type == "dpdk"
        }
        return stillAsks ? owner : nil
    }

    /// A device string without its arguments: what two rows may not share. `class=…` strings count whole.
    static func device(of devargs: String) -> String {
        guard !devargs.hasPrefix("class="), let comma = devargs.firstIndex(of: ",") else { return devargs }
        return String(devargs[..<comma])
    }
}

extension BridgePortConfiguration.Kind {
    /// Whether nothing real stands behind the port.
    fileprivate var isDummy: Bool {
        if case .datapath(let port) = self, case .dummy = port.kind { true } else { false }
    }
}

extension BridgePortConfiguration {
    /// The bridge's own port where no row says anything about it.
    static func local(of bridge: BridgeConfiguration) -> BridgePortConfiguration {
        BridgePortConfiguration(name: bridge.name, kind: .datapath(Switch.localDevice(of: bridge)))
    }
}
