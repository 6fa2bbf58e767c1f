import ArgumentParser
import Control
import Glibc
import Machine
import MemoryPlan
import OVSDB
import Program

/// Computes what DPDK will be asked for.
struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Computes how much hugepage memory a configuration needs, and the settings for it.",
        discussion: """
            Plans for what the database says, with the ports of --add on top, or for a proposal alone. When no server \
            answers, the database's file is read. A port is written as TYPE,KEY=VALUE,… with TYPE dpdk or vhost and \
            the keys name, mtu, node, n_rxq, n_rxq_desc, n_txq_desc, driver (of a dpdk port) and memory (MiB of \
            hugepages that a guest takes for itself).

            A proposal is a file with such a port on each line, and settings: nodes=2, main-node=0, pmd-threads=4, \
            per-port-memory=true, shared-mempool-config=9000, channels=4, hugepages=false. Or it is JSON: \
            {"pmd-threads":4,"ports":[{"type":"dpdk","mtu":9000,"node":1}]}. With hugepages=false, or --no-huge in the \
            database's dpdk-extra, it says what -m has to be.

            Examples: vswift memory plan --add dpdk,mtu=9000,n_rxq=4
            for another machine: vswift memory plan --add nodes=2 --add dpdk,mtu=9000,node=1,n_rxq=4
            """)

    @OptionGroup var options: ServerOptions
    @Option(help: ArgumentHelp("Plan for this file instead of for the database.", valueName: "file"))
    var proposal: String?
    @Option(
        help: ArgumentHelp("A port to be added, or a setting (nodes=2); may be given several times.", valueName: "port")
    )
    var add: [String] = []
    @Flag(help: "Prints JSON.") var json = false

    @ControlActor
    func run() async throws {
        QuietLog.begin()
        let (topology, hugepages) = (NUMATopology.discover(), HugepageReport.read())
        var request = PlanRequest(topology: topology, hugepages: hugepages)
        if let proposal {
            try request.read(proposal: String(decoding: try readFile(proposal), as: UTF8.self))
        } else {
            try await read(into: &request, topology)
        }
        for port in add { try request.add(port) }
        let plan = Plan(request)
        guard !json else { return print(plan.json.text) }
        // What another machine needs is not compared with this one.
        let isHere = request.nodes == topology.nodes.map(\.id)
        let own = isHere ? await Self.ownMiB() : [:]
        let supply = isHere ? PageSupply(hugepages: hugepages, ownMiB: own ?? [:]) : nil
        print(PlanText(plan: plan, supply: supply).text, terminator: "")
        if own == nil { print("Note: the switch does not answer: what it has counts as somebody else's.") }
    }

    /// Plans for what is configured.
    @ControlActor
    private func read(into request: inout PlanRequest, _ topology: NUMATopology) async throws {
        switch try await ConfiguredRows.read(options, tables: LiveDatabase.memoryTables) {
        case .success(let rows):
            try request.read(rows.tables, topology: topology)
            guard case .file(let path) = rows.origin else { return }
            request.notes.append("planned from the file \(path), no server answers at \(options.server)")
        case .failure(let failure):
            // Where no switch ever ran, what is added is all there will be.
            guard failure.cause?.errno == ENOENT, !add.isEmpty else {
                throw CommandFailure("\(failure); name a server with --server, or plan a file with --proposal")
            }
            request.notes.append("\(failure): planned for what --add says alone")
        }
    }

    /// What the daemon here has mapped, by node; nothing where none runs, nil when it does not answer.
    @ControlActor
    private static func ownMiB() async -> [Int: Int]? {
        guard let daemon = RunningDaemon(.ofThisProcess) else { return [:] }
        guard let text = try? await daemon.ask("memory/report", ["--json"]), let report = try? JSON(parsing: text)
        else {
            return nil
        }
        let memory = (report["nodes"]?.array ?? []).compactMap { $0["memory"] }
        let nodes = memory.compactMap { node -> (Int, Int)? in
            guard let id = node["node"]?.integer else { return nil }
            let bytes = (node["pages"]?.array ?? []).reduce(Int64(0)) { $0 + ($1["mapped_bytes"]?.integer ?? 0) }
            return (Int(id), Int(bytes >> 20))
        }
        return Dictionary(nodes, uniquingKeysWith: { $1 })
    }
}
