/// What DPDK will be asked for on each NUMA node when a configuration comes into force.
public struct Plan: Sendable, Equatable {
    /// Ascending by node, every node of the machine.
    public let nodes: [NodePlan]
    /// What had to be supposed.
    public let notes: [String]
    /// Set when DPDK is to do without hugepages; all is on the node of its main thread then.
    public let ordinary: OrdinaryMemory?

    /// DPDK's own: lists, services, the table of Ethernet devices.
    static let ownBytes = 1 << 20
    /// What the vhost library keeps for each of a guest's queue pairs, with the greatest rings.
    static let guestPairBytes = 128 << 10
    /// Buffers for kernel ports.
    static let kernelBuffers = 4096

    public init(_ request: PlanRequest) {
        var lines: [Int: [NodePlan.Line]] = [:]
        let main = request.mainNode
        lines[main, default: []].append(
            NodePlan.Line(
                kind: .own, subject: "DPDK", bytes: Self.ownBytes,
                reason: "its own lists, services and table of devices", ports: []))
        for pool in Self.pools(request) {
            lines[request.heap(of: pool.node), default: []].append(pool.line(request))
        }
        for port in request.ports {
            lines[request.heap(of: port.node), default: []].append(Self.line(port, request))
        }
        var guests: [Int: Int] = [:]
        for port in request.ports {
            if case .guest(let memory) = port.kind { guests[request.heap(of: port.node), default: 0] += memory }
        }
        ordinary = request.ordinary
        nodes = Set((ordinary == nil ? request.nodes : []) + [main]).sorted().map { node in
            NodePlan(
                node: node, lines: lines[node] ?? [], guestMiB: guests[node] ?? 0,
                pageMiB: (request.pageBytes[node] ?? 2 << 20) >> 20)
        }
        notes = Self.notes(request)
    }

    /// `other_config:dpdk-socket-mem`.
    public var socketMemory: String { perNode { String($0.socketMiB) } }

    /// What `-m` has to say when DPDK does without hugepages.
    public var ordinaryMiB: Int {
        let lines = nodes.flatMap(\.lines)
        return OrdinaryMemory.needMiB(
            pools: lines.filter { $0.kind == .pool }.map(\.bytes),
            others: lines.filter { $0.kind != .pool }.reduce(0) { $0 + $1.bytes })
    }

    /// What reserves pages of a size on the kernel's command line.
    public func kernelArguments(pageKiB: Int) -> String {
        let size = pageKiB >= 1 << 20 ? "\(pageKiB >> 20)G" : "\(pageKiB >> 10)M"
        let counts = nodes.map { $0.pages(of: pageKiB) }
        let list =
            nodes.count == 1
            ? String(counts[0]) : zip(nodes, counts).map { "\($0.node):\($1)" }.joined(separator: ",")
        return "default_hugepagesz=\(size) hugepagesz=\(size) hugepages=\(list)"
    }

    /// A list with a place for each node from 0 on, as DPDK reads it.
    private func perNode(_ value: (NodePlan) -> String) -> String {
        let known = Dictionary(nodes.map { ($0.node, value($0)) }, uniquingKeysWith: { $1 })
        return (0...(nodes.last?.node ?? 0)).map { known[$0] ?? "0" }.joined(separator: ",")
    }

    private static func notes(_ request: PlanRequest) -> [String] {
        let unplaced = request.ports.filter { $0.node == nil }.map(\.name)
        var notes = request.notes
        if !unplaced.isEmpty {
            notes.append(
                "no NUMA node is known for \(unplaced.joined(separator: ", ")): node \(request.mainNode) is supposed")
        }
        if request.ports.contains(where: { if case .guest = $0.kind { true } else { false } }) {
            notes.append("buffers of a guest's port move to the node where the guest's memory is: say node= for each")
        }
        notes.append("while a port's MTU changes, its old pool and its new one are there together")
        return notes
    }

    private static func line(_ port: PlannedPort, _ request: PlanRequest) -> NodePlan.Line {
        let sending = request.threads + 1
        switch port.kind {
        case .device(let driver):
            let footprint = DeviceFootprint(
                driver: driver, receiveQueues: port.receiveQueues, transmitQueues: sending,
                receiveDescriptors: port.receiveDescriptors, transmitDescriptors: port.transmitDescriptors)
            return NodePlan.Line(
                kind: .device, subject: port.name, bytes: footprint.bytes,
                reason: "\(port.receiveQueues.counted("receive queue")) of \(port.receiveDescriptors) descriptors and "
                    + "\(sending.counted("transmit queue")) of \(port.transmitDescriptors)"
                    + (driver.map { " (\($0))" } ?? "")
                    + (footprint.isEstimate ? ", at most" : ""), ports: [port.name])
        case .guest:
            return NodePlan.Line(
                kind: .guest, subject: port.name, bytes: guestPairBytes * port.receiveQueues,
                reason: port.receiveQueues.counted("queue pair") + " of a guest", ports: [port.name])
        }
    }
}
