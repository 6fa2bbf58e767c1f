import OVSDB

/// Commands over the switch's keys and certificates.
enum SSLCommands {
    static let all: [CommandSyntax] = [
        .over(
            {
                $0.add(Tables.Root.self, \.ssl)
                $0.add(Tables.SSL.self, \.privateKey, \.certificate, \.caCert, \.bootstrapCACert)
            }, "get-ssl", run: get),
        .over({ $0.add(Tables.Root.self, \.ssl) }, "del-ssl", mayWrite: true) { context in
            guard let row = row(context) else { return }
            context.transaction.verify(context.root, \Tables.Root.ssl)
            context.transaction.delete(row)
            context.transaction.set(context.root, \Tables.Root.ssl, nil)
        },
        .over(
            { $0.add(Tables.Root.self, \.ssl) }, "set-ssl", 3...3, "PRIVATE-KEY CERTIFICATE CA-CERT",
            options: ["--bootstrap"], mayWrite: true, run: set),
    ]

    private static func row(_ context: CommandContext) -> RowID? {
        context.transaction.references(context.root, \Tables.Root.ssl).first
    }

    private static func get(_ context: CommandContext) throws {
        let transaction = context.transaction
        transaction.verify(context.root, \Tables.Root.ssl)
        guard let row = row(context) else { return }
        transaction.verify(
            row, \Tables.SSL.privateKey, \Tables.SSL.certificate, \Tables.SSL.caCert, \Tables.SSL.bootstrapCACert)
        context.print("Private key: \(transaction[row, \Tables.SSL.privateKey])")
        context.print("Certificate: \(transaction[row, \Tables.SSL.certificate])")
        context.print("CA Certificate: \(transaction[row, \Tables.SSL.caCert])")
        context.print("Bootstrap: \(transaction[row, \Tables.SSL.bootstrapCACert])")
    }

    private static func set(_ context: CommandContext) throws {
        context.transaction.verify(context.root, \Tables.Root.ssl)
        if let row = row(context) { context.transaction.delete(row) }
        let row = context.insert(Tables.SSL.self) {
            $0.privateKey = context.argument(0)
            $0.certificate = context.argument(1)
            $0.caCert = context.argument(2)
            $0.bootstrapCACert = context.has("--bootstrap")
        }
        context.transaction.set(context.root, \Tables.Root.ssl, row.uuid)
    }
}
