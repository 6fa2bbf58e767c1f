import Control

/// How the datapath's flows are read (`upcall/disable-ufid`). Here they are never read whole, as control has them; the
/// setting is kept for those who ask.
@ControlActor
final class FlowDumping {
    var isTerse = true

    nonisolated init() {}
}
