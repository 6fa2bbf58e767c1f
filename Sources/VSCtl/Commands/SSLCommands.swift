import OVSDB

/// Commands over the switch's keys and certificates.
enum SSLCommands {
    static let all: [CommandSyntax] = [
        .over(
            {
                $0.add("Open_vSwitch", "ssl")
                $0.add("SSL", "private_key", "certificate", "ca_cert", "bootstrap_ca_cert")
            }, "get-ssl", run: get),
        .over({ $0.add("Open_vSwitch", "ssl") }, "del-ssl", mayWrite: true) { context in
            guard let row = row(context) else { return }
            context.transaction.verify(context.root, "ssl")
            context.transaction.delete(row)
            context.transaction.set(context.root, "ssl", .empty)
        },
        .over(
            { $0.add("Open_vSwitch", "ssl") }, "set-ssl", 3...3, "PRIVATE-KEY CERTIFICATE CA-CERT",
            options: ["--bootstrap"], mayWrite: true, run: set),
    ]

    private static func row(_ context: CommandContext) -> RowID? {
        context.transaction.references(context.root, "ssl").first
    }

    private static func get(_ context: CommandContext) throws {
        let transaction = context.transaction
        transaction.verify(context.root, "ssl")
        guard let row = row(context) else { return }
        transaction.verify(row, "private_key", "certificate", "ca_cert", "bootstrap_ca_cert")
        context.print("Private key: \(transaction[row, "private_key"].string ?? "")")
        context.print("Certificate: \(transaction[row, "certificate"].string ?? "")")
        context.print("CA Certificate: \(transaction[row, "ca_cert"].string ?? "")")
        context.print("Bootstrap: \(transaction[row, "bootstrap_ca_cert"].boolean ?? false)")
    }

    private static func set(_ context: CommandContext) throws {
        context.transaction.verify(context.root, "ssl")
        if let row = row(context) { context.transaction.delete(row) }
        let row = context.insert(
            "SSL",
            [
                "private_key": .string(context.argument(0)), "certificate": .string(context.argument(1)),
                "ca_cert": .string(context.argument(2)), "bootstrap_ca_cert": .boolean(context.has("--bootstrap")),
            ])
        context.set(context.root, "ssl", [row])
    }
}
