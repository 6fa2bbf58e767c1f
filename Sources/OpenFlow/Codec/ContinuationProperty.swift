/// `enum nx_continuation_prop_type`: the parts of a continuation. They are between the switch and itself, but OVS's
/// tools print those that have these numbers.
enum ContinuationProperty: UInt16, Sendable {
    case bridge = 0x8000, stack, mirrors, conntracked, tableID, cookie, actions, actionSet, datapathPort
}
