/// Which options of tunnels a list of actions, nested ones included, reads or writes.
struct OptionReferences {
    /// How deep lists may lie in lists; decoders allow less.
    private static let deepest = 64

    /// Bit n for tun_metadata*n*.
    private(set) var bits: UInt64 = 0

    init(_ actions: [Action]) { collect(actions, depth: 0) }

    /// Bit n for tun_metadata*n*; none for other fields.
    static func bit(of field: MatchField) -> UInt64 { field.option.map { 1 << UInt64($0) } ?? 0 }

    private mutating func add(_ field: MatchField) { bits |= Self.bit(of: field) }

    private mutating func collect(_ actions: [Action], depth: Int) {
        guard depth < Self.deepest else { return }
        for action in actions {
            switch action {
            case .setField(let rewrite): add(rewrite.field)
            case .move(let source, let target):
                add(source.field)
                add(target.field)
            case .outputRegister(let range, _), .stackPush(let range), .stackPop(let range),
                .checkPacketLarger(_, let range):
                add(range.field)
            case .deleteField(let field): add(field)
            case .multipath(let multipath): add(multipath.destination.field)
            case .bundle(let bundle):
                if let destination = bundle.destination { add(destination.field) }
            case .learn(let learn): collect(learn)
            case .clone(let inner), .writeActions(let inner): collect(inner, depth: depth + 1)
            default: continue
            }
        }
    }

    private mutating func collect(_ learn: LearnAction) {
        if let result = learn.result { add(result.field) }
        for step in learn.steps {
            if case .field(let range) = step.source { add(range.field) }
            switch step.target {
            case .match(let range), .load(let range): add(range.field)
            case .output: break
            }
        }
    }
}
