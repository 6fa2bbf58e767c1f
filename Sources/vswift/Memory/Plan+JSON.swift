import MemoryPlan
import OVSDB

extension Plan {
    private static let pageSizes = [2048, 1 << 20]

    /// For programs. Sizes of pages are in KiB.
    var json: JSON {
        var members: JSON.Members = [
            "nodes": .array(nodes.map(Self.json)), "notes": .array(notes.map { .string($0) }),
        ]
        if let ordinary {
            members["ordinary_mib"] = .integer(Int64(ordinaryMiB))
            members["dpdk-extra"] = .string(ordinary.extra(mebibytes: ordinaryMiB))
            return .object(members)
        }
        let arguments = Self.pageSizes.map { (String($0), JSON.string(kernelArguments(pageKiB: $0))) }
        members["dpdk-socket-mem"] = .string(socketMemory)
        members["kernel_arguments"] = .object(.init(arguments))
        return .object(members)
    }

    private static func json(_ node: NodePlan) -> JSON {
        let pages = pageSizes.map { (String($0), JSON.integer(Int64(node.pages(of: $0)))) }
        return [
            "node": .integer(Int64(node.node)), "bytes": .integer(Int64(node.bytes)),
            "socket_mib": .integer(Int64(node.socketMiB)), "guest_mib": .integer(Int64(node.guestMiB)),
            "hugepages": .object(.init(pages)), "lines": .array(node.lines.map(json)),
        ]
    }

    private static func json(_ line: NodePlan.Line) -> JSON {
        [
            "kind": .string(line.kind.rawValue), "subject": .string(line.subject), "bytes": .integer(Int64(line.bytes)),
            "reason": .string(line.reason), "ports": .array(line.ports.map { .string($0) }),
        ]
    }
}
