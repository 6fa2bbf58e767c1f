import OVSDB

/// The rows that this command line names, as "@port".
final class SymbolTable {
    /// What is known of one name.
    struct Symbol {
        /// The row, which may not be there yet.
        var uuid = UUIDValue.random()
        /// Whether a command has said what the name stands for.
        var isCreated = false
        /// Whether a reference that keeps the row alive uses the name.
        var isHeld = false
        /// Whether a reference that does not keep it alive uses the name.
        var isWeaklyReferred = false
    }

    private var symbols: [String: Symbol] = [:]
    private var order: [String] = []

    /// Every name with what is known of it, in the order of their first use.
    var all: [(name: String, symbol: Symbol)] { order.compactMap { name in symbols[name].map { (name, $0) } } }

    /// The symbol `name`, which begins to exist by being looked for.
    subscript(_ name: String) -> Symbol {
        get { symbols[name] ?? Symbol() }
        set {
            if symbols.updateValue(newValue, forKey: name) == nil { order.append(name) }
        }
    }

    /// Whether the name has been used.
    func contains(_ name: String) -> Bool { symbols[name] != nil }

    /// The row that `name` stands for in a value of type `type`.
    func refer(to name: String, _ type: BaseType) -> UUIDValue {
        var symbol = self[name]
        if type.referencedTable != nil {
            switch type.reference {
            case .strong: symbol.isHeld = true
            case .weak: symbol.isWeaklyReferred = true
            }
        }
        self[name] = symbol
        return symbol.uuid
    }

    /// Begins to say what `name`, the argument of `--id`, stands for.
    func create(_ name: String) throws -> Symbol {
        guard name.hasPrefix("@") else { throw CommandError("row id \"\(name)\" does not begin with \"@\"") }
        var symbol = self[name]
        guard !symbol.isCreated else {
            throw CommandError("row id \"\(name)\" may only be specified on one --id option")
        }
        symbol.isCreated = true
        self[name] = symbol
        return symbol
    }
}
