import OVSDB
import Program

/// What the commands of one run share.
final class CommandContext {
    /// The database, with what has been changed.
    let transaction: DatabaseTransaction
    /// The names of rows.
    let symbols = SymbolTable()
    /// The row of the table Open_vSwitch.
    let root: RowID
    private let log: VLog

    /// The command being carried out.
    private(set) var invocation: Invocation
    /// Whether no command follows it.
    private(set) var isLast = false
    /// What it has to say.
    var result = CommandResult()
    /// Whether the commands must be tried again when the database has changed.
    var mustWait = false
    /// The interfaces made, of which the switch is asked whether they work.
    var newInterfaces: [RowID] = []

    private var cachedModel: BridgeModel?
    private var hasVerifiedPorts = false

    /// Before the first command; makes the row of the table Open_vSwitch when there is none.
    init(_ transaction: DatabaseTransaction, log: VLog, first: Invocation) {
        self.transaction = transaction
        self.log = log
        invocation = first
        root = transaction.rows(Tables.Root.self).first ?? transaction.insert(Tables.Root.name)
    }

    /// Carries out one command.
    func run(_ invocation: Invocation, isLast: Bool) throws -> CommandResult {
        self.invocation = invocation
        self.isLast = isLast
        result = CommandResult()
        hasVerifiedPorts = false
        try invocation.syntax.run(self)
        return result
    }

    // MARK: The command line

    /// An argument; those that the command requires are there.
    func argument(_ index: Int) -> String { invocation.arguments.indices ~= index ? invocation.arguments[index] : "" }
    /// The number of arguments.
    var count: Int { invocation.arguments.count }
    /// Whether an option was given.
    func has(_ option: String) -> Bool { invocation.options.contains { $0.name == option } }
    /// The argument of an option.
    func value(_ option: String) -> String? { invocation.options.first { $0.name == option }?.value }

    // MARK: Output

    /// Adds a line.
    func print(_ line: String) { result.output += line + "\n" }

    /// Adds lines in the order of their bytes.
    func print(sorted lines: [String]) { for line in lines.inByteOrder { print(line) } }

    /// Logs what is odd.
    func warn(_ text: String, module: String = "vsctl") { log.write(.warning, module, text) }

    // MARK: Bridges

    /// Bridges, ports and interfaces as they are now.
    var model: BridgeModel {
        if let cachedModel { return cachedModel }
        let model = BridgeModel(transaction, root: root) { warn($0) }
        cachedModel = model
        return model
    }

    /// To be called when rows have changed behind the model's back.
    func forgetModel() { cachedModel = nil }

    /// Demands that nobody else changes what ports and interfaces there are.
    func verifyPorts() {
        guard !hasVerifiedPorts else { return }
        hasVerifiedPorts = true
        transaction.verify(root, \Tables.Root.bridges)
        for bridge in transaction.rows(Tables.Bridge.self) { transaction.verify(bridge, \Tables.Bridge.ports) }
        for port in transaction.rows(Tables.Port.self) { transaction.verify(port, \Tables.Port.interfaces) }
    }

    // MARK: Values

    /// Reads values, with names of rows.
    var reader: ValueReader {
        let symbols = symbols
        return ValueReader { symbols.refer(to: $0, $1) }
    }
}
