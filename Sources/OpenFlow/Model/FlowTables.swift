import Control

/// A bridge's flow tables. Filled in by this target's `Tables` folder.
@ControlActor
public final class FlowTables {
    public init() {}
}
