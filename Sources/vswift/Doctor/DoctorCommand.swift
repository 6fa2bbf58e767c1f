import ArgumentParser
import Control
import Doctor
import Glibc
import OVSDB
import Program

/// Looks for what keeps a switch from working.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Finds what is wrong with this machine as a switch, and says what mends it.",
        discussion: """
            Looks at the processor, hugepages, mounts, limits, control groups, the IOMMU, devices, PMD cores and what \
            dead processes left. Neither a daemon nor DPDK has to run. What is configured is examined too, and what \
            the rows of ports tell; when no database answers, its file is read.

            The exit status is 0 when nothing is wrong, 1 after warnings, 2 after errors.
            """)

    @OptionGroup var options: ServerOptions
    @Flag(help: "Prints JSON.") var json = false

    @ControlActor
    func run() async throws {
        QuietLog.begin()
        let reading = try await ConfiguredRows.read(
            options, tables: LiveDatabase.memoryTables, within: .seconds(2))
        let host = Host(
            runDirectory: RunDirectories.ofThisProcess.run, facts: (try? reading.get()).map { SwitchFacts($0.tables) },
            database: options.server, file: DatabaseFileState(reading))
        let examination = Examination(of: host)
        print(json ? examination.json.text + "\n" : examination.text, terminator: "")
        guard examination.exitStatus == 0 else { throw ExitCode(examination.exitStatus) }
    }
}

extension DatabaseFileState {
    /// What is known of the file; nil when it was not looked at.
    fileprivate init?(_ reading: Result<ConfiguredRows, ConfiguredRows.Failure>) {
        switch reading {
        case .success(let rows):
            guard case .file(let path) = rows.origin else { return nil }
            self = .read(path)
        case .failure(let failure):
            guard let cause = failure.cause else { return nil }
            switch cause.errno {
            case nil: self = .damaged("\(cause)")
            case EACCES, EPERM: self = .forbidden("\(cause)")
            default: self = .unreadable("\(cause)")
            }
        }
    }
}

extension SwitchFacts {
    /// What the database says.
    init(_ tables: [String: [UUIDValue: Row]]) {
        let devices = tables.interfaces.filter { $0.type == "dpdk" }.compactMap { row in
            row.options["dpdk-devargs"].map { Device(port: row.name, devargs: $0) }
        }
        let guestPorts = tables.interfaces.count { ["dpdkvhostuser", "dpdkvhostuserclient"].contains($0.type) }
        self.init(
            otherConfig: tables.otherConfig, devices: devices, guestPorts: guestPorts,
            troubles: tables.interfaces.flatMap { PortTrouble.all($0) }, failureOfDPDK: tables.statistics["dpdk_error"])
    }
}

extension PortTrouble {
    /// What a row tells.
    fileprivate static func all(_ row: TableRow<OpenVSwitchSchema.Interface>) -> [PortTrouble] {
        let (status, name) = (row.status, row.name)
        let told: [(Kind, String?)] = [
            (.error, row.error), (.refusedGuest, status["refused"]), (.farMemory, status["memory_error"]),
        ]
        let failures = row.statistics.filter { $0.key.hasSuffix("mbuf_allocation_errors") && $0.value > 0 }
        let counted = failures.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ", ")
        let times = Int(failures.values.reduce(Int64(0)) { $0.addingReportingOverflow($1).partialValue })
        return told.compactMap { kind, text in text.map { PortTrouble(kind, port: name, text: $0) } }
            + (failures.isEmpty ? [] : [PortTrouble(.noBuffers(times: times), port: name, text: counted)])
    }
}

extension Examination {
    /// For programs.
    var json: JSON {
        let checks = sections.map { section -> JSON in
            ["subject": .string(section.subject), "findings": .array(section.findings.map(\.json))]
        }
        return ["checks": .array(checks), "status": .integer(Int64(exitStatus)), "worst": .string(severity.name)]
    }
}

extension Finding {
    fileprivate var json: JSON {
        var members: JSON.Members = [
            "severity": .string(severity.name), "cause": .string(cause), "evidence": .string(evidence),
        ]
        if let cure { members["cure"] = .string(cure) }
        return .object(members)
    }
}
