import Control

/// One line of what a translation tells of itself, and what happened within it (OVS: `struct oftrace_node`).
@ControlActor
final class TraceNode {
    enum Kind {
        /// What follows stands one step further right, however long the chain.
        case bridge, table, thaw
        case action, bucket
        case detail, warning, error

        /// Whether what is told within it is always indented.
        var isIndented: Bool {
            switch self {
            case .bridge, .table, .thaw: false
            default: true
            }
        }
    }

    let kind: Kind
    let text: String
    private(set) var children: [TraceNode] = []

    init(_ kind: Kind, _ text: String) {
        self.kind = kind
        self.text = text
    }

    @discardableResult
    func add(_ kind: Kind, _ text: String) -> TraceNode {
        let node = TraceNode(kind, text)
        children.append(node)
        return node
    }

    /// The lines of the children and what is within them.
    ///
    /// A table that ends another's actions is written below it, not further right: pipelines are long.
    func write(to output: inout String, level: Int = 0) {
        for (index, child) in children.enumerated() {
            if child.kind == .bridge { output += "\n" }
            let isFurther = index + 1 < children.count || child.kind.isIndented
            let margin = String(repeating: " ", count: 4 * (level + (isFurther ? 1 : 0)))
            switch child.kind {
            case .detail: output += "\(margin) -> \(child.text)\n"
            case .warning: output += "\(margin) >> \(child.text)\n"
            case .error: output += "\(margin) >>>> \(child.text) <<<<\n"
            case .bridge:
                output += "\(margin)\(child.text)\n"
                output += margin + String(repeating: "-", count: child.text.utf8.count) + "\n"
            case .table, .bucket, .thaw, .action: output += "\(margin)\(child.text)\n"
            }
            child.write(to: &output, level: level + (isFurther ? 2 : 0))
        }
    }
}
