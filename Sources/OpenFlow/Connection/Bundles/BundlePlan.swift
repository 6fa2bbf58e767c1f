import Control

/// A bundle's messages in the order in which they are carried out: runs of changes of the tables that are made at once,
/// with changes of ports and packets between them.
@ControlActor
struct BundlePlan {
    struct Change {
        let change: PipelineChange
        /// Which of the bundle's messages it was.
        let message: Int
    }

    enum Step {
        case changes([Change], first: Int)
        case port(PortMod, message: Int)
        case packet(PacketOut, message: Int)

        /// The first message of the step.
        var message: Int {
            switch self {
            case .changes(_, let first): first
            case .port(_, let message), .packet(_, let message): message
            }
        }
    }

    private(set) var steps: [Step] = []
    /// Changes of tables that no step has yet.
    private var run: [Change] = []

    /// Adds a message.
    ///
    /// - Throws: what can be told before anything is changed.
    mutating func add(
        _ request: Request, index: Int, flags: UInt16, _ bridge: any OpenFlowSwitch
    ) throws(OpenFlowError) {
        switch request {
        case .flowMod(let change): append(.flow(change), index)
        case .groupMod(let change): append(.group(change), index)
        case .portMod(let change):
            // A port's settings cannot be taken back unseen.
            guard flags & BundleControl.atomic == 0 else {
                throw OpenFlowError(.bundleMessageFailed, "port-mods are not atomic")
            }
            guard bridge.openFlowPorts.contains(where: { $0.number == change.port }) else {
                throw OpenFlowError(.badPort, "no port \(change.port.rawValue)")
            }
            finish()
            steps.append(.port(change, message: index))
        case .packetOut(let packet):
            finish()
            steps.append(.packet(packet, message: index))
        default: throw OpenFlowError(.bundleMessageUnsupported, "cannot be in a bundle")
        }
    }

    private mutating func append(_ change: PipelineChange, _ index: Int) {
        run.append(Change(change: change, message: index))
    }

    /// Every message has been added.
    mutating func finish() {
        guard let first = run.first else { return }
        steps.append(.changes(run, first: first.message))
        run = []
    }

    /// Whether all of the steps can be carried out, if there are several: then none is begun that would have to be
    /// taken back after others. Failures are numbered by messages.
    func rehearse(_ tables: FlowTables) throws(PipelineFailure) {
        guard steps.count > 1 else { return }
        var parts: [FlowTables.Rehearsal] = []
        for step in steps {
            switch step {
            case .changes(let changes, _): parts += changes.map { .change($0.change) }
            case .packet(let packet, _): parts.append(.check(packet.actions))
            case .port: parts.append(.check([]))
            }
        }
        try tables.rehearse(parts)
    }
}
