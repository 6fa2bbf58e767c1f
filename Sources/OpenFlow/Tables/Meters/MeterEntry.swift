import Control

/// An installed meter (OVS: `struct meter`). What it counts is the datapath's: ``MeterTable/statistics(of:)``.
@ControlActor
public final class MeterEntry {
    public nonisolated let id: UInt32
    public internal(set) var contents: MeterContents
    /// The datapath's number for it: those of all bridges are distinct.
    public nonisolated let datapathID: UInt32
    /// When the meter was added; durations count from here.
    public internal(set) var created: ContinuousClock.Instant
    /// False once the meter has been deleted.
    public internal(set) var isInstalled = false

    init(id: UInt32, _ contents: MeterContents, datapathID: UInt32, now: ContinuousClock.Instant) {
        self.id = id
        self.contents = contents
        self.datapathID = datapathID
        created = now
    }
}
