extension Plan {
    /// A pool that will be made.
    struct Pool {
        let node: Int
        let bufferClass: BufferClass
        /// Whose it is; nil when it is shared.
        let owner: String?
        let count: Int
        var users: [String]
        var isForKernel = false

        /// As it stands in the log and in the row's status.
        var name: String {
            isForKernel
                ? "kernel_mp_\(bufferClass.nominalMTU)_any_\(count)"
                : "ovs_mp_\(bufferClass.nominalMTU)_\(node)_\(count)"
        }

        func line(_ request: PlanRequest) -> NodePlan.Line {
            let footprint = PoolFootprint(bufferClass, count: count, layout: request.layout)
            let whose =
                isForKernel
                ? "for all kernel ports"
                : owner.map { "of \($0) alone" } ?? "shared by \(users.joined(separator: ", "))"
            return NodePlan.Line(
                kind: .pool, subject: name, bytes: footprint.bytes,
                reason: "\(count) buffers of \(footprint.stride) B for MTUs up to \(bufferClass.nominalMTU), \(whose)",
                ports: users)
        }
    }

    /// The pools in the order in which they are made, the kernel ports' first.
    static func pools(_ request: PlanRequest) -> [Pool] {
        var pools = [
            Pool(
                node: request.mainNode, bufferClass: BufferClass(mtu: 1500), owner: nil, count: kernelBuffers,
                users: [],
                isForKernel: true)
        ]
        for port in request.ports {
            let node = port.node ?? request.mainNode
            let bufferClass = request.policy.bufferClass(mtu: port.mtu, node: node)
            let own = request.policy.isPerPort ? needs(port, request).buffers : nil
            let shared = pools.firstIndex {
                own == nil && $0.owner == nil && !$0.isForKernel && $0.node == node && $0.bufferClass == bufferClass
            }
            if let shared {
                pools[shared].users.append(port.name)
            } else {
                pools.append(
                    Pool(
                        node: node, bufferClass: bufferClass, owner: own == nil ? nil : port.name,
                        count: own ?? PoolNeeds.shared(bufferClass), users: [port.name]))
            }
        }
        return pools
    }

    /// What decides the count of a pool of the port's own. Guests' rings count with their usual length.
    private static func needs(_ port: PlannedPort, _ request: PlanRequest) -> PoolNeeds {
        let sending = if case .guest = port.kind { port.receiveQueues } else { request.threads + 1 }
        return PoolNeeds(
            receiveQueues: port.receiveQueues, receiveDescriptors: port.receiveDescriptors, transmitQueues: sending,
            transmitDescriptors: port.transmitDescriptors)
    }
}
