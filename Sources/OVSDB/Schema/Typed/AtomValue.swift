/// One of Swift's own types that an atom can be read as.
package protocol AtomValue: Hashable, Sendable {
    /// The kind of atoms.
    static var kind: Atom.Kind { get }
    /// What is read where there is nothing.
    static var absent: Self { get }
    /// Reads an atom; nil for one of another kind.
    init?(atom: Atom)
    /// The value as an atom.
    var atom: Atom { get }
}

extension String: AtomValue {
    package static var kind: Atom.Kind { .string }
    package static var absent: String { "" }
    package init?(atom: Atom) { if case .string(let value) = atom { self = value } else { return nil } }
    package var atom: Atom { .string(self) }
}

extension Int64: AtomValue {
    package static var kind: Atom.Kind { .integer }
    package static var absent: Int64 { 0 }
    package init?(atom: Atom) { if case .integer(let value) = atom { self = value } else { return nil } }
    package var atom: Atom { .integer(self) }
}

extension Bool: AtomValue {
    package static var kind: Atom.Kind { .boolean }
    package static var absent: Bool { false }
    package init?(atom: Atom) { if case .boolean(let value) = atom { self = value } else { return nil } }
    package var atom: Atom { .boolean(self) }
}

extension UUIDValue: AtomValue {
    package static var kind: Atom.Kind { .uuid }
    package static var absent: UUIDValue { .zero }
    package init?(atom: Atom) { if case .uuid(let value) = atom { self = value } else { return nil } }
    package var atom: Atom { .uuid(self) }
}
