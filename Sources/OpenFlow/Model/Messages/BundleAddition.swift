/// OFPT_BUNDLE_ADD_MESSAGE: a change that waits in a bundle.
struct BundleAddition: Sendable, Equatable {
    var bundle: UInt32
    /// As in ``BundleControl/flags``.
    var flags: UInt16
    /// The message as it came, which errors at the commit quote.
    var message: OpenFlowMessage
    /// What it asks for: a flow-mod, group-mod, port-mod or packet-out.
    var request: Request
}
