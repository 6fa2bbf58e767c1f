import Control

/// A ``Translation/context`` that is told which flow it belongs to.
///
/// The translator needs the way back from what a decision rested on to the flow that embodies it, without a search
/// through all flows.
@ControlActor
public protocol DatapathFlowContext: AnyObject {
    /// The context now belongs to `flow`, which holds it; keep the flow weakly.
    func installed(as flow: DatapathFlow)
}
