import Control
import DPDK
import Datapath
import FoundationEssentials
import Service

extension CommandRegistry {
    /// Adds `netdev-dpdk/get-mempool-info`, `dpdk/get-malloc-stats` and their kin, which are there once DPDK is up as
    /// the operator asked: what it says of itself. And `memory/report`, which always is.
    func registerMemoryCommands(_ datapath: Datapath) {
        let isUp: @Sendable @ControlActor () -> Bool = { datapath.eal.state == .ready }
        register("netdev-dpdk/get-mempool-info", usage: "[netdev]", arguments: 0...1, while: isUp) { arguments in
            try await Self.answer { () async throws(Datapath.MemoryReportError) in
                try await datapath.poolInformation(of: arguments.first)
            }
        }
        let dumps: [(String, EALDump)] = [
            ("dpdk/get-malloc-stats", .heaps), ("dpdk/get-memzone-stats", .memzones), ("dpdk/log-list", .logLevels),
            ("dpdk/lcore-list", .threads),
        ]
        for (name, dump) in dumps {
            register(name, while: isUp) { _ in
                try await Self.answer { () async throws(Datapath.MemoryReportError) in try await datapath.tell(dump) }
            }
        }
        register("memory/report", usage: "[--json]", arguments: 0...1) { arguments in
            guard arguments.isEmpty || arguments == ["--json"] else {
                throw UnixctlError("\(arguments[0]): --json is the only option")
            }
            return try await Self.answer { () async throws(Datapath.MemoryReportError) in
                let memory = try await datapath.packetMemory()
                return arguments.isEmpty ? PacketMemoryText(memory: memory).text : Self.json(memory)
            }
        }
        register("dpdk/log-set", usage: "{level | pattern:level}", arguments: 0..., while: isUp) { arguments in
            for word in arguments.isEmpty ? ["debug"] : arguments {
                do throws(DPDKError) {
                    try EALLogLevel.set(word)
                } catch {
                    throw UnixctlError(error.description)
                }
            }
            return ""
        }
    }

    private static func json(_ memory: PacketMemory) -> String {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        // Numbers, texts and lists: what cannot be written as JSON is not among them.
        return ((try? encoder.encode(memory)).map { String(decoding: $0, as: UTF8.self) } ?? "{}") + "\n"
    }

    @ControlActor
    private static func answer(
        _ body: @ControlActor () async throws(Datapath.MemoryReportError) -> String
    ) async throws -> String {
        do throws(Datapath.MemoryReportError) {
            return try await body()
        } catch {
            switch error {
            case .notOfDPDK: throw UnixctlError("Not a DPDK Interface")
            case .notNow: throw UnixctlError("DPDK is not initialised, or the port is being set up")
            }
        }
    }
}
