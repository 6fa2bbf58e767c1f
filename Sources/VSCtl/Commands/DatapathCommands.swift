import Glibc
import OVSDB

/// Commands over zones of connection tracking and over what datapaths can do.
enum DatapathCommands {
    static let all: [CommandSyntax] = [
        .over(
            zoneColumns, "add-zone-tp", 3...Int.max, "DATAPATH zone=ZONE STATE=SECS...", options: ["--may-exist"],
            mayWrite: true, run: addZone),
        .over(
            zoneColumns, "del-zone-tp", 2...2, "DATAPATH zone=ZONE", options: ["--if-exists"], mayWrite: true,
            run: deleteZone),
        .over(zoneColumns, "list-zone-tp", 1...1, "DATAPATH", run: listZones),
        .over(
            {
                $0.add(Tables.Root.self, \.datapaths)
                $0.add(Tables.Datapath.self, \.capabilities)
            }, "list-dp-cap", 1...1, "DATAPATH", run: listCapabilities),
    ]

    private static let zoneColumns: @Sendable (inout ColumnSelection) -> Void = {
        $0.add(Tables.Root.self, \.datapaths)
        $0.add(Tables.Datapath.self, \.ctZones)
        $0.add(Tables.ConntrackZone.self, \.timeoutPolicy)
        $0.add(Tables.ConntrackTimeoutPolicy.self, \.timeouts)
    }

    private static func datapath(_ context: CommandContext, otherwise message: String) throws -> RowID {
        let datapaths = context.transaction[context.root, \Tables.Root.datapaths]
        guard let uuid = datapaths[context.argument(0)] else { throw CommandError(message) }
        return RowID(table: Tables.Datapath.name, uuid: uuid)
    }

    private static func zone(_ datapath: RowID, _ number: Int64, _ context: CommandContext) -> RowID? {
        context.transaction[datapath, \Tables.Datapath.ctZones][number].map {
            RowID(table: Tables.ConntrackZone.name, uuid: $0)
        }
    }

    /// The number in "zone=5".
    private static func zoneNumber(_ context: CommandContext) throws -> Int64 {
        let text = context.argument(1)
        guard text.hasPrefix("zone="), let number = Int64(text.dropFirst(5).prefix { $0.isNumber || $0 == "-" }) else {
            throw CommandError("\(text): zone=ID expected")
        }
        return number
    }

    // MARK: Zones

    private static func addZone(_ context: CommandContext) throws {
        let name = context.argument(0)
        let datapath = try datapath(context, otherwise: "datapath \(name) does not exist")
        let number = try zoneNumber(context)
        let present = zone(datapath, number, context)
        guard present == nil || context.has("--may-exist") else {
            throw CommandError("zone id \(number) already exists")
        }
        let policy = try timeoutPolicy(context)
        let zone = present ?? context.insert(Tables.ConntrackZone.self)
        context.transaction.set(zone, \Tables.ConntrackZone.timeoutPolicy, policy.uuid)
        if present == nil {
            context.transaction.add([number: zone.uuid], to: \Tables.Datapath.ctZones, of: datapath)
        }
    }

    /// A row that has the timeouts named: one that is there, or a new one.
    private static func timeoutPolicy(_ context: CommandContext) throws -> RowID {
        var timeouts: [String: Int64] = [:]
        for word in context.invocation.arguments.dropFirst(2) {
            let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
            timeouts[parts.first ?? ""] = parts.count > 1 ? Int64(atoi(parts[1])) : 0
        }
        let rows = context.transaction.rows(Tables.ConntrackTimeoutPolicy.self)
        return rows.first { context.transaction[$0, \Tables.ConntrackTimeoutPolicy.timeouts] == timeouts }
            ?? context.insert(Tables.ConntrackTimeoutPolicy.self) { $0.timeouts = timeouts }
    }

    private static func deleteZone(_ context: CommandContext) throws {
        let name = context.argument(0)
        let datapath = try datapath(context, otherwise: "datapath \(name) does not exist")
        let number = try zoneNumber(context)
        guard zone(datapath, number, context) != nil else {
            guard !context.has("--if-exists") else { return }
            throw CommandError("zone id \(number) does not exist")
        }
        context.transaction.remove([number], from: \Tables.Datapath.ctZones, of: datapath)
    }

    private static func listZones(_ context: CommandContext) throws {
        let datapath = try datapath(context, otherwise: "datapath: \(context.argument(0)) record not found")
        let transaction = context.transaction
        for number in transaction[datapath, \Tables.Datapath.ctZones].keys.sorted() {
            guard let zone = zone(datapath, number, context) else { continue }
            let policy = transaction.references(zone, \Tables.ConntrackZone.timeoutPolicy).first
            let timeouts = policy.map { transaction[$0, \Tables.ConntrackTimeoutPolicy.timeouts] }
            let text = timeouts?.datum.bareText ?? "system default"
            context.print("Zone:\(number), Timeout Policies: \(text)".trimmedAtEnd)
        }
    }

    private static func listCapabilities(_ context: CommandContext) throws {
        let datapath = try datapath(context, otherwise: "datapath \"\(context.argument(0))\" record not found")
        context.print(context.transaction[datapath, \Tables.Datapath.capabilities].datum.bareText)
    }
}

extension String {
    /// Without a blank at the end.
    fileprivate var trimmedAtEnd: String { hasSuffix(" ") ? String(dropLast()) : self }
}
