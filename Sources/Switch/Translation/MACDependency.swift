/// An address that a decision looked up in a bridge's ``MACTable``: when its entry changes, the decision may.
struct MACDependency: Hashable {
    let bridge: ObjectIdentifier
    let address: LearnedAddress
}
