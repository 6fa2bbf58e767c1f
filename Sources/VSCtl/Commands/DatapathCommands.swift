import Glibc
import OVSDB

/// Commands over zones of connection tracking and over what datapaths can do.
enum DatapathCommands {
    static let all: [CommandSyntax] = [
        .over(zoneColumns, "add-zone-tp", 3...Int.max, options: ["--may-exist"], mayWrite: true, run: addZone),
        .over(zoneColumns, "del-zone-tp", 2...2, options: ["--if-exists"], mayWrite: true, run: deleteZone),
        .over(zoneColumns, "list-zone-tp", 1...1, run: listZones),
        .over(
            {
                $0.add("Open_vSwitch", "datapaths")
                $0.add("Datapath", "capabilities")
            }, "list-dp-cap", 1...1, run: listCapabilities),
    ]

    private static let zoneColumns: @Sendable (inout ColumnSelection) -> Void = {
        $0.add("Open_vSwitch", "datapaths")
        $0.add("Datapath", "ct_zones")
        $0.add("CT_Zone", "timeout_policy")
        $0.add("CT_Timeout_Policy", "timeouts")
    }

    private static func datapath(_ context: CommandContext, otherwise message: String) throws -> RowID {
        let name = Atom.string(context.argument(0))
        let datapaths = context.transaction[context.root, "datapaths"]
        guard let index = datapaths.index(of: name), case .uuid(let uuid)? = datapaths.values?[index] else {
            throw CommandError(message)
        }
        return RowID(table: "Datapath", uuid: uuid)
    }

    private static func zone(_ datapath: RowID, _ number: Int64, _ context: CommandContext) -> RowID? {
        let zones = context.transaction[datapath, "ct_zones"]
        guard let index = zones.index(of: .integer(number)), case .uuid(let uuid)? = zones.values?[index] else {
            return nil
        }
        return RowID(table: "CT_Zone", uuid: uuid)
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
        guard present == nil || context.has("--may-exist") else { throw CommandError("zone id \(number) already exists") }
        let policy = try timeoutPolicy(context)
        let zone = present ?? context.insert("CT_Zone", [:])
        context.set(zone, "timeout_policy", [policy])
        if present == nil {
            context.transaction.add(
                Datum(map: [(.integer(number), .uuid(zone.uuid))]), to: "ct_zones", of: datapath)
        }
    }

    /// A row that has the timeouts named: one that is there, or a new one.
    private static func timeoutPolicy(_ context: CommandContext) throws -> RowID {
        var timeouts: [String: Int64] = [:]
        for word in context.invocation.arguments.dropFirst(2) {
            let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
            timeouts[parts.first ?? ""] = parts.count > 1 ? Int64(atoi(parts[1])) : 0
        }
        let wanted = Datum.map(timeouts)
        let rows = context.transaction.rows("CT_Timeout_Policy")
        return rows.first { context.transaction[$0, "timeouts"] == wanted }
            ?? context.insert("CT_Timeout_Policy", ["timeouts": wanted])
    }

    private static func deleteZone(_ context: CommandContext) throws {
        let name = context.argument(0)
        let datapath = try datapath(context, otherwise: "datapath \(name) does not exist")
        let number = try zoneNumber(context)
        guard zone(datapath, number, context) != nil else {
            guard !context.has("--if-exists") else { return }
            throw CommandError("zone id \(number) does not exist")
        }
        context.transaction.remove(Datum(.integer(number)), from: "ct_zones", of: datapath)
    }

    private static func listZones(_ context: CommandContext) throws {
        let datapath = try datapath(context, otherwise: "datapath: \(context.argument(0)) record not found")
        let zones = context.transaction[datapath, "ct_zones"]
        for key in zones.keys {
            guard case .integer(let number) = key, let zone = zone(datapath, number, context) else { continue }
            let policy = context.transaction.references(zone, "timeout_policy").first
            let timeouts = policy.map { context.transaction[$0, "timeouts"] }
            let text = timeouts?.bareText ?? "system default"
            context.print("Zone:\(number), Timeout Policies: \(text)".trimmedAtEnd)
        }
    }

    private static func listCapabilities(_ context: CommandContext) throws {
        let datapath = try datapath(context, otherwise: "datapath \"\(context.argument(0))\" record not found")
        context.print(context.transaction[datapath, "capabilities"].bareText)
    }
}

extension String {
    /// Without a blank at the end.
    fileprivate var trimmedAtEnd: String { hasSuffix(" ") ? String(dropLast()) : self }
}
